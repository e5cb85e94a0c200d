"""Files that a Python function chooses from a table, and complains about where they are not there."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from auditor.facts.python_syntax import subtree

__all__ = ["chosen_files"]

_Looks = Callable[[ast.expr, set[str]], bool]
_Complains = Callable[[list[ast.stmt]], bool]


def chosen_files(nodes: Sequence[ast.AST], looks: _Looks, complains: _Complains) -> Iterator[tuple[int, str]]:
    """``name = {"staging": "compose.staging.yml"}.get(env)``; ``if not (root / name).exists(): fail()``: every value, with its line."""
    for function in nodes:
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        tables = _tables(function)
        for name, table in _choices(function, tables):
            if _insists(function, {name}, looks, complains):
                for value in table.values:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str) and "." in value.value:
                        yield value.lineno, value.value


def _tables(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, ast.Dict]:
    found: dict[str, ast.Dict] = {}
    for one in function.body:
        match one:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() as table):
                found[name] = table
            case _:
                continue
    return found


def _choices(
    function: ast.FunctionDef | ast.AsyncFunctionDef, tables: dict[str, ast.Dict]
) -> Iterator[tuple[str, ast.Dict]]:
    """The names that are bound to an entry of a table."""
    for one in function.body if tables else ():
        match one:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=table), attr="get"), args=[_])
                | ast.Subscript(value=ast.Name(id=table)),
            ) if table in tables:
                yield name, tables[table]
            case _:
                continue


def _insists(
    function: ast.FunctionDef | ast.AsyncFunctionDef, names: set[str], looks: _Looks, complains: _Complains
) -> bool:
    """Whether the function looks for what is chosen, or what is made of it, and complains where it is not there."""
    for one in function.body:
        if isinstance(one, ast.Assign) and any(
            isinstance(part, ast.Name) and part.id in names for part in subtree(one.value)
        ):
            names = names | {target.id for target in one.targets if isinstance(target, ast.Name)}
        elif isinstance(one, ast.If) and looks(one.test, names):
            negated = isinstance(one.test, ast.UnaryOp) and isinstance(one.test.op, ast.Not)
            return complains(one.body if negated else one.orelse)
    return False
