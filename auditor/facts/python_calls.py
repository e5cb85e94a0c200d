"""Calls of a Python module whose target can be told, with the arguments that they give and what becomes of the result."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.call_fates import Fate, fates_in, guarded_nodes
from auditor.facts.fixture_classes import handed_classes
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_imports import imports_of
from auditor.facts.python_members import instance_attributes
from auditor.facts.python_syntax import (
    FunctionView,
    PythonSyntax,
    nodes_of,
    syntax_of,
)
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "PythonCall", "PythonCalls"]

_ELSEWHERE = frozenset({*sys.stdlib_module_names, *dir(builtins)})
MOST_CALLS = 3000
_USED = Fate.USED
"""Asking an enumeration for a member takes ten times as long as a name does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonCall:
    """A call of `name` on an object of class `type`, or of the dotted name `name` where `type` is empty.

    `type` is ``self`` for the class around the call (in `owner`), ``()name`` for what a function called so gives, ``~name`` for what
    is entered with ``async with name()``.
    `given` counts the positional arguments, -1 where they cannot be counted; `names` are given on `lines`, and others that
    are not seen where it is `open`. `lent` where the object is a parameter or an attribute, and not made in the function.
    """

    line: int
    name: str
    type: str = ""
    owner: str = ""
    given: int = 0
    names: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    open: bool = False
    fate: Fate = Fate.USED
    lent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonCalls(Fact):
    """The calls of one module, by line, and the attributes that are read of its classes and of those it imports.

    `put` are the attributes that it sets on a class, as the capital of its name tells.
    """

    kind: ClassVar[str] = "python-calls"
    calls: tuple[PythonCall, ...]
    attributes: tuple[tuple[int, str], ...]
    put: tuple[str, ...] = ()


def _parse(source: Source) -> PythonCalls | None:
    syntax = syntax_of(source)
    fates = dict(fates_in(syntax.tree))
    top = frozenset(_names_at_top(syntax))
    in_tests = source.file.role is Role.TEST
    refused = guarded_nodes(syntax.tree, "TypeError", in_tests=in_tests)
    found = list(_found(syntax, top, fates, refused))
    missed = guarded_nodes(syntax.tree, "AttributeError", in_tests=in_tests)
    attributes = sorted(set(_attributes(syntax, top, missed)))[:MOST_CALLS]
    found.sort(key=lambda one: (one.line, one.type, one.name))
    put = {
        node.attr
        for node in nodes_of(syntax.tree, ast.Attribute)
        if isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id[:1].isupper()
    }
    if not found and not attributes and not put:
        return None
    return PythonCalls(calls=tuple(found[:MOST_CALLS]), attributes=tuple(attributes), put=tuple(sorted(put)))


def _found(
    syntax: PythonSyntax, top: frozenset[str], fates: dict[int, Fate], guarded: frozenset[int]
) -> Iterator[PythonCall]:
    for call in syntax.at_top(ast.Call):
        yield from _call(call, syntax, _Place(syntax, top), fates, guarded)
    within = _names_within(syntax)
    owners = {id(method): node for node, name in syntax.classes if "." not in name for method in node.body}
    for view in syntax.functions:
        if view.calls:
            hidden = within.get(view.qualified.rpartition(".")[0], frozenset())
            place = _Place(syntax, top, view, owners.get(id(view.node)), hidden)
            for call in view.calls:
                yield from _call(call, syntax, place, fates, guarded)


def _names_at_top(syntax: PythonSyntax) -> Iterator[str]:
    """The functions, classes and imports of the module that are what they are wherever they are bound."""
    meanings: dict[str, set[str]] = {}
    for node in syntax.at_top(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        meanings.setdefault(node.name, set()).add(f"{node.lineno}")
    for stored in syntax.at_top(ast.Name):
        if type(stored.ctx) is ast.Store:
            meanings.setdefault(stored.id, set()).update(("", "stored"))
    for one in imports_of(syntax):
        meaning = f"{'.' * one.level}{one.module}.{one.name}"
        meanings.setdefault(one.alias.partition(".")[0] if not one.name else one.alias, set()).add(meaning)
    for name, found in meanings.items():
        plain = name in syntax.aliases and all("." in one and one.endswith(".") for one in found)
        if len(found) == 1 or plain:
            yield name


class _Place:
    """Where calls stand: the names of the module, those of the function, and the classes of what they are bound to."""

    def __init__(
        self,
        syntax: PythonSyntax,
        top: frozenset[str],
        view: FunctionView | None = None,
        owner: ast.ClassDef | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        self._syntax, self._view, self._class = syntax, view, owner
        self.top, self.hidden = top, hidden
        arguments = view.node.args.args if view is not None else []
        self.owner = owner.name if owner is not None and arguments and arguments[0].arg == "self" else ""
        self.parameters = view.parameters if view is not None else ()
        self.local = _locals(view) if view is not None else frozenset()

    @cached_property
    def types(self) -> dict[str, str]:
        """The classes of local names."""
        if self._view is None:
            return {}
        return handed_classes(self._view, self._syntax) | _types(self._view, self._syntax)

    @cached_property
    def attributes(self) -> dict[str, str]:
        """The classes of the attributes of `self`."""
        return instance_attributes(self._class, self._syntax) if self._class is not None else {}


def _names_within(syntax: PythonSyntax) -> dict[str, frozenset[str]]:
    """For each function with others in it, the names that it and those around it have for themselves: in the others they mean nothing of the module."""
    outer = {view.qualified: view for view in syntax.functions}  # each before those in it
    holding = {view.qualified.rpartition(".")[0] for view in syntax.functions if view.nested}
    found: dict[str, frozenset[str]] = {}
    for name, view in outer.items():
        if name in holding:
            found[name] = _locals(view) | found.get(name.rpartition(".")[0], frozenset())
    return found


def _locals(view: FunctionView) -> frozenset[str]:
    stored = [node.id for node in view.of(ast.Name) if type(node.ctx) is ast.Store]
    inner = [node.name for node in view.of(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)]
    return frozenset([*stored, *view.parameters, *inner])


def _types(view: FunctionView, syntax: PythonSyntax) -> dict[str, str]:
    """The classes of names that are bound once: by an instance, an annotation, or what is asked for as a dependency."""
    found: dict[str, str] = {}
    bindings = Bindings.of(view)
    for name in bindings.assigned:
        value = bindings.only(name)
        if isinstance(value, ast.Call) and syntax.name_of(value.func):
            found[name] = syntax.name_of(value.func)
    for node in view.of(ast.AsyncWith):
        for item in node.items:
            target, value = item.optional_vars, item.context_expr
            if (
                isinstance(target, ast.Name)
                and isinstance(value, ast.Call)
                and len(bindings.assigned.get(target.id, ())) == 0
            ):
                found[target.id] = f"~{syntax.name_of(value.func)}"
    stored = {node.id for node in view.of(ast.Name) if type(node.ctx) is ast.Store}
    arguments = view.node.args
    named = [*arguments.posonlyargs, *arguments.args]
    defaults = dict(
        zip([one.arg for one in named][len(named) - len(arguments.defaults) :], arguments.defaults, strict=True)
    )
    for one in named:
        default = defaults.get(one.arg)
        if one.arg in stored:
            continue
        if (
            isinstance(default, ast.Call)
            and syntax.name_of(default.func).rpartition(".")[2] == "Depends"
            and default.args
        ):
            found[one.arg] = f"(){syntax.name_of(default.args[0])}"
        elif default is None and isinstance(one.annotation, ast.Name | ast.Attribute):
            found[one.arg] = syntax.name_of(one.annotation)
    return found


def _call(
    call: ast.Call, syntax: PythonSyntax, place: _Place, fates: dict[int, Fate], guarded: frozenset[int]
) -> Iterator[PythonCall]:
    target = _target(call.func, syntax, place)
    if target is None or id(call) in guarded:
        return
    kind, name = target
    counted = not any(isinstance(one, ast.Starred) for one in call.args)
    yield PythonCall(
        line=call.lineno,
        name=name,
        type=kind,
        owner=place.owner if kind == "self" else "",
        given=len(call.args) if counted else -1,
        names=tuple(one.arg for one in call.keywords if one.arg),
        lines=tuple(one.value.lineno for one in call.keywords if one.arg),
        open=any(one.arg is None for one in call.keywords),
        fate=fates.get(id(call), _USED),
        lent=_is_lent(call.func, place),
    )


def _is_lent(called: ast.expr, place: _Place) -> bool:
    holder = called.value if isinstance(called, ast.Attribute) else None
    return isinstance(holder, ast.Attribute) or (isinstance(holder, ast.Name) and holder.id in place.parameters)


def _target(called: ast.expr, syntax: PythonSyntax, place: _Place) -> tuple[str, str] | None:
    """The class and the method that are called, or nothing and a dotted name."""
    root = called
    depth = 0
    while isinstance(root, ast.Attribute):
        root, depth = root.value, depth + 1
    if not isinstance(root, ast.Name):
        return None
    if root.id == "self" and place.owner and isinstance(called, ast.Attribute):
        if depth == 1:
            return "self", called.attr
        holder = called.value.attr if isinstance(called.value, ast.Attribute) and depth == 2 else ""  # noqa: PLR2004
        kind = place.attributes.get(holder, "") if holder else ""
        return (kind, called.attr) if kind and _is_own(kind) else None
    if root.id in place.local:
        kind = place.types.get(root.id, "") if depth == 1 and isinstance(called, ast.Attribute) else ""
        return (kind, called.attr) if kind and isinstance(called, ast.Attribute) and _is_own(kind) else None
    name = syntax.name_of(called)
    known = root.id in place.top and root.id not in place.hidden
    return ("", name) if known and name and _is_own(name) else None


def _is_own(name: str) -> bool:
    """Whether a name may belong to the repository: the standard library's do not."""
    return name.removeprefix("()").removeprefix("~").partition(".")[0] not in _ELSEWHERE


def _attributes(syntax: PythonSyntax, top: frozenset[str], guarded: frozenset[int]) -> Iterator[tuple[int, str]]:
    """``Name.attribute`` where the name is that of a class, as its capital tells, of the module or imported."""
    if not any(name[:1].isupper() for name in top):
        return
    for view in (None, *syntax.functions):
        local: frozenset[str] | None = None if view is not None else frozenset()
        for node in syntax.at_top(ast.Attribute) if view is None else view.of(ast.Attribute):
            owner = node.value
            if type(owner) is not ast.Name or owner.id not in top or not owner.id[:1].isupper():
                continue
            if id(node) in guarded:
                continue
            local = _locals(view) if local is None and view is not None else local
            name = syntax.name_of(owner)
            if type(node.ctx) is ast.Load and owner.id not in (local or ()) and _is_own(name):
                yield node.lineno, f"{name}.{node.attr}"


PARSER = Parser(
    fact=PythonCalls,
    accepts=lambda file: file.language is Language.PYTHON and file.role in (Role.SHIPPED, Role.TEST),
    parse=_parse,
)
