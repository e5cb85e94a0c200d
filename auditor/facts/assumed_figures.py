"""Comparisons of Python that come out one way: of figures that are written down, and of what is never negative."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_metric_name, is_target_name
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView
from auditor.facts.python_values import is_number

__all__ = ["assumed_figure", "is_never_negative", "kept_comparisons"]


def assumed_figure(test: ast.expr, bindings: Bindings, view: FunctionView) -> ast.expr | None:
    """The number that a figure is bound to, and nothing else, where it is compared with a limit that is set elsewhere."""
    if view.is_test or not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    for side, limit in ((test.left, test.comparators[0]), (test.comparators[0], test.left)):
        name = side.id if isinstance(side, ast.Name) else ""
        value = bindings.only(name) if name and is_metric_name(name) else None
        if is_number(value) and isinstance(limit, ast.Attribute | ast.Subscript) and is_target_name(last_name(limit)):
            return value
    return None


def kept_comparisons(view: FunctionView) -> Iterator[tuple[ast.expr, ast.stmt, bool]]:
    """The comparisons of figures that any function keeps as a verdict: ``passed = error_rate <= policy.maximum``."""
    for one in view.of(ast.Assign):
        if isinstance(one.value, ast.Compare) and not view.is_test:
            yield one.value, one, False


def is_never_negative(value: ast.expr) -> bool:
    """``len(found) >= 0``, which holds for everything."""
    match value:
        case ast.Compare(left=ast.Call(func=ast.Name(id="len")), ops=[ast.GtE()], comparators=[ast.Constant(value=0)]):
            return True
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="len")), ops=[ast.Gt()], comparators=[ast.UnaryOp(op=ast.USub())]
        ):
            return True
        case _:
            return False
