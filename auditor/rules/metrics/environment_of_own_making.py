"""AUD216: a test finds in the environment what the tests have put there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_names import READS_OF_VARIABLES
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HARMLESS = pattern(r"^(?:os\.getenv|os\.environ\.get|monkeypatch\.setenv|print|len|str|isinstance|int|bool)$")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    setting = {view.name: names for view in syntax.functions if (names := _set_by(view, syntax))}
    for view in syntax.functions:
        if not view.is_test:
            continue
        given = set().union(*(setting.get(name, set()) for name in (*view.parameters, view.name)))
        read = _read_by(view, syntax)
        if given and read and read <= given and _only_reads(view, syntax):
            message = f"{view.name} asserts on environment variables that the test itself sets: {', '.join(sorted(read)[:3])}."
            yield Hit(source.path, view.node.lineno, view.node.lineno, message, view.qualified)


def _set_by(view: FunctionView, syntax: PythonSyntax) -> set[str]:
    found = set()
    for call in view.calls:
        if (
            syntax.name_of(call.func).endswith("monkeypatch.setenv")
            and call.args
            and isinstance(call.args[0], ast.Constant)
        ):
            found.add(str(call.args[0].value))
    return found


def _read_by(view: FunctionView, syntax: PythonSyntax) -> set[str]:
    """The variables that a test reads; those of a loop over literals, too. Empty where one cannot be told."""
    found: set[str] = set()
    literals = [node for node in view.nodes if isinstance(node, ast.List | ast.Tuple)]
    for node in view.nodes:
        key: ast.expr | None = None
        if isinstance(node, ast.Call) and syntax.name_of(node.func) in READS_OF_VARIABLES and node.args:
            key = node.args[0]
        elif isinstance(node, ast.Subscript) and syntax.name_of(node.value) == "os.environ":
            key = node.slice
        if isinstance(key, ast.Constant):
            found.add(str(key.value))
        elif isinstance(key, ast.Name):
            values = {one.value for each in literals for one in own_nodes([each]) if isinstance(one, ast.Constant)}
            if not values:
                return set()
            found.update(str(value) for value in values)
        elif key is not None:
            return set()
    return found


def _only_reads(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether the test calls nothing but what reads and sets variables, and methods of the values read."""
    asserts = any(isinstance(node, ast.Assert) for node in view.nodes)
    local = {node.id for node in view.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    names = [syntax.name_of(call.func) for call in view.calls]
    return asserts and all(_HARMLESS.search(name) or name.partition(".")[0] in local for name in names)


RULE = Rule(
    id="AUD216",
    name="environment-of-own-making",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do tests of the environment look at the real one?",
    why="A smoke test that sets the variables it then finds says nothing of the machine that it runs on.",
    limits="Sees monkeypatch.setenv in the test or in a fixture of the same file.",
    fix="Read the real environment, and fail where a variable is missing.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("setenv",),
    examples=(
        Example(
            title="set by a fixture",
            files={
                "tests/test_env.py": 'import os\n\nimport pytest\n\n\n@pytest.fixture\ndef variables(monkeypatch):\n    monkeypatch.setenv("API_KEY", "test")\n\n\ndef test_variables(variables):\n    for name in ["API_KEY"]:\n        assert os.getenv(name)\n'
            },
            found=("tests/test_env.py:11",),
        ),
        Example(
            title="set for the code under test",
            files={
                "tests/test_env.py": 'from service import load\n\n\ndef test_load(monkeypatch):\n    monkeypatch.setenv("API_KEY", "test")\n    assert load().key == "test"\n'
            },
            found=(),
        ),
    ),
    check_file=_check,
)
