"""Which classes a Python file has, which it makes, and with what: how the parts of a program are put together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import PythonSyntax, nodes_of, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "LookedUp", "MadeObject", "WiredClass", "WiredClasses"]

_LOOKS = frozenset({"get", "items", "keys", "values", "__contains__", "copy"})
_SIZES = frozenset({"len", "bool", "sorted", "list", "tuple", "any", "all", "sum", "set"})
_CLASS = pattern(r"^_?[A-Z]\w*[a-z]\w*$")


@dataclass(frozen=True, slots=True, order=True)
class LookedUp:
    """A parameter of a constructor that its class keeps and only looks into; `position` counts from nought, -1 where it has to be named."""

    name: str
    position: int


@dataclass(frozen=True, slots=True, order=True)
class WiredClass:
    """A class with its public methods."""

    name: str
    line: int
    methods: tuple[str, ...]
    looked_up: tuple[LookedUp, ...]


@dataclass(frozen=True, slots=True, order=True)
class MadeObject:
    """A call of a class: `empty` are the positions and names of what is given as an empty container."""

    name: str
    line: int
    end_line: int
    function: str
    empty: tuple[str, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class WiredClasses(Fact):
    """All of one file. `mentioned` are the classes that it names anywhere but where it imports or defines them."""

    kind: ClassVar[str] = "wired-classes"
    classes: tuple[WiredClass, ...]
    made: tuple[MadeObject, ...]
    mentioned: frozenset[str]


def _parse(source: Source) -> WiredClasses | None:
    syntax = syntax_of(source)
    classes = tuple(
        WiredClass(node.name, node.lineno, _methods(node), tuple(_looked_up(node))) for node, _ in syntax.classes
    )
    made = tuple(sorted(_made(syntax)))
    names = {one.id for one in nodes_of(syntax.tree, ast.Name)} | {
        one.attr for one in nodes_of(syntax.tree, ast.Attribute)
    }
    mentioned = frozenset(one for one in names if _is_class(one))
    return WiredClasses(classes, made, mentioned) if classes or made else None


@lru_cache(maxsize=4096)
def _is_class(name: str) -> bool:
    """Whether a name is written as those of classes are."""
    return _CLASS.search(name) is not None


def _methods(node: ast.ClassDef) -> tuple[str, ...]:
    found = [one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return tuple(sorted(one for one in found if not one.startswith("_")))


def _looked_up(node: ast.ClassDef) -> Iterator[LookedUp]:
    """The parameters that the constructor keeps as they are, and that are only looked into: by a key, or one by one."""
    init = next((one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
    if init is None:
        return
    given = [one.arg for one in init.args.args[1:]]
    named = given + [one.arg for one in init.args.kwonlyargs]
    candidates = [(kept, value) for kept, value in _kept(init) if value.id in named]
    nodes = list(subtree(node)) if candidates else []
    looks = {id(one) for other in nodes for one in _looks(other)}
    for kept, value in candidates:
        if _is_only_looked_into(nodes, looks, kept, value):
            yield LookedUp(value.id, given.index(value.id) if value.id in given else -1)


def _kept(init: ast.FunctionDef) -> Iterator[tuple[ast.Attribute, ast.Name]]:
    """The attributes that a constructor binds to a name, as ``self.rows = rows`` does."""
    for statement in init.body:
        match statement:
            case ast.Assign(targets=[ast.Attribute() as kept], value=ast.Name() as value):
                yield kept, value
            case ast.AnnAssign(target=ast.Attribute() as kept, value=ast.Name() as value):
                yield kept, value
            case _:
                continue


def _is_only_looked_into(nodes: list[ast.AST], looks: set[int], kept: ast.Attribute, given: ast.Name) -> bool:
    uses = [one for one in nodes if isinstance(one, ast.Attribute) and one.attr == kept.attr and one is not kept]
    others = [one for one in nodes if isinstance(one, ast.Name) and one.id == given.id and one is not given]
    return bool(uses) and all(id(one) in looks for one in uses) and not others


def _looks(node: ast.AST) -> list[ast.expr]:
    """What a node looks something up in, or goes through."""
    match node:
        case ast.Call(func=ast.Attribute(attr=method, value=value)) if method in _LOOKS:
            return [value]
        case ast.Call(func=ast.Name(id=name), args=args) if name in _SIZES:
            return args
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[value]):
            return [value]
        case ast.Subscript(value=value, ctx=ast.Load()):
            return [value]
        case ast.For(iter=value) | ast.AsyncFor(iter=value) | ast.comprehension(iter=value):
            return [value]
        case _:
            return []


def _made(syntax: PythonSyntax) -> Iterator[MadeObject]:
    inside = {id(call): view.qualified for view in syntax.functions for call in view.calls}
    for call in nodes_of(syntax.tree, ast.Call):
        if _is_class(last_name(call.func)):
            empty = [str(at) for at, one in enumerate(call.args) if _is_empty(one)]
            empty += [one.arg for one in call.keywords if one.arg and _is_empty(one.value)]
            opened = any(isinstance(one, ast.Starred) for one in call.args) or any(
                one.arg is None for one in call.keywords
            )
            last = call.end_lineno or call.lineno
            yield MadeObject(last_name(call.func), call.lineno, last, inside.get(id(call), ""), tuple(empty), opened)


def _is_empty(value: ast.expr) -> bool:
    match value:
        case ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Tuple(elts=[]):
            return True
        case ast.Call(func=ast.Name(id="dict" | "list" | "set" | "tuple" | "frozenset"), args=[], keywords=[]):
            return True
        case _:
            return False


PARSER = Parser(
    fact=WiredClasses,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
