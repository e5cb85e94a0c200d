"""Guarded imports whose failure shows all the same, because the file imports the same thing without a guard."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.python_syntax import PythonSyntax, all_nodes, own_nodes

__all__ = ["fails_openly"]


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
    """The dotted names of the modules, and of what is taken from them, that are imported outside of every attempt."""
    nodes = all_nodes(syntax.tree)
    guarded = {id(one) for node in nodes if isinstance(node, ast.Try) for one in own_nodes(node.body)}
    return frozenset(name for node in nodes if id(node) not in guarded for name in _names(node))


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (one.name for one in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = _module(node)
        yield module
        yield from (f"{module}.{one.name}" for one in node.names)


def _module(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")
