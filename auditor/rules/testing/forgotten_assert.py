"""AUD916: a test that works out a comparison or a verdict, and does not assert it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_asserting import asserts
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WANTED = pattern(r"(?i)raises|warns|assert|expect|suppress|bench|timer|timeit|record|capture")
"""Blocks in which a comparison is made for what else it does."""
_ENOUGH = pattern(
    r"(?i)no_?err|not_?raise|no_?raise|crash|smoke|safe|access|lazy|cach|import|deprecat|compar|operator|bench|perf|warn"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if not view.is_test or _ENOUGH.search(view.name):
            continue
        wanted = _wanted(view)
        for node in view.of(ast.Expr):
            said = "" if id(node) in wanted else _dropped(node.value, view, syntax)
            if said:
                message = f"{view.name} works out {said[:80]}, and does not assert it."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _wanted(view: FunctionView) -> set[int]:
    """The statements that stand where an error or a time is what is looked at."""
    found: set[int] = set()
    for block in view.of(ast.With, ast.AsyncWith):
        if any(_WANTED.search(ast.unparse(one.context_expr)[:200]) for one in block.items):
            found.update(id(one) for one in own_nodes(block.body))
    for attempt in view.of(ast.Try):
        found.update(id(one) for one in own_nodes(attempt.body) if attempt.handlers)
    return found


def _dropped(value: ast.expr, view: FunctionView, syntax: PythonSyntax) -> str:
    """What a statement works out and drops: a comparison, or the verdict of something in a test that asserts nothing."""
    inner = value.operand if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not) else value
    if isinstance(inner, ast.Compare) or (isinstance(inner, ast.BoolOp) and _all_compare(inner)):
        return ast.unparse(value)
    if not isinstance(inner, ast.Attribute | ast.Name) or value is not _last(view) or asserts(view, syntax):
        return ""
    root: ast.expr = inner
    while isinstance(root, ast.Attribute):
        root = root.value
    made = Bindings.of(view).only(root.id) if isinstance(root, ast.Name) else None
    made = made.value if isinstance(made, ast.Await) else made
    return ast.unparse(value) if isinstance(made, ast.Call | ast.Compare | ast.BoolOp) else ""


def _all_compare(value: ast.BoolOp) -> bool:
    return all(isinstance(one, ast.Compare) for one in value.values)


def _last(view: FunctionView) -> ast.expr | None:
    last = view.body[-1] if view.body else None
    return last.value if isinstance(last, ast.Expr) else None


RULE = Rule(
    id="AUD916",
    name="forgotten-assert",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every comparison of a test asserted?",
    why="`report.total == 3` without `assert` is worked out and dropped: the test passes whatever the total is.",
    limits="Judged are comparisons that stand alone, outside of blocks that expect an error, and a verdict or value that is named alone at the end of a test that asserts nothing.",
    fix="Write `assert` in front of it.",
    since="0.9.0",
    effort=5,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    check_file=_check,
    examples=(
        Example(
            title="a verdict that is named, and comparisons that are dropped",
            files={
                "tests/test_till.py": (
                    "def test_balance():\n    report = close_till([1, 2])\n    report.balanced\n\n\n"
                    "class TestTill:\n    async def test_total(self, till):\n        await till.add(3)\n        till.total == 3\n        assert till.open\n\n\n"
                    "def test_sum():\n    total = add(1, 2)\n    total == 3 and total != 4\n\n\n"
                    "def test_open(till):\n    till.add(1)\n    for one in till.drawers:\n        'coin' in one\n"
                )
            },
            found=(
                "tests/test_till.py:15",
                "tests/test_till.py:21",
                "tests/test_till.py:3",
                "tests/test_till.py:9",
            ),
        ),
        Example(
            title="an error that is wanted, an attribute that must be there, and what is asserted",
            files={
                "tests/test_till.py": (
                    "import pytest\n\n\ndef test_order(till):\n    with pytest.raises(TypeError):\n        till < 3\n\n\n"
                    "def test_access():\n    report = close_till([1])\n    report.balanced\n\n\n"
                    "def test_name():\n    till\n\n\n"
                    "def test_one():\n    report = close_till([1])\n    report.balanced\n    assert report.total == 1\n\n\n"
                    "def test_two(till):\n    try:\n        till == 3\n    except TypeError:\n        pass\n"
                )
            },
        ),
    ),
)
