"""Lists of callbacks that a class calls one by one, the methods that add to them, and what a file adds to."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "CallbackList", "CallbackLists"]

_ADDS = frozenset({"append", "add", "extend", "insert", "update"})


@dataclass(frozen=True, slots=True, order=True)
class CallbackList:
    """An attribute whose entries a function calls; `adders` are the methods of the class that add to it."""

    name: str
    line: int
    end_line: int
    function: str
    adders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallbackLists(Fact):
    """Of one file: the lists whose entries it calls, and the names of all methods that it calls or hands on, joined by blanks."""

    kind: ClassVar[str] = "callback-lists"
    items: tuple[CallbackList, ...]
    used: str


def _parse(source: Source) -> CallbackLists | None:
    syntax = syntax_of(source)
    items = tuple(sorted(_lists(syntax))) if source.file.role is Role.SHIPPED else ()
    used = {node.attr for node in nodes_of(syntax.tree, ast.Attribute) if isinstance(node.ctx, ast.Load)}
    used |= {word.arg for word in nodes_of(syntax.tree, ast.keyword) if word.arg}
    used |= {f"{name}=" for name in _filled_outside(syntax)}
    return CallbackLists(items, " ".join(sorted(used))) if items or used else None


def _filled_outside(syntax: PythonSyntax) -> Iterator[str]:
    """The attributes that are added to from elsewhere than a method of one's own (``bus.handlers.append``)."""
    for call in nodes_of(syntax.tree, ast.Call):
        match call.func:
            case ast.Attribute(attr=method, value=ast.Attribute(attr=name, value=holder)) if method in _ADDS:
                if not (isinstance(holder, ast.Name) and holder.id == "self"):
                    yield name
            case _:
                continue


def _lists(syntax: PythonSyntax) -> Iterator[CallbackList]:
    classes: dict[ast.ClassDef, list[FunctionView]] = defaultdict(list)
    for view in syntax.functions:
        if view.owner is not None:
            classes[view.owner].append(view)
    for members in classes.values():
        yield from _lists_of(members)


def _lists_of(members: list[FunctionView]) -> Iterator[CallbackList]:
    """Those of one class, whose methods are given."""
    called = [(view, node, name) for view in members for node, name in _called(view)]
    if not called:
        return
    given = {name for view in members for name in _given(view)}
    adders: dict[str, list[str]] = defaultdict(list)
    for view in members:
        for name in _added_to(view):
            adders[name].append(view.name)
    for view, node, name in called:
        if name in adders and name not in given:
            end_line = node.end_lineno or node.lineno
            yield CallbackList(name, view.node.lineno, end_line, view.qualified, tuple(sorted(adders[name])))


def _called(view: FunctionView) -> Iterator[tuple[ast.For | ast.AsyncFor, str]]:
    """The loops over an attribute that call each entry, with its name."""
    loops: list[ast.For | ast.AsyncFor] = [*view.of(ast.For), *view.of(ast.AsyncFor)]
    for node in loops:
        name = _iterated(node.iter)
        if name and _calls_each(node):
            yield node, name


def _iterated(value: ast.expr) -> str:
    match value:
        case ast.Call(func=ast.Name(id="list" | "tuple"), args=[inner]):
            return _iterated(inner)
        case ast.Attribute(attr=name, value=ast.Name(id="self")):
            return name
        case _:
            return ""


def _calls_each(node: ast.For | ast.AsyncFor) -> bool:
    """Whether what a loop goes over is called itself."""
    name = node.target.id if isinstance(node.target, ast.Name) else ""
    calls = [one for one in own_nodes(node.body) if isinstance(one, ast.Call)]
    return any(isinstance(call.func, ast.Name) and call.func.id == name for call in calls)


def _given(view: FunctionView) -> Iterator[str]:
    """The attributes that are set to anything but an empty list."""
    for node in view.of(ast.Assign, ast.AnnAssign):
        if not _is_empty(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.attr for one in targets if isinstance(one, ast.Attribute))


def _is_empty(value: ast.expr | None) -> bool:
    made = isinstance(value, ast.Call) and last_name(value.func) in ("list", "set", "deque") and not value.args
    return made or (isinstance(value, ast.List | ast.Set | ast.Tuple) and not value.elts)


def _added_to(view: FunctionView) -> set[str]:
    """The attributes that a method adds to."""
    found: set[str] = set()
    for call in view.calls:
        match call.func:
            case ast.Attribute(attr=method, value=ast.Attribute(attr=name)) if method in _ADDS:
                found.add(name)
            case _:
                continue
    return found


PARSER = Parser(
    fact=CallbackLists,
    accepts=lambda file: file.language is Language.PYTHON and file.role in (Role.SHIPPED, Role.EXAMPLE),
    parse=_parse,
)
