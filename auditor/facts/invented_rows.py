"""Lists that a function fills with rows of its own making where what it asked gave none."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_target_name
from auditor.facts.pattern import pattern
from auditor.facts.python_handlers import handlers
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes
from auditor.facts.python_values import fold

__all__ = ["invented_rows", "swallowed_before"]

_FILLS = frozenset({"append", "extend", "insert", "add"})
_PURE = frozenset({
    "now", "utcnow", "time", "isoformat", "timedelta", "uuid4", "str", "int", "float", "round", "range", "min", "max", "len", "abs", "today", "strftime", "hex", "enumerate", "uniform", "randint", "random", "choice",
    "normal", "gauss", "sin", "cos", "append",
})  # fmt: skip
_CHOSEN = pattern(
    r"(?i)config|setting|option|default|choice|header|column|field|param|theme|label|tab|menu|template|schema|error|warning|message|level|port|origin|host|role|permission|scope|arg|candidate|weight|limit|bucket|bin|step"
)


def invented_rows(view: FunctionView) -> Iterator[tuple[ast.If, ast.expr, str]]:
    """Each condition that a list is empty, with the first row that is made up there and the name of the list, which something else may fill."""
    for branch in view.of(ast.If):
        name = _empty(branch.test)
        if not name or _CHOSEN.search(name):
            continue
        row = next(_rows(branch, name), None)
        if row is not None and _is_asked_for(view, branch, name):
            yield branch, row, name


def swallowed_before(view: FunctionView, branch: ast.If) -> ast.ExceptHandler | None:
    """The handler that passes over every failure of what should have filled the list."""
    for attempt, handler in handlers(view):
        broad = handler.type is None or last_name(handler.type) in ("Exception", "BaseException")
        if (
            broad
            and attempt.lineno < branch.lineno
            and all(isinstance(one, ast.Pass | ast.Continue) for one in handler.body)
        ):
            return handler
    return None


def _empty(test: ast.expr) -> str:
    """The local name that a condition finds empty: ``not rows``, ``not rows or other``, ``len(rows) == 0``, ``rows is None``."""
    match test:
        case ast.BoolOp(op=ast.Or(), values=values):
            return next((found for one in values if (found := _empty(one))), "")
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)):
            return name
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return name
        case ast.Compare(left=ast.Call(args=[ast.Name(id=name)]), ops=[ast.Eq()], comparators=[ast.Constant(value=0)]):
            return name
        case _:
            return ""


def _rows(branch: ast.If, name: str) -> Iterator[ast.expr]:
    """The rows with figures that a branch puts into the list, or gives in its place, and that come from nothing but the code."""
    counted = {
        last_name(one.target)
        for one in own_nodes(branch.body)
        if isinstance(one, ast.For) and isinstance(one.iter, ast.Call) and last_name(one.iter.func) == "range"
    }
    for node in own_nodes(branch.body):
        for value in _put(node, name):
            for row in value.elts if isinstance(value, ast.List | ast.Tuple) else [value]:
                if _is_made_up(row, counted):
                    yield row


def _put(node: ast.AST, name: str) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=filled), attr=method), args=[*_, value]):
            if filled == name and method in _FILLS:
                yield value
        case ast.Assign(targets=[ast.Name(id=filled)], value=ast.List() as value) if filled == name:
            yield value
        case ast.Return(value=ast.List() as value):
            yield value
        case _:
            return


def _is_made_up(row: ast.expr, counted: set[str]) -> bool:
    """Whether a record has a figure, and each of its figures is a number of the code or a sum over the count of the rows."""
    pairs = list(_pairs(row))
    figures = [(key, value) for key, value in pairs if _is_figure(key, value, counted)]
    if not figures or any(_CHOSEN.search(key) or is_target_name(key) for key, _ in figures):
        return False
    return all(_asks_nobody(value) for _, value in pairs)


def _pairs(row: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(row, ast.Dict):
        for key, value in zip(row.keys, row.values, strict=True):
            yield (str(key.value) if isinstance(key, ast.Constant) else ""), value
    elif isinstance(row, ast.Call) and last_name(row.func)[:1].isupper():
        yield from ((one.arg or "", one.value) for one in row.keywords)


def _is_figure(key: str, value: ast.expr, counted: set[str]) -> bool:
    """A number of the code that is no round one, or a formula over the count of the rows."""
    number = fold(value)
    if isinstance(number, int | float) and not isinstance(number, bool):
        return bool(key) and number not in (0, 1, -1)
    names = {one.id for one in own_nodes([value]) if isinstance(one, ast.Name)}
    return (
        isinstance(value, ast.BinOp | ast.Call)
        and bool(names & counted)
        and any(isinstance(one, ast.Constant) and isinstance(one.value, int | float) for one in own_nodes([value]))
    )


def _asks_nobody(value: ast.expr) -> bool:
    nodes = list(own_nodes([value]))
    if any(isinstance(one, ast.Await) for one in nodes):
        return False
    return all(
        last_name(one.func) in _PURE or last_name(one.func)[:1].isupper() for one in nodes if isinstance(one, ast.Call)
    )


def _is_asked_for(view: FunctionView, branch: ast.If, name: str) -> bool:
    """Whether the list comes from a call, or is filled by something else than the branch."""
    inside = {id(one) for one in own_nodes(branch.body)}
    for one in view.of(ast.Assign):
        value = one.value.value if isinstance(one.value, ast.Await) else one.value
        if id(one) not in inside and last_name(one.targets[0]) == name and isinstance(value, ast.Call):
            return True
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr in _FILLS
        and last_name(call.func.value) == name
        and id(call) not in inside
        for call in view.calls
    )
