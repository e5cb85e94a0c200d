"""Programs of several languages as one small tree, so that what is asked of them is asked once.

Readers (`script_reader`, `go_reader`) make it of tree-sitter's trees. Types, comments and layout are gone. What a
reader does not know, what is broken, and what is nested too deeply becomes OPAQUE, which stands for any work at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

__all__ = [
    "NULL",
    "CodeTree",
    "FunctionNode",
    "Import",
    "Kind",
    "Node",
    "TypeNode",
    "inside",
    "own",
    "own_returns",
    "texts_in",
    "walk",
]

_REMEMBERED = 64
"""Walks that are remembered: those over one function are asked for by one reader after the other."""
NULL = None
"""The value of a literal ``null``, ``undefined`` or ``nil``."""


class Kind:
    """What a node is; behind each, its name and its children.

    Texts and no enumeration: asking an enumeration for a member takes ten times as long, and walks ask of every node.
    """

    LITERAL: Final = "literal"  # value
    TEXT: Final = "text"  # a template: literal parts as name; its expressions
    NAME: Final = "name"
    MEMBER: Final = "member"  # name of the field; the object
    INDEX: Final = "index"  # object, index
    CALL: Final = "call"  # dotted name of what is called, if it has one; callee, arguments
    NEW: Final = "new"  # as CALL
    OBJECT: Final = "object"  # name of the type, if any; PAIRs
    PAIR: Final = "pair"  # key; value
    ARRAY: Final = "array"
    FUNCTION: Final = "function"  # an anonymous one; `function`
    UNARY: Final = "unary"  # operator; operand
    BINARY: Final = "binary"  # operator; left, right
    CHOICE: Final = "choice"  # test, value, other value
    AWAIT: Final = "await"
    ASSIGN: Final = "assign"  # operator; targets, value
    VARIABLE: Final = "variable"  # name; value (none where it is not bound here)
    BLOCK: Final = "block"
    RETURN: Final = "return"
    IF: Final = "if"  # test, then, otherwise
    LOOP: Final = "loop"
    SWITCH: Final = "switch"  # CASEs
    CASE: Final = "case"  # "default" for that
    TRY: Final = "try"  # body, CATCH or FINALLY
    CATCH: Final = "catch"
    FINALLY: Final = "finally"
    THROW: Final = "throw"
    LEAVE: Final = "leave"  # break, continue
    DEFINITION: Final = "definition"  # a named function or a class within: `function`, or children
    OPAQUE: Final = "opaque"


@dataclass(slots=True, eq=False)
class Node:
    """One node. `function` is set for FUNCTION, and for DEFINITION of a function."""

    kind: str
    line: int
    end_line: int
    name: str = ""
    children: tuple[Node, ...] = ()
    value: bool | float | str | None = None
    function: FunctionNode | None = None


@dataclass(slots=True, eq=False)
class FunctionNode:
    """A function; `owner` is its class, type or object, `outer` the qualified name of the function around it.

    `marks` are words such as ``async``, ``generator``, ``exported``, ``method``, ``property``, ``error`` (its last
    result is an error); `notes` are the comments right inside. `body` is None where it has none.
    """

    name: str
    owner: str
    outer: str
    line: int
    end_line: int
    parameters: tuple[str, ...]
    body: Node | None
    marks: frozenset[str] = frozenset()
    decorators: tuple[str, ...] = ()
    documentation: str = ""
    notes: str = ""

    @property
    def qualified(self) -> str:
        """The name with those of the class and of the functions around it."""
        return ".".join(part for part in (self.outer, self.owner, self.name) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeNode:
    """A class, struct or interface: what it builds on, and the methods that it names without a body."""

    name: str
    bases: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """`local` stands for `name` of `module`; an empty name is the whole module."""

    local: str
    module: str
    name: str = ""


@dataclass(slots=True, eq=False)
class CodeTree:
    """One file: all functions with a name, in the order of the text, its types, its imports, and its top level."""

    functions: list[FunctionNode] = field(default_factory=list)
    types: list[TypeNode] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    top: Node | None = None
    conditional: bool = False
    """Whether the file is built on some platforms alone."""


@lru_cache(maxsize=_REMEMBERED)
def walk(node: Node | None) -> Sequence[Node]:
    """A node and all below it in source order, the bodies of all functions inside included."""
    found: list[Node] = []
    pending = [node] if node is not None else []
    while pending:
        one = pending.pop()
        found.append(one)
        if one.function is not None and one.function.body is not None:
            pending.append(one.function.body)
        pending += one.children[::-1]
    return found


@lru_cache(maxsize=_REMEMBERED)
def own(node: Node | None) -> Sequence[Node]:
    """As `walk`, but functions inside are listed and not entered."""
    found: list[Node] = []
    pending = [node] if node is not None else []
    while pending:
        one = pending.pop()
        found.append(one)
        pending += one.children[::-1]
    return found


@lru_cache(maxsize=_REMEMBERED)
def own_returns(node: Node | None) -> list[Node]:
    """The return statements among `own`. Nobody may change the list."""
    return [one for one in own(node) if one.kind is Kind.RETURN]


def inside(node: Node | None) -> tuple[Node, ...]:
    """The statements of a block; a lone statement stands for itself."""
    if node is None:
        return ()
    return node.children if node.kind is Kind.BLOCK else (node,)


def texts_in(node: Node) -> str:
    """All literal text below a node."""
    found = [one.value if one.kind is Kind.LITERAL else one.name for one in walk(node) if one.kind in (Kind.LITERAL, Kind.TEXT)]  # fmt: skip
    return " ".join(text for text in found if isinstance(text, str))
