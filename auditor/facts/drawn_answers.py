"""What functions answer with that they have drawn: random numbers, and all that is worked out from them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

from auditor.facts.drawn_values import DrawnValues
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes
from auditor.facts.route_handlers import answers_of

__all__ = ["draws_answered"]

_FILLS = frozenset({"append", "extend", "insert", "add", "update", "appendleft", "setdefault"})
_ROUNDS = 6
"""How often the statements are gone over: a chain of names is hardly longer, and each pass carries it on."""


def draws_answered(view: FunctionView, drawn: DrawnValues) -> list[ast.Call]:
    """The draws of a function on which its answers rest, in their order; none where it answers with something else."""
    draws = [call for call in view.calls if drawn.is_draw(call, view)]
    if not draws:
        return []
    reached = _drawn_names(view, drawn)
    given = [node for value in answers_of(view) for node in own_nodes([value])]
    inside = {id(node) for node in given}
    if not any(isinstance(node, ast.Name) and node.id in reached for node in given):
        return [call for call in draws if id(call) in inside]
    return draws


def _drawn_names(view: FunctionView, drawn: DrawnValues) -> frozenset[str]:
    """The local names whose values rest on a draw."""
    links = [(_names_read(value, view, drawn), set(targets)) for value, targets in _links(view)]
    reached: set[str] = set()
    for _ in range(_ROUNDS):
        before = len(reached)
        for (read, draws), targets in links:
            if draws or read & reached:
                reached |= targets
        if len(reached) == before:
            break
    return frozenset(reached)


def _names_read(value: ast.AST, view: FunctionView, drawn: DrawnValues) -> tuple[frozenset[str], bool]:
    """The names that an expression reads, and whether it draws itself."""
    nodes = list(own_nodes([value]))
    names = frozenset(one.id for one in nodes if isinstance(one, ast.Name))
    return names, any(isinstance(one, ast.Call) and drawn.is_draw(one, view) for one in nodes)


@lru_cache(maxsize=4)
def _links(view: FunctionView) -> tuple[tuple[ast.AST, tuple[str, ...]], ...]:
    """Each value of a function that becomes part of something, with the names of that."""
    return tuple((value, tuple(_named(targets))) for value, targets in _bound(view))


def _bound(view: FunctionView) -> Iterator[tuple[ast.AST, Iterable[ast.AST]]]:
    for one in view.of(ast.Assign):
        yield one.value, one.targets
    for one in view.of(ast.AnnAssign, ast.AugAssign):
        if one.value is not None:
            yield one.value, [one.target]
    for one in view.of(ast.For, ast.AsyncFor):
        yield one.iter, [one.target]
    for call in view.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in _FILLS:
            for value in call.args:
                yield value, [call.func.value]


def _named(targets: Iterable[ast.AST]) -> Iterator[str]:
    """The names that targets begin with: ``rows`` of ``rows[0].price``."""
    for target in targets:
        for part in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
            node: ast.AST = part
            while isinstance(node, ast.Subscript | ast.Attribute | ast.Starred):
                node = node.value
            if last_name(node) not in ("", "self"):
                yield last_name(node)
