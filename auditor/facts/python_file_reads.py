"""Files that a Python module only reads, by the literal end of their paths."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import all_nodes, children, nodes_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "FileRead", "PythonFileReads"]

_FILE = pattern(
    r"[A-Za-z0-9_./-]*[A-Za-z0-9_-]\.(?:json|jsonl|ya?ml|toml|csv|txt|log|sql|md|ini|cfg|xml|html|parquet|pkl)"
)
_LOOKS = frozenset({"exists", "is_file", "stat"})
_READS = frozenset({"read_text", "read_bytes"})
_OPTIONS = frozenset({"add_argument", "option", "argument", "Option", "Argument"})
"""How argparse, click and typer declare an option."""
_WRITES = pattern(
    r"(?i)(?:^|[-_])out|output|writ|dest|save|store|record|report|result|log|dump|target|cache|state|db\b|database|export|artifact|history|file$"
)
_LOADS = pattern(r"^_*(?:load|read|parse)(?:_|$)")
"""Functions that read what they are given, by their names."""
_SHOWS = frozenset({"print", "info", "debug", "warning", "error", "exception", "critical", "str", "echo", "log"})
_MOST_NODES = 200_000


@dataclass(frozen=True, slots=True, order=True)
class FileRead:
    """A path as far as it is literal, and the line on which it stands."""

    line: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFileReads(Fact):
    """What one module reads and never writes, hands on or makes."""

    kind: ClassVar[str] = "python-file-reads"
    reads: tuple[FileRead, ...]


def _parse(source: Source) -> PythonFileReads | None:
    nodes = all_nodes(source.python)
    if len(nodes) > _MOST_NODES:
        return None
    named = [
        node
        for node in nodes_of(source.python, ast.Constant)
        if isinstance(node.value, str) and _names_file(node.value)
    ]
    if not named:
        return None
    parents = {id(child): node for node in nodes for child in children(node)}
    uses = _Uses(source.python, parents)
    found: dict[str, list[tuple[int, str]]] = {}
    names: dict[str, str] = {}
    for node in named:
        outer = _whole(node, parents)
        path = _tail(outer) or str(node.value)
        name = path.rpartition("/")[2]
        found.setdefault(name, []).append((node.lineno, uses.of(outer)))
        names.setdefault(name, path)
    reads = [
        FileRead(min(line for line, use in places if use == "read"), names[name])
        for name, places in found.items()
        if {use for _, use in places} <= {"read", "shown"} and any(use == "read" for _, use in places)
    ]
    return PythonFileReads(reads=tuple(sorted(reads))) if reads else None


def _names_file(text: str) -> bool:
    return "." in text and _FILE.fullmatch(text) is not None


def _whole(node: ast.expr, parents: dict[int, ast.AST]) -> ast.expr:
    """The largest path expression around a literal: ``base / "a.json"``, ``Path("a.json")``, ``join(x, "a.json")``."""
    outer = node
    while True:
        parent = parents.get(id(outer))
        is_division = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Div)
        is_path = (
            isinstance(parent, ast.Call) and outer in parent.args and _called(parent) in ("Path", "join", "PurePath")
        )
        if not isinstance(parent, ast.expr) or not (is_division or is_path):
            return outer
        outer = parent


def _tail(node: ast.expr) -> str:
    """The literal end of a path expression, joined with slashes."""
    parts: list[str] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.BinOp):
            waiting.extend((one.left, one.right))
        elif isinstance(one, ast.Call) and one.args and _called(one) in ("Path", "join", "PurePath"):
            waiting.extend(one.args)
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            parts.insert(0, one.value.rstrip("/") or "/")
        else:
            break
    return "/".join(parts)


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


class _Uses:
    """How path expressions are used: read, shown, or something else, which may write."""

    def __init__(self, tree: ast.Module, parents: dict[int, ast.AST]) -> None:
        self.parents = parents
        self.loads: dict[str, list[ast.Name]] = {}
        self.stores: dict[str, int] = {}
        for node in nodes_of(tree, ast.Name):
            if isinstance(node.ctx, ast.Load):
                self.loads.setdefault(node.id, []).append(node)
            else:
                self.stores[node.id] = self.stores.get(node.id, 0) + 1

    def of(self, node: ast.expr) -> str:
        """``read``, ``shown`` or ``other``."""
        parent = self.parents.get(id(node))
        if isinstance(parent, ast.keyword):
            return _of_option(parent, self.parents.get(id(parent)))
        if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
            name = parent.targets[0].id
            if self.stores.get(name) != 1:
                return "other"
            kinds = set(self._kinds(name))
            return "other" if "other" in kinds or not kinds else ("read" if "read" in kinds else "shown")
        return self._direct(node, parent)

    def _kinds(self, name: str) -> Iterator[str]:
        for load in self.loads.get(name, ()):
            yield self._direct(load, self.parents.get(id(load)))

    def _direct(self, node: ast.AST, parent: ast.AST | None) -> str:
        kind = "other"
        if isinstance(parent, ast.FormattedValue | ast.JoinedStr):
            kind = "shown"
        elif isinstance(parent, ast.Attribute):
            kind = self._of_method(parent)
        elif isinstance(parent, ast.keyword):
            kind = _of_option(parent, self.parents.get(id(parent)))
        elif isinstance(parent, ast.arguments):
            function = self.parents.get(id(parent))
            kind = "read" if _LOADS.search(getattr(function, "name", "")) else "other"
        elif isinstance(parent, ast.Call) and node in parent.args:
            kind = _of_argument(node, parent)
        return kind

    def _of_method(self, method: ast.Attribute) -> str:
        call = self.parents.get(id(method))
        if method.attr in _LOOKS:
            return "shown"
        opens = method.attr == "open" and isinstance(call, ast.Call) and _is_reading(call.args)
        return "read" if opens or method.attr in _READS else "other"


def _of_option(default: ast.keyword, call: ast.AST | None) -> str:
    """What an option of a program stands for where nobody gives it: something to read, unless its name says that it is written."""
    if default.arg != "default" or not isinstance(call, ast.Call) or _called(call) not in _OPTIONS:
        return "other"
    names = [str(one.value) for one in call.args if isinstance(one, ast.Constant)]
    return "other" if not names or any(_WRITES.search(name) for name in names) else "read"


def _of_argument(node: ast.AST, call: ast.Call) -> str:
    name = _called(call)
    if name == "open" and call.args[0] is node and _is_reading(call.args[1:]):
        return "other" if any(one.arg == "mode" for one in call.keywords) else "read"
    return "shown" if name in _SHOWS or name in ("exists", "isfile") else "other"


def _is_reading(arguments: list[ast.expr]) -> bool:
    mode = arguments[0] if arguments else None
    return mode is None or (isinstance(mode, ast.Constant) and str(mode.value) in ("r", "rb", "rt"))


PARSER = Parser(
    fact=PythonFileReads,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
