"""AUD438: a test that may fail or pass as it likes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.python_syntax import syntax_of
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Lifecycle, Rule

__all__ = ["RULE"]


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        for decorator in view.node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            if syntax.name_of(call.func if call else decorator) != "pytest.mark.xfail":
                continue
            keywords = {one.arg: one.value for one in call.keywords} if call else {}
            if "raises" in keywords or fold(keywords.get("strict")) is True or (call and call.args):
                continue
            message = f"{view.name} may fail or pass unnoticed: it is expected to fail, and not strictly."
            yield Hit(source.path, decorator.lineno, decorator.end_lineno or decorator.lineno, message, view.qualified)


RULE = Rule(
    id="AUD438",
    name="lenient-expected-failure",
    category=Category.SKIPPED_TEST,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    question="Are expected failures strict?",
    why="Without `strict` an expected failure that passes is not noticed, nor one that fails for another reason.",
    limits="`xfail_strict` in the configuration is not looked at.",
    fix="Add strict=True and raises=..., or set xfail_strict.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("xfail",),
    lifecycle=Lifecycle.PREVIEW,
    examples=(
        Example(
            title="not strict",
            files={
                "tests/test_a.py": 'import pytest\n\n@pytest.mark.xfail(reason="later")\ndef test_a():\n    assert a()\n'
            },
            found=("tests/test_a.py:3",),
        ),
        Example(
            title="strict",
            files={
                "tests/test_a.py": 'import pytest\n\n@pytest.mark.xfail(reason="later", strict=True)\ndef test_a():\n    assert a()\n'
            },
            found=(),
        ),
    ),
    check_file=_check,
)
