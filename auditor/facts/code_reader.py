"""What the readers of all languages share: from nodes of tree-sitter to nodes of `code_tree`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from auditor.facts.code_tree import CodeTree, FunctionNode, Kind, Node

if TYPE_CHECKING:
    from tree_sitter import Node as Syntax

__all__ = ["MAX_DEPTH", "Reader", "dotted", "number", "text_of"]

MAX_DEPTH = 120
"""Levels of nesting that are followed; what lies deeper is opaque."""
_BASES = {"0x": 16, "0b": 2, "0o": 8}
_LONGEST_NAME = 200


class Reader:
    """Turns one tree into a `CodeTree`. Languages fill `handlers` with a method for each type of node."""

    depth = 0

    def __init__(self) -> None:
        self.tree = CodeTree()
        self.owner = ""
        self.outer = ""

    def convert(self, syntax: Syntax) -> Node:
        """The node for any piece of syntax."""
        if self.depth > MAX_DEPTH:
            return self.make(Kind.OPAQUE, syntax)
        self.depth += 1
        try:
            return self.node(syntax)
        finally:
            self.depth -= 1

    def node(self, syntax: Syntax) -> Node:
        """As `convert`, for one language."""
        raise NotImplementedError

    def all(self, syntaxes: Iterable[Syntax]) -> tuple[Node, ...]:
        """The nodes of several, comments left out."""
        return tuple(self.convert(one) for one in syntaxes if one.type != "comment")

    def field(self, syntax: Syntax, name: str) -> tuple[Node, ...]:
        """The node of a field: one, or none."""
        one = syntax.child_by_field_name(name)
        return (self.convert(one),) if one is not None else ()

    def inside(self, name: str, owner: str, body: Syntax | None) -> Node | None:
        """The body of a function, read in the knowledge of what it stands in."""
        if body is None:
            return None
        before = self.owner, self.outer
        if name:
            self.outer = ".".join(part for part in (self.outer, owner, name) if part)
        self.owner = ""
        try:
            return self.convert(body)
        finally:
            self.owner, self.outer = before

    def make(
        self, kind: str, syntax: Syntax, *children: Node, name: str = "", value: bool | float | str | None = None
    ) -> Node:
        """A node at the place of some syntax."""
        return Node(kind, syntax.start_point[0] + 1, syntax.end_point[0] + 1, name, children, value)

    def with_function(self, kind: str, syntax: Syntax, function: FunctionNode) -> Node:
        """A node that a function stands for, under its name."""
        node = self.make(kind, syntax, name=function.name)
        node.function = function
        return node


def text_of(syntax: Syntax | None) -> str:
    """The text of some syntax; empty for None."""
    return (syntax.text or b"").decode("utf-8", "replace") if syntax is not None else ""


def number(text: str) -> float | str:
    """The value of a numeric literal; the text where it is no number that we know."""
    cleaned = text.replace("_", "").lower()
    base = _BASES.get(cleaned[:2])
    try:
        if base is not None:
            return int(cleaned[2:], base) if len(cleaned) < _LONGEST_NAME else text
        return float(cleaned) if "." in cleaned or "e" in cleaned or len(cleaned) > 15 else int(cleaned)  # noqa: PLR2004 - exact so far
    except (ValueError, OverflowError):
        return text


def dotted(node: Node) -> str:
    """``a.b.c`` for a chain of fields on a name; empty for anything else."""
    parts: list[str] = []
    while node.kind is Kind.MEMBER and len(parts) < MAX_DEPTH:
        parts.append(node.name)
        node = node.children[0]
    if node.kind is not Kind.NAME:
        return ""
    return ".".join([node.name, *reversed(parts)])
