"""AUD832: a test module that holds no test."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import nodes_of, syntax_of
from auditor.facts.source import Source
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TESTS = pattern(r"(?:^|/)(?:test_[\w-]+|[\w-]+_test)\.py$")
_HELPS = pattern(
    r"(?i)(?:^|/)test_(?:data|utils?|helpers?|settings?|config|constants?|fixtures?|base|case|cases|runner|app|server|client|support|common)\.py$"
)
_TEST_NAME = pattern(r"(?i)^test|_tests?$")


def _check(source: Source) -> Iterator[Hit]:
    if not _TESTS.search(source.path) or _HELPS.search(source.path) or is_test_data(source.path):
        return
    syntax = syntax_of(source)
    if not syntax.tree.body or syntax.functions or syntax.classes:
        return
    taken = [one.name for node in nodes_of(syntax.tree, ast.ImportFrom) for one in node.names]
    if any(name == "*" or _TEST_NAME.search(name) for name in taken) or not _only_prepares(syntax.tree.body):
        return
    message = f"{source.file.name} is collected as a test module and holds no test."
    yield Hit(source.path, 1, 1, message)


def _only_prepares(body: list[ast.stmt]) -> bool:
    """Whether a module holds nothing but imports, texts and names; a program that runs at once may assert."""
    plain = (ast.Import, ast.ImportFrom, ast.AnnAssign, ast.Pass)
    imports = any(isinstance(one, ast.Import | ast.ImportFrom) for one in body)
    texts = all(
        isinstance(one, plain) or _is_name(one) or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        for one in body
    )
    return imports and texts


def _is_name(statement: ast.stmt) -> bool:
    """Whether a statement binds a name that pytest would not take for a test."""
    return isinstance(statement, ast.Assign) and not any(
        isinstance(one, ast.Name) and _TEST_NAME.search(one.id) for one in statement.targets
    )


RULE = Rule(
    id="AUD832",
    name="module-without-tests",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every test module hold a test?",
    why="`test_billing.py` with its imports and no test is green in every run, and counts in every list of what is tested.",
    limits="Judged are modules named as tests that hold imports, texts and names only; what takes its tests from another module, and helpers, are left alone.",
    fix="Write the tests, or delete the file.",
    since="0.5.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("import",),
    examples=(
        Example(
            title="imports and no test",
            files={
                "tests/test_billing.py": '"""Tests of the billing."""\n\nimport pytest\n\nfrom shop.billing import Bill\n\nRATES = [1, 2]\n'
            },
            found=("tests/test_billing.py:1",),
        ),
        Example(
            title="tests, tests from elsewhere, and helpers",
            files={
                "tests/test_billing.py": "from shop.billing import Bill\n\n\ndef test_bill():\n    assert Bill().total == 0\n",
                "tests/test_more.py": "from tests.shared import *\n",
                "tests/test_data.py": "import json\n\nROWS = []\n",
            },
        ),
    ),
    check_file=_check,
)
