"""Walks over a Python syntax tree: what is below a node is laid out once, and every walk is a part of it."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar, overload

__all__ = [
    "SCOPES",
    "all_nodes",
    "attributes_in",
    "by_kind",
    "children",
    "chosen",
    "forget",
    "names_in",
    "nodes_of",
    "own_nodes",
    "subtree",
]

N = TypeVar("N", bound=ast.AST)
_BELOW = " below"
"""The attribute of a node that holds its children; no field of the grammar has such a name."""
_PLACE = " place"
"""The attribute of a node that tells where it lies in which row."""
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SCOPES = frozenset(SCOPES)
_LEAVES = frozenset(
    {"arg", "asname", "attr", "conversion", "ctx", "id", "kind", "level", "module", "simple", "type_comment"}
)
"""Fields that hold no node but, in `ctx`, the one that tells reading from writing, which its owner is asked for."""
_WITHOUT_CHILDREN = frozenset({ast.Constant, ast.Name, ast.alias})
_SEVERAL = 2
_FEW = 8
"""Sorting some nodes by their places is as fast as looking at so many times as many."""


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
    own = node.__dict__
    known: list[ast.AST] | None = own.get(_BELOW)
    if known is None:
        known = own[_BELOW] = _listed(own, _CHILDREN[type(node)])
    return known


def _listed(own: Mapping[str, object], names: tuple[str, ...]) -> list[ast.AST]:
    """The nodes in the fields of a node, which its dictionary holds."""
    found: list[ast.AST] = []
    for name in names:
        value = own.get(name)
        if isinstance(value, list):
            if value:
                found += [one for one in value if isinstance(one, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
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
    nodes = row.nodes
    below: list[int] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        own = node.__dict__
        own[_PLACE] = (row, len(below))
        nodes.append(node)
        names = _CHILDREN[type(node)]
        if not names:
            below.append(0)
            continue
        inner = own.get(_BELOW)
        if inner is None:
            inner = own[_BELOW] = _listed(own, names)
        below.append(len(inner))
        waiting += inner[::-1]
    row.ends.extend(_ends(below))
    row.scopes.extend(at for at, node in enumerate(nodes) if type(node) in _SCOPES)
    return row


def _ends(below: list[int]) -> list[int]:
    """Where what lies below each node ends, told from the numbers of its children."""
    ends = list(range(1, len(below) + 1))
    for at in range(len(below) - 1, -1, -1):
        end = at + 1
        for _ in range(below[at]):
            end = ends[end]
        ends[at] = end
    return ends


def forget(tree: ast.Module) -> None:
    """Let go of the layout of a file that nobody will look at again.

    Nodes know their row and the row its nodes: tens of megabytes of files would wait for the collector of such circles.
    """
    known: tuple[_Row, int] | None = tree.__dict__.get(_PLACE)
    if known is not None:
        known[0].nodes.clear()


@lru_cache(maxsize=2)
def all_nodes(tree: ast.Module) -> Sequence[ast.AST]:
    """Every node of a file in the order of `subtree`."""
    return subtree(tree)


@overload
def nodes_of(tree: ast.Module, kind: type[N], /) -> Sequence[N]: ...
@overload
def nodes_of(tree: ast.Module, *kinds: type[ast.AST]) -> Sequence[Any]: ...
def nodes_of(tree: ast.Module, *kinds: type[ast.AST]) -> Sequence[Any]:
    """Those of `all_nodes` that are of these kinds, which are those of the grammar, and no base of them."""
    return chosen(all_nodes(tree), _kinds_in(tree), kinds)


@lru_cache(maxsize=2)
def _kinds_in(tree: ast.Module) -> dict[type[ast.AST], list[ast.AST]]:
    return by_kind(all_nodes(tree))


def by_kind(nodes: Iterable[ast.AST]) -> dict[type[ast.AST], list[ast.AST]]:
    """The nodes sorted by their kinds, each in the order of `nodes`."""
    found: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    for node in nodes:
        found[type(node)].append(node)
    found.default_factory = None
    return found


@lru_cache(maxsize=2)
def names_in(tree: ast.Module) -> frozenset[str]:
    """The names that a file reads or binds as variables."""
    return frozenset([node.id for node in nodes_of(tree, ast.Name)])


@lru_cache(maxsize=2)
def attributes_in(tree: ast.Module) -> frozenset[str]:
    """The attributes that a file reads or sets of anything."""
    return frozenset([node.attr for node in nodes_of(tree, ast.Attribute)])


def chosen(
    nodes: Sequence[ast.AST], by_kind: Mapping[type[ast.AST], list[ast.AST]], kinds: tuple[type[ast.AST], ...]
) -> Sequence[Any]:
    """Those of `nodes` that are of these kinds, in the same order."""
    if len(kinds) == 1:
        return by_kind.get(kinds[0], ())
    there = [by_kind[kind] for kind in kinds if kind in by_kind]
    if len(there) < _SEVERAL:
        return there[0] if there else ()
    if sum(map(len, there)) * _FEW > len(nodes):
        return [node for node in nodes if type(node) in kinds]
    return sorted(chain.from_iterable(there), key=_position)


def _position(node: ast.AST) -> int:
    at: int = node.__dict__[_PLACE][1]
    return at
