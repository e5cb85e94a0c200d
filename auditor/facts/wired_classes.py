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
_PATH = pattern(r"^\w+(?:\.\w+)*[.:](\w+)$")
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
    """All of one file. `mentioned` are the classes that it names anywhere but where it imports or defines them, those that it spells out as a path, and those that a package hands out."""

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
    mentioned = frozenset(one for one in names | _handed_out(source, syntax) | _spelt_out(syntax) if _is_class(one))
    return WiredClasses(classes, made, mentioned) if classes or made or mentioned else None


def _spelt_out(syntax: PythonSyntax) -> set[str]:
    """What is loaded by its path: ``"shop.stores.RedisStore"``."""
    texts = (one.value for one in nodes_of(syntax.tree, ast.Constant) if isinstance(one.value, str))
    return {match.group(1) for text in texts if (match := _PATH.search(text[:200]))}


def _handed_out(source: Source, syntax: PythonSyntax) -> set[str]:
    """What a package lists in ``__all__``: it is for whoever imports the package to make."""
    if not source.path.endswith("__init__.py"):
        return set()
    lists = [one.value for one in syntax.at_top(ast.Assign) if last_name(one.targets[0]) == "__all__"]
    return {
        one.value
        for node in lists
        for one in subtree(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


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
    named = {*given, *(one.arg for one in init.args.kwonlyargs)}
    places = {name: at for at, name in reversed(list(enumerate(given)))}
    uses = _Uses.of(node)
    for kept, value in _kept(init):
        if value.id in named and uses.only_look_into(kept, value):
            yield LookedUp(value.id, places.get(value.id, -1))


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


@dataclass(frozen=True, slots=True)
class _Uses:
    """The attributes and names of a class by what they are called, and those that are only looked into."""

    attributes: dict[str, list[ast.Attribute]]
    names: dict[str, int]
    looks: set[int]

    @staticmethod
    def of(node: ast.ClassDef) -> _Uses:
        """Read them, once for all parameters of a constructor."""
        found = _Uses({}, {}, set())
        for one in subtree(node):
            found.looks.update(id(held) for held in _looks(one))
            if isinstance(one, ast.Attribute):
                found.attributes.setdefault(one.attr, []).append(one)
            elif isinstance(one, ast.Name):
                found.names[one.id] = found.names.get(one.id, 0) + 1
        return found

    def only_look_into(self, kept: ast.Attribute, given: ast.Name) -> bool:
        """Whether what is kept is used, and never but to look into it, and what was given is only kept."""
        uses = [one for one in self.attributes.get(kept.attr, ()) if one is not kept]
        return bool(uses) and self.names.get(given.id) == 1 and all(id(one) in self.looks for one in uses)


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
