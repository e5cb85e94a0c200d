"""The private attributes of classes: what is put into them, and who reads them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from auditor.facts.python_syntax import PythonSyntax, nodes_of

__all__ = ["Attribute", "own_attributes"]

_FILLS = frozenset({
    "append", "add", "extend", "update", "setdefault", "insert", "appendleft", "extendleft", "put", "put_nowait", "push", "__setitem__", "intersection_update", "symmetric_difference_update",
})  # fmt: skip
"""Methods of containers that put something in."""
_TAKES = frozenset({"discard", "remove", "clear", "pop", "popleft", "popitem", "difference_update"})


@dataclass(slots=True)
class Attribute:
    """One private attribute of a class: what it is bound to, the nodes that fill it, take from it and read it."""

    bound: list[tuple[ast.stmt, ast.expr]] = field(default_factory=list)
    filled: list[ast.AST] = field(default_factory=list)
    taken: list[ast.AST] = field(default_factory=list)
    read: list[ast.Attribute] = field(default_factory=list)


@lru_cache(maxsize=2)
def own_attributes(syntax: PythonSyntax) -> dict[str, Attribute]:
    """Those of all classes of a file by name (one of the same name in two classes counts as one)."""
    found: dict[str, Attribute] = {}
    seen: set[int] = set()
    for name, node, part in _uses(syntax.tree):
        seen.add(id(part))
        _note(found.setdefault(name, Attribute()), node, part)
    for one in nodes_of(syntax.tree, ast.Attribute):
        if id(one) not in seen and one.attr.startswith("_") and not one.attr.startswith("__"):
            attribute = found.setdefault(one.attr, Attribute())
            (attribute.read if isinstance(one.ctx, ast.Load) else attribute.filled).append(one)
    return found


def _note(attribute: Attribute, node: ast.AST, part: ast.Attribute) -> None:
    match node:
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value) if isinstance(part.ctx, ast.Store):
            attribute.bound.append((node, value))
        case ast.Call(func=ast.Attribute(attr=method)) if method in _TAKES:
            attribute.taken.append(node)
        case ast.Delete():
            attribute.taken.append(node)
        case _:
            attribute.filled.append(node)


def _uses(tree: ast.Module) -> Iterator[tuple[str, ast.AST, ast.Attribute]]:
    """Bindings, fillings and takings of private attributes: the name, the node, and the attribute in it."""
    for node in nodes_of(tree, ast.Assign):
        yield from (found for target in node.targets for found in _targets(node, target))
    for bound in nodes_of(tree, ast.AnnAssign):
        if bound.value is not None:
            yield from _targets(bound, bound.target)
    for added in nodes_of(tree, ast.AugAssign):
        yield from _targets(added, added.target)
    for deleted in nodes_of(tree, ast.Delete):
        yield from (found for target in deleted.targets for found in _targets(deleted, target))
    for said in nodes_of(tree, ast.Expr):
        call = said.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _FILLS | _TAKES:
            yield from _targets(call, call.func.value)


def _targets(node: ast.AST, target: ast.expr) -> Iterator[tuple[str, ast.AST, ast.Attribute]]:
    held = target.value if isinstance(target, ast.Subscript) else target
    if isinstance(held, ast.Attribute) and held.attr.startswith("_") and not held.attr.startswith("__"):
        yield held.attr, node, held
