"""AUD253: a worse state is asked for after a milder one that takes it, and is never reported."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ABOVE = (ast.Gt, ast.GtE)
_BELOW = (ast.Lt, ast.LtE)
_Bound = tuple[str, bool, float, bool]
"""What is compared, whether it must be above, the figure, and whether the figure itself is enough."""


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        for earlier, later in _chains(view):
            if _takes(earlier.test, later.test):
                message = f"{view.name} never gets here: `{ast.unparse(earlier.test)[:80]}` before it takes every value that this asks for."
                yield Hit(source.path, later.lineno, later.body[-1].end_lineno or later.lineno, message, view.qualified)


def _chains(view: FunctionView) -> Iterator[tuple[ast.If, ast.If]]:
    """Each ``elif`` with every branch before it; those that are reached once only."""
    inner = {id(node.orelse[0]) for node in view.nodes if isinstance(node, ast.If) and _has_elif(node)}
    for node in view.nodes:
        if not isinstance(node, ast.If) or id(node) in inner:
            continue
        before: list[ast.If] = []
        branch: ast.If | None = node
        while branch is not None:
            earlier = next((one for one in before if _takes(one.test, branch.test)), None)
            if earlier is not None:
                yield earlier, branch
            before.append(branch)
            follows = branch.orelse[0] if _has_elif(branch) else None
            branch = follows if isinstance(follows, ast.If) else None


def _has_elif(node: ast.If) -> bool:
    return len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)


def _takes(earlier: ast.expr, later: ast.expr) -> bool:
    """Whether the earlier condition holds wherever the later one does."""
    wide, narrow = _bounds(earlier), _bounds(later)
    if not wide or not narrow:
        return False
    return all(any(_covers(one, other) for one in wide) for other in narrow)


def _bounds(test: ast.expr) -> list[_Bound]:
    """The alternatives of a condition as bounds; none where any of them is of another form."""
    parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) else [test]
    found = [one for one in map(_bound, parts) if one is not None]
    return found if len(found) == len(parts) else []


def _bound(test: ast.expr) -> _Bound | None:
    match test:
        case ast.Compare(left=left, ops=[operator], comparators=[ast.Constant(value=int() | float() as figure)]):
            if isinstance(figure, bool) or not isinstance(left, ast.Name | ast.Attribute | ast.Subscript):
                return None
            if isinstance(operator, _ABOVE):
                return ast.dump(left), True, float(figure), isinstance(operator, ast.GtE)
            if isinstance(operator, _BELOW):
                return ast.dump(left), False, float(figure), isinstance(operator, ast.LtE)
            return None
        case _:
            return None


def _covers(wide: _Bound, narrow: _Bound) -> bool:
    if wide[:2] != narrow[:2]:
        return False
    if wide[2] == narrow[2]:
        return wide[3] or not narrow[3]
    return wide[2] < narrow[2] if wide[1] else wide[2] > narrow[2]


RULE = Rule(
    id="AUD253",
    name="overshadowed-threshold",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can every branch of a scale of thresholds be reached?",
    why="`if load > 90: degraded` before `elif load > 95: unhealthy` means that the service is never unhealthy.",
    limits="Judged are chains of `if` and `elif` on comparisons of names, attributes and items with figures, also joined by `or`; other conditions are not worked out.",
    fix="Ask for the worst state first.",
    since="0.2.0",
    effort=5,
    reads=frozenset({"python"}),
    triggers=("elif", "else"),
    examples=(
        Example(
            title="the milder state first",
            files={
                "app/health.py": "def level(memory, load):\n    if memory > 90 or load > 0.9:\n        return 'degraded'\n    elif memory > 95 or load > 0.95:\n        return 'unhealthy'\n    return 'healthy'\n"
            },
            found=("app/health.py:4",),
        ),
        Example(
            title="the worst state first, and other questions",
            files={
                "app/health.py": "def level(memory, load):\n    if memory > 95:\n        return 'unhealthy'\n    elif memory > 90:\n        return 'degraded'\n    elif load > 95 or memory < 5:\n        return 'odd'\n    return 'healthy'\n"
            },
        ),
    ),
    check_file=_check,
)
