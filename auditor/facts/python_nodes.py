"""Walks over a Python syntax tree: what is below a node is laid out once, and every walk is a part of it."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar, cast

__all__ = ["SCOPES", "all_nodes", "by_kind", "children", "chosen", "nodes_of", "own_nodes", "subtree"]

N = TypeVar("N", bound=ast.AST)
_BELOW = " below"
"""The attribute of a node that holds its children; no field of the grammar has such a name."""
_PLACE = " place"
"""The attribute of a node that tells where it lies in which row."""
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LEAVES = frozenset(
    {"arg", "asname", "attr", "conversion", "ctx", "id", "kind", "level", "module", "simple", "type_comment"}
)
"""Fields that hold no node but, in `ctx`, the one that tells reading from writing, which its owner is asked for."""
_WITHOUT_CHILDREN = frozenset({ast.Constant, ast.Name, ast.alias})


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of a kind of node that can hold others."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        leaf = kind in _WITHOUT_CHILDREN
        self[kind] = found = () if leaf else tuple(name for name in kind._fields if name not in _LEAVES)
        return found


_CHILDREN = _Fields()


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """A node and all below it in the order of the text: what is below any of them is a slice, which ends at its end.

    `scopes` are the places of functions and classes.
    """

    nodes: list[ast.AST] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    scopes: list[int] = field(default_factory=list)


def own_nodes(body: Iterable[ast.AST]) -> Sequence[ast.AST]:
    """All nodes below these in source order. Nested functions and classes are among them, but not entered."""
    found: list[ast.AST] = []
    for root in body:
        row, at = _place(root)
        end = row.ends[at]
        first = bisect_left(row.scopes, at)
        while first < len(row.scopes) and (scope := row.scopes[first]) < end:
            found += row.nodes[at : scope + 1]
            found += own_nodes(getattr(row.nodes[scope], "decorator_list", ()))
            at = row.ends[scope]
            first = bisect_left(row.scopes, at, first)
        found += row.nodes[at:end]
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """As `ast.iter_child_nodes`, of which the nested generators take most of the time of a walk, but for `ctx`.

    A file is walked many times: the list is kept with its node. Nobody may change it.
    """
    known: list[ast.AST] | None = node.__dict__.get(_BELOW)
    if known is not None:
        return known
    found: list[ast.AST] = []
    for name in _CHILDREN[type(node)]:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [one for one in value if isinstance(one, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    node.__dict__[_BELOW] = found
    return found


def subtree(node: ast.AST) -> Sequence[ast.AST]:
    """A node and all below it, parents before their children, in the order of the grammar's fields."""
    row, at = _place(node)
    return row.nodes[at : row.ends[at]]


def _place(node: ast.AST) -> tuple[_Row, int]:
    """The row that a node lies in, and where. Of a node that lies in none, one is made."""
    known: tuple[_Row, int] | None = node.__dict__.get(_PLACE)
    if known is not None:
        return known
    return _laid_out(node), 0


def _laid_out(root: ast.AST) -> _Row:
    row = _Row()
    below: list[int] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        node.__dict__[_PLACE] = (row, len(below))
        row.nodes.append(node)
        inner = () if type(node) in _WITHOUT_CHILDREN else children(node)
        below.append(len(inner))
        waiting += inner[::-1]
    row.ends.extend(below)
    for at in range(len(below) - 1, -1, -1):
        end = at + 1
        for _ in range(below[at]):
            end = row.ends[end]
        row.ends[at] = end
    row.scopes.extend(at for at, node in enumerate(row.nodes) if isinstance(node, SCOPES))
    return row


@lru_cache(maxsize=2)
def all_nodes(tree: ast.Module) -> Sequence[ast.AST]:
    """Every node of a file in the order of `subtree`."""
    return subtree(tree)


def nodes_of(tree: ast.Module, *kinds: type[N]) -> Sequence[N]:
    """Those of `all_nodes` that are of these kinds, which are those of the grammar, and no base of them."""
    return chosen(all_nodes(tree), _kinds_in(tree), kinds)


@lru_cache(maxsize=2)
def _kinds_in(tree: ast.Module) -> dict[type[ast.AST], list[ast.AST]]:
    return by_kind(all_nodes(tree))


def by_kind(nodes: Iterable[ast.AST]) -> dict[type[ast.AST], list[ast.AST]]:
    found: dict[type[ast.AST], list[ast.AST]] = {}
    for node in nodes:
        found.setdefault(type(node), []).append(node)
    return found


def chosen(
    nodes: Sequence[ast.AST], by_kind: Mapping[type[ast.AST], list[ast.AST]], kinds: tuple[type[N], ...]
) -> Sequence[N]:
    there = [kind for kind in kinds if kind in by_kind]
    if not there:
        return ()
    if len(there) == 1:
        return cast("list[N]", by_kind[there[0]])
    return cast("list[N]", [node for node in nodes if type(node) in there])
