"""Members that code puts on objects from outside, and those that it asks for before it uses them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from auditor.facts.python_syntax import nodes_of

__all__ = ["asked_names", "patched_names"]

_ASKS = frozenset({"hasattr", "getattr", "setattr", "delattr"})


def patched_names(tree: ast.Module) -> frozenset[str]:
    """The names of members that a module sets on objects from outside."""
    return frozenset(_patched(tree))


def asked_names(tree: ast.Module) -> frozenset[str]:
    """The names of members that a module asks for before it uses them."""
    return frozenset(name for function, name in _named(tree) if function in _ASKS - {"setattr"})


def _patched(tree: ast.Module) -> Iterator[str]:
    """What is set on objects from outside; what an application keeps as its state is set on no class of the repository."""
    targets: list[ast.expr | None] = []
    for one in nodes_of(tree, ast.Assign):
        targets += one.targets if not isinstance(one.value, ast.Constant) else ()
    targets += [one.target for one in nodes_of(tree, ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)]
    targets += [item.optional_vars for item in nodes_of(tree, ast.withitem)]
    for node in nodes_of(tree, ast.Tuple, ast.List):
        targets += node.elts
    yield from (target.attr for target in targets if _is_outside(target))
    yield from (name for function, name in _named(tree) if function in ("setattr", "object"))


def _is_outside(target: ast.expr | None) -> TypeGuard[ast.Attribute]:
    if (
        not isinstance(target, ast.Attribute)
        or type(target.ctx) is not ast.Store
        or (isinstance(target.value, ast.Name) and target.value.id == "self")
    ):
        return False
    return not (isinstance(target.value, ast.Attribute) and target.value.attr == "state")


def _named(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Functions that are told the name of a member: those of the language, ``monkeypatch.setattr``, ``patch.object``."""
    for node in nodes_of(tree, ast.Call):
        if len(node.args) < 2 or not isinstance(node.args[1], ast.Constant):  # noqa: PLR2004 - the object, and a name
            continue
        match node:
            case ast.Call(func=ast.Name(id=asked), args=[_, ast.Constant(value=str(name)), *_]) if asked in _ASKS:
                yield asked, name
            case ast.Call(
                func=ast.Attribute(attr="setattr" | "object" as asked), args=[_, ast.Constant(value=str(name)), *_]
            ):
                yield asked, name
            case _:
                continue
