"""Attributes of classes that hold one number from first to last."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.python_names import last_name
from auditor.facts.python_records import is_record
from auditor.facts.python_syntax import PythonSyntax, nodes_of
from auditor.facts.python_values import is_number

__all__ = ["fixed_attributes"]

_PLAIN_BASES = frozenset({"object", "ABC", "Protocol", "Generic"})


@lru_cache(maxsize=2)
def fixed_attributes(owner: ast.ClassDef | None, syntax: PythonSyntax) -> dict[str, ast.expr]:
    """The attributes of a class that are written as numbers, and that nothing in the file sets again or could be given otherwise."""
    if owner is None or {last_name(one) for one in owner.bases} - _PLAIN_BASES:
        return {}
    stores, texts = _stores(syntax)
    redefined = _redefined(syntax).get(owner.name, {})
    return {
        name: value
        for name, value, times in _numbers(owner)
        if stores[name] == times and name not in texts and not redefined.get(name, set()) - {owner}
    }


@lru_cache(maxsize=2)
def _stores(syntax: PythonSyntax) -> tuple[Counter[str], frozenset[str]]:
    """How often each attribute is set in a file, and the texts that may name one to `setattr` or `replace`."""
    stored = Counter(one.attr for one in nodes_of(syntax.tree, ast.Attribute) if not isinstance(one.ctx, ast.Load))
    texts = {one.value for one in nodes_of(syntax.tree, ast.Constant) if isinstance(one.value, str)}
    given = {one.arg for one in nodes_of(syntax.tree, ast.keyword) if one.arg}
    return stored, frozenset(texts | given)


def _numbers(owner: ast.ClassDef) -> Iterator[tuple[str, ast.expr, int]]:
    """The name, the number and how often the definition itself sets the attribute (in `__init__` once)."""
    record = is_record(owner)
    for one in owner.body:
        match one:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_number(value):
                yield name, value, 0
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                inner = _default_of(value) if record else value
                if inner is not None and is_number(inner):
                    yield name, inner, 0
            case ast.FunctionDef(name="__init__"):
                yield from _set_at_start(one)
            case _:
                continue


def _set_at_start(init: ast.FunctionDef) -> Iterator[tuple[str, ast.expr, int]]:
    for one in init.body:
        target = one.targets[0] if isinstance(one, ast.Assign) and len(one.targets) == 1 else None
        target = one.target if isinstance(one, ast.AnnAssign) else target
        value = one.value if isinstance(one, ast.Assign | ast.AnnAssign) else None
        if isinstance(target, ast.Attribute) and last_name(target.value) == "self" and value and is_number(value):
            yield target.attr, value, 1


def _default_of(value: ast.expr) -> ast.expr | None:
    """The number of a field that the constructor does not take: ``field(default=3, init=False)``."""
    given = {one.arg: one.value for one in value.keywords} if isinstance(value, ast.Call) else {}
    init = given.get("init")
    return given.get("default") if isinstance(init, ast.Constant) and init.value is False else None


@lru_cache(maxsize=2)
def _redefined(syntax: PythonSyntax) -> dict[str, dict[str, set[ast.ClassDef]]]:
    """By the names of classes that others of the file derive from: the attributes that these set for themselves, and which of them do."""
    found: dict[str, dict[str, set[ast.ClassDef]]] = {}
    for node, _ in syntax.classes:
        names = [last_name(to) for one in node.body if isinstance(one, ast.Assign) for to in one.targets]
        for base in {last_name(one) for one in node.bases} if names else ():
            below = found.setdefault(base, {})
            for name in names:
                below.setdefault(name, set()).add(node)
    return found
