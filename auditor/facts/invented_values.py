"""Values of Python code that come from nothing but the code: literals, random numbers, and arithmetic on them."""

from __future__ import annotations

import ast

from auditor.facts.drawn_values import DrawnValues
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes
from auditor.facts.verdicts import Verdict, verdict_of_word

__all__ = ["draws_in", "is_invented", "stands_for"]

_ARITHMETIC = frozenset({
    "min", "max", "round", "int", "float", "abs", "len", "range", "sum", "str", "time", "monotonic", "perf_counter", "now", "utcnow", "timedelta", "get", "sqrt", "exp", "log", "sin", "cos", "hash", "sorted", "list",
})  # fmt: skip
_OPEN = (ast.Await, ast.Lambda, ast.Yield)
_UNITS = frozenset({0, 1, 2, 60, 100, 1000, 1024, 3600, 1_000_000, 1_048_576, 86400})
"""What a measured value is put into another unit with."""
_GOOD = pattern(r"(?i)^(?:active|enabled|running|open|nominal|stable|normal)$")


def is_invented(value: ast.expr, view: FunctionView, drawn: DrawnValues) -> bool:
    """Whether an expression asks nobody: it draws, or is made of a number, a flag or a good word that is written in it."""
    nodes = list(own_nodes([value]))
    if any(isinstance(one, _OPEN) for one in nodes):
        return False
    calls = [one for one in nodes if isinstance(one, ast.Call)]
    draws = False
    for one in calls:
        if drawn.is_draw(one, view):
            draws = True
        elif last_name(one.func) not in _ARITHMETIC:
            return False
    return draws or _is_written(value) or (not calls and _has_number(nodes)) or _computes(value, nodes)


def draws_in(value: ast.AST, view: FunctionView, drawn: DrawnValues) -> ast.Call | None:
    """The first call below a node that draws."""
    return next((one for one in own_nodes([value]) if isinstance(one, ast.Call) and drawn.is_draw(one, view)), None)


def stands_for(value: ast.expr, view: FunctionView) -> ast.expr:
    """What a name is bound to, also where it is converted (``float(peak)``), where it is bound once; other values are themselves."""
    match value:
        case ast.Call(func=ast.Name(id="float" | "int" | "round"), args=[ast.Name(id=name), *_]) | ast.Name(id=name):
            return Bindings.of(view).only(name) or value
        case _:
            return value


def _is_written(value: ast.expr) -> bool:
    """Whether it is a flag or a word for a good state."""
    match value:
        case ast.Constant(value=bool() as flag):
            return flag
        case ast.Constant(value=str() as word):
            return verdict_of_word(word) is Verdict.SUCCESS or _GOOD.match(word) is not None
        case _:
            return False


def _has_number(nodes: list[ast.AST]) -> bool:
    """Whether a number stands in it, and nothing is taken out of a container."""
    numbers = [
        one.value
        for one in nodes
        if isinstance(one, ast.Constant) and isinstance(one.value, int | float) and not isinstance(one.value, bool)
    ]
    read = any(isinstance(one, ast.Attribute) for one in nodes)
    if read and _UNITS.issuperset(numbers):
        return False
    return bool(numbers) and not any(
        isinstance(one, ast.Subscript | ast.Compare | ast.IfExp | ast.comprehension) for one in nodes
    )


def _computes(value: ast.expr, nodes: list[ast.AST]) -> bool:
    """Whether a number of the code is put to something, and that rounded or bounded."""
    return (
        isinstance(value, ast.Call | ast.BinOp)
        and any(isinstance(one, ast.BinOp) for one in nodes)
        and _has_number(nodes)
    )
