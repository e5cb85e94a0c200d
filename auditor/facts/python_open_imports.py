"""Guarded imports whose failure shows all the same, because the file imports the same thing without a guard."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeGuard

from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes

__all__ = ["fails_openly"]

_PLAIN_MARKS = frozenset({"parametrize", "asyncio", "anyio", "usefixtures", "timeout", "django_db"})
"""Marks that leave no test out."""


def fails_openly(attempt: ast.Try, syntax: PythonSyntax) -> bool:
    """Whether all that an attempt imports is imported elsewhere in the file without one.

    A module counts, and a class or constant of a module that is: where only such a name is missing, the module itself left it
    out, for want of an optional package.
    """
    wanted = [one for one in own_nodes(attempt.body) if isinstance(one, ast.Import | ast.ImportFrom)]
    known = _imported_openly(syntax)
    return bool(wanted) and all(_is_known(one, known) for one in wanted)


def _is_known(node: ast.Import | ast.ImportFrom, known: frozenset[str]) -> bool:
    if isinstance(node, ast.Import):
        return all(one.name in known for one in node.names)
    module = _module(node)
    return all(
        f"{module}.{one.name}" in known or (module in known and not one.name[:1].islower()) for one in node.names
    )


@lru_cache(maxsize=2)
def _imported_openly(syntax: PythonSyntax) -> frozenset[str]:
    """The dotted names of the modules, and of what is taken from them, that whoever runs the file imports outside of every attempt."""
    nodes = _run(syntax)
    guarded = {id(one) for node in nodes if _guards(node, syntax) for one in own_nodes(node.body)}
    return frozenset(name for node in nodes if id(node) not in guarded for name in _names(node))


def _run(syntax: PythonSyntax) -> list[ast.AST]:
    """What runs with the file: its top, its classes, and its tests. Whether other functions ever do is not told."""
    nodes = [*syntax.module_nodes]
    for node, _ in syntax.classes:
        nodes += own_nodes(node.body)
    of_all = _marks_of_all(syntax)
    for view in syntax.functions:
        if view.is_test and not _may_skip(view, of_all, syntax):
            nodes += view.nodes
    return nodes


def _marks_of_all(syntax: PythonSyntax) -> list[ast.expr]:
    """The marks that a file gives all of its tests."""
    named = [one for one in syntax.at_top(ast.Assign) if any(syntax.name_of(to) == "pytestmark" for to in one.targets)]
    return [
        mark
        for one in named
        for mark in (one.value.elts if isinstance(one.value, ast.List | ast.Tuple) else (one.value,))
    ]


def _may_skip(view: FunctionView, of_all: list[ast.expr], syntax: PythonSyntax) -> bool:
    """Whether a test may be left out: it calls something named for that, or bears a mark that may be one."""
    decorators = [*of_all, *view.node.decorator_list, *(view.owner.decorator_list if view.owner else ())]
    marks = [syntax.name_of(one.func if isinstance(one, ast.Call) else one) for one in decorators]
    skips = any("skip" in syntax.name_of(one.func).rpartition(".")[2] for one in view.calls)
    return skips or any(one.removeprefix("pytest.mark.") not in _PLAIN_MARKS for one in marks)


def _guards(node: ast.AST, syntax: PythonSyntax) -> TypeGuard[ast.Try | ast.If]:
    """Whether what stands below may fail without a word, or is for type checkers only."""
    if isinstance(node, ast.If):
        return syntax.name_of(node.test).rpartition(".")[2] == "TYPE_CHECKING"
    return isinstance(node, ast.Try)


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (one.name for one in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = _module(node)
        yield module
        yield from (f"{module}.{one.name}" for one in node.names)


def _module(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")
