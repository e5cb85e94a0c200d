"""Paths that Python code works out from where its own file lies: ``Path(__file__).parent.parent / "compose.yml"``."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.paths import joined_path, stays_inside
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import all_nodes, children
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "AnchoredPath", "AnchoredPaths", "Anchors"]

_SELF = frozenset({"resolve", "absolute", "abspath", "realpath", "Path", "PurePath", "str", "expanduser"})
"""What gives the same place in another form."""
_WRITES = frozenset(
    {
        "write_text",
        "write_bytes",
        "touch",
        "mkdir",
        "rename",
        "replace",
        "copy",
        "copy2",
        "copyfile",
        "move",
        "to_csv",
        "to_json",
        "save",
    }
)
_JOINED = pattern(r"\bpath\.(?:join|resolve)\(\s*__dirname((?:\s*,\s*[\"'][^\"'`$]+[\"'])+)\s*\)")
_PART = pattern(r"[\"']([^\"']+)[\"']")
_WRITTEN = pattern(r"(?i)write|out|dist|build|mkdir|output|dest")
_LONGEST = 400
_DEEPEST = 20
_MOST_NODES = 200_000
_MOST = 300


@dataclass(frozen=True, slots=True, order=True)
class AnchoredPath:
    """A path from the root of the repository, and the line on which it is put together."""

    line: int
    path: str


@dataclass(frozen=True, slots=True)
class AnchoredPaths(Fact):
    """The paths of one module that end in a literal, each at its first line; none that the module writes itself."""

    kind: ClassVar[str] = "anchored-paths"
    paths: tuple[AnchoredPath, ...]


@dataclass(slots=True)
class Anchors:
    """What the names of a module stand for that are bound to places: a name with several meanings stands for none."""

    own: str
    bound: dict[str, ast.expr | None] = field(default_factory=dict)
    known: dict[str, str | None] = field(default_factory=dict)

    @staticmethod
    def of(own: str, nodes: Sequence[ast.AST]) -> Anchors:
        """Learn the names that a module, its functions and its objects bind."""
        anchors = Anchors(own)
        for node in nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self"), attr=name)]):
                    anchors._learn(name, node.value)
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    anchors._learn(name, value)
                case ast.arg(arg=name):
                    anchors.bound[name] = None
                case ast.For(target=ast.Name(id=name)) | ast.comprehension(target=ast.Name(id=name)):
                    anchors.bound[name] = None
                case _:
                    continue
        return anchors

    def _learn(self, name: str, value: ast.expr) -> None:
        before = self.bound.get(name, value)
        if isinstance(value, ast.Name) and value.id == name:
            return  # ``self.root = root``
        same = before is not None and (before is value or ast.dump(before) == ast.dump(value))
        self.bound[name] = value if same else None

    def place(self, node: ast.expr, depth: int = 0) -> str | None:
        """The place that an expression comes to, from the root of the repository; None where that cannot be told."""
        found: str | None = None
        match node if depth <= _DEEPEST else None:
            case ast.Name(id="__file__"):
                found = self.own
            case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self"), attr=name):
                found = self._named(name, depth)
            case ast.Attribute(value=inner, attr="parent"):
                found = _above(self.place(inner, depth + 1))
            case ast.Subscript(value=ast.Attribute(value=inner, attr="parents"), slice=ast.Constant(value=int() as up)):
                found = self.place(inner, depth + 1)
                for _ in range(min(up, _DEEPEST) + 1):
                    found = _above(found)
            case ast.BinOp(left=left, op=ast.Div(), right=ast.Constant(value=str() as text)):
                found = _below(self.place(left, depth + 1), [text])
            case ast.Call() as call:
                found = self._called(call, depth)
            case _:
                pass
        return found

    def _named(self, name: str, depth: int) -> str | None:
        if name not in self.known:
            self.known[name] = None  # a name that stands for itself stands for nothing
            value = self.bound.get(name)
            self.known[name] = self.place(value, depth + 1) if value is not None else None
        return self.known[name]

    def _called(self, call: ast.Call, depth: int) -> str | None:
        name = last_name(call.func)
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if name == "dirname" and len(call.args) == 1:
            return _above(self.place(call.args[0], depth + 1))
        texts = [str(one.value) for one in call.args[name == "join" :] if isinstance(one, ast.Constant)]
        if name in ("join", "joinpath") and len(texts) == len(call.args) - (name == "join"):
            first = call.args[0] if name == "join" and call.args else owner
            return _below(self.place(first, depth + 1), texts) if first is not None and texts else None
        if name in _SELF:
            inner = call.args[0] if call.args else owner
            return self.place(inner, depth + 1) if inner is not None and len(call.args) <= 1 else None
        return None


def _above(place: str | None) -> str | None:
    return place.rpartition("/")[0] if place else None


def _below(place: str | None, parts: list[str]) -> str | None:
    path = "/".join(parts)
    if place is None or path.startswith(("/", "~")) or not stays_inside(place, path):
        return None
    return joined_path(place, path)


def _parse(source: Source) -> AnchoredPaths | None:
    if source.file.language is not Language.PYTHON:
        return _of_script(source)
    if "__file__" not in source.text:
        return None
    nodes = all_nodes(source.python)
    if len(nodes) > _MOST_NODES:
        return None
    anchors = Anchors.of(source.path, nodes)
    written = {*_written(nodes, anchors), *_unwanted(nodes, anchors)}
    found: dict[str, int] = {}
    tried = _tried_in_turn(nodes)
    for node in _ends(nodes):
        path = anchors.place(node) if id(node) not in tried else None
        if path and path not in written:
            found[path] = min(node.lineno, found.get(path, node.lineno))
    paths = sorted(AnchoredPath(line, path) for path, line in found.items())
    return AnchoredPaths(tuple(paths)[:_MOST]) if paths else None


def _of_script(source: Source) -> AnchoredPaths | None:
    """``path.join(__dirname, "..", "compose.yml")`` in JavaScript, which runs where it lies."""
    found: dict[str, int] = {}
    own = source.path.rpartition("/")[0]
    for number, line in enumerate(source.lines, 1):
        for match in _JOINED.finditer(line[:_LONGEST]) if "__dirname" in line else ():
            parts = [one.group(1) for one in _PART.finditer(match.group(1))]
            path = _below(own, parts)
            if path and not _WRITTEN.search(line):
                found.setdefault(path, number)
    paths = sorted(AnchoredPath(line, path) for path, line in found.items())
    return AnchoredPaths(tuple(paths)[:_MOST]) if paths else None


def _ends(nodes: Sequence[ast.AST]) -> Iterator[ast.expr]:
    """The expressions that put a literal below a place, and are themselves below nothing."""
    inner: set[int] = set()
    joins = [one for one in nodes if isinstance(one, ast.BinOp | ast.Call) and _joins(one)]
    for one in joins:
        inner.update(id(child) for child in children(one))
    yield from (one for one in joins if id(one) not in inner)


def _tried_in_turn(nodes: Sequence[ast.AST]) -> set[int]:
    """The expressions that look for one file in several places: values of one name, parts of one list, of one choice."""
    groups: dict[tuple[str | int, str], set[int]] = defaultdict(set)
    key: str | int
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=value):
                choices, key = [value], name
            case ast.List(elts=choices) | ast.Tuple(elts=choices) | ast.Set(elts=choices) | ast.BoolOp(values=choices):
                key = id(node)
            case ast.IfExp(body=body, orelse=orelse):
                choices, key = [body, orelse], id(node)
            case _:
                continue
        for one in choices:
            if isinstance(one, ast.BinOp | ast.Call) and _joins(one):
                groups[key, _file_of(one)].add(id(one))
    return {one for (_, file), found in groups.items() if file and len(found) > 1 for one in found}


def _file_of(node: ast.BinOp | ast.Call) -> str:
    """The name of the file that a path ends in; empty where that is computed."""
    last = node.right if isinstance(node, ast.BinOp) else node.args[-1] if node.args else None
    return last.value.rpartition("/")[2] if isinstance(last, ast.Constant) and isinstance(last.value, str) else ""


def _joins(node: ast.BinOp | ast.Call) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Div)
    return last_name(node.func) in ("join", "joinpath")


def _written(nodes: Sequence[ast.AST], anchors: Anchors) -> Iterator[str]:
    """The paths that the module writes, opens for writing, copies to, or otherwise makes."""
    for call in (one for one in nodes if isinstance(one, ast.Call)):
        name = last_name(call.func)
        owner = [call.func.value] if isinstance(call.func, ast.Attribute) else []
        modes = [*call.args, *(one.value for one in call.keywords if one.arg == "mode")]
        if name in _WRITES or (name == "open" and any(map(_is_writing, modes))):
            for one in (*owner, *call.args):
                path = anchors.place(one)
                if path:
                    yield path


def _unwanted(nodes: Sequence[ast.AST], anchors: Anchors) -> Iterator[str]:
    """The paths of which a test demands that they are not there."""
    for node in nodes:
        match node:
            case ast.Assert(
                test=ast.UnaryOp(
                    op=ast.Not(), operand=ast.Call(func=ast.Attribute(value=place, attr="exists" | "is_file"))
                )
            ):
                yield anchors.place(place) or ""
            case _:
                continue


def _is_writing(mode: ast.expr) -> bool:
    return isinstance(mode, ast.Constant) and str(mode.value)[:1] in ("w", "a", "x") and len(str(mode.value)) <= 3  # noqa: PLR2004 - "wb+"


PARSER = Parser(
    fact=AnchoredPaths,
    accepts=lambda file: (
        file.language in (Language.PYTHON, Language.JAVASCRIPT) and file.role in (Role.SHIPPED, Role.TEST)
    ),
    parse=_parse,
)
