"""A shell program as typed data: what shell files and the run blocks of workflows are read into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from auditor.facts.pattern import pattern

__all__ = [
    "Assignment", "Branch", "Case", "Chain", "Command", "Comment", "Function", "Group", "If", "Loop", "Node",
    "Pipeline", "Prefixed", "Redirect", "ShellProgram", "Word", "all_commands", "attach_redirects", "children", "commands", "join",
    "last_command", "walk",
]  # fmt: skip

_PREFIXES = frozenset(
    {"sudo", "time", "command", "exec", "nohup", "env", "builtin", "nice", "then", "do", "timeout", "gtimeout"}
)
_DURATION = pattern(r"^\d+(?:\.\d+)?[smhd]?$")
"""How long ``timeout`` lets a command run, which stands before the command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word without its quotes. `literal` is False where something is expanded in it."""

    text: str
    line: int
    literal: bool = True
    quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """``> target``. For a here-document the operator is ``<<`` and the target is its body."""

    operator: str
    target: Word
    descriptor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """``name=value``, before a command, alone, or after export, local and the like."""

    name: str
    value: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A simple command. Tests (``[``, ``[[``, ``((``) are commands of that name.

    `substitutions` are the programs in its ``$(...)``. A mere assignment has no words.
    """

    words: tuple[Word, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    substitutions: tuple[Node, ...] = ()
    line: int
    end_line: int

    @property
    def texts(self) -> tuple[str, ...]:
        """The words' texts, after ``sudo`` and the like."""
        return tuple(word.text for word in self.words[self._first() :])

    @property
    def name(self) -> str:
        """The name of what is run, without its folder; empty for a mere assignment."""
        return self.words[self._first()].text.rpartition("/")[2] if self.words else ""

    def _first(self) -> int:
        """Where the command itself begins, after ``sudo``, its options, the settings of ``env`` and the time of ``timeout``."""
        at, last = 0, len(self.words) - 1
        while at < last and self.words[at].text in _PREFIXES:
            at += 1
            while at < last and (self.words[at].text.startswith("-") or "=" in self.words[at].text):
                at += 1
            if at < last and self.words[at - 1].text != "time" and _DURATION.match(self.words[at].text):
                at += 1
        return at

    @property
    def text(self) -> str:
        """The words, joined with blanks."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """``a | b``."""

    parts: tuple[Node, ...]
    line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """``left && right`` or ``left || right``."""

    left: Node
    operator: str
    right: Node
    line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """The condition of an ``if`` or ``elif``, and what it guards."""

    condition: tuple[Node, ...]
    body: tuple[Node, ...]
    line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class If:
    """``if``, its ``elif`` branches and its ``else`` (empty where there is none)."""

    branches: tuple[Branch, ...]
    otherwise: tuple[Node, ...]
    line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """``for``, ``while`` and ``until``. `variable` is what ``for`` gives a value to."""

    keyword: str
    variable: str = ""
    condition: tuple[Node, ...]
    words: tuple[Word, ...]
    body: tuple[Node, ...]
    line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """``case``; every arm is a list of statements."""

    subject: str
    arms: tuple[tuple[Node, ...], ...]
    line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """``{ ...; }`` or ``( ... )``."""

    body: tuple[Node, ...]
    redirects: tuple[Redirect, ...] = ()
    line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefixed:
    """``! body`` (operator ``!``) or ``body &`` (operator ``&``)."""

    operator: str
    body: Node
    line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """The definition of a function."""

    name: str
    body: tuple[Node, ...]
    line: int
    end_line: int


Node = Command | Pipeline | Chain | If | Loop | Case | Group | Prefixed | Function


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment, without its ``#`` and the blank after it. `alone` where nothing stands before it."""

    text: str
    line: int
    alone: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellProgram:
    """Statements, and the comments among them. `broken` where parts could not be parsed and were left out."""

    body: tuple[Node, ...] = ()
    comments: tuple[Comment, ...] = ()
    line: int = 1
    end_line: int = 1
    broken: bool = False

    @property
    def functions(self) -> tuple[Function, ...]:
        """The functions that it defines, at any depth."""
        return tuple(node for node in walk(self.body) if isinstance(node, Function))


def children(node: Node) -> tuple[Node, ...]:  # noqa: PLR0911 - one way out for each kind of node
    """What is directly below a node, in the order of the text."""
    match node:
        case Command():
            return node.substitutions
        case Pipeline():
            return node.parts
        case Chain():
            return (node.left, node.right)
        case If():
            parts = [statement for branch in node.branches for statement in (*branch.condition, *branch.body)]
            return (*parts, *node.otherwise)
        case Loop():
            return (*node.condition, *node.body)
        case Case():
            return tuple(statement for arm in node.arms for statement in arm)
        case Prefixed():
            return (node.body,)
        case Group() | Function():
            return node.body


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes and all below them, in the order of the text, substitutions and functions included."""
    waiting = list(reversed(list(nodes)))
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def all_commands(nodes: Iterable[Node]) -> Iterator[Command]:
    """Every command, also of functions that are only defined."""
    return (node for node in walk(nodes) if isinstance(node, Command))


def commands(nodes: Iterable[Node]) -> Iterator[Command]:
    """Every command that runs when the statements run: not the bodies of functions."""
    waiting = list(reversed(list(nodes)))
    while waiting:
        node = waiting.pop()
        if isinstance(node, Command):
            yield node
        if not isinstance(node, Function):
            waiting.extend(reversed(children(node)))


def last_command(node: Node) -> Command | None:
    """The command that runs last in a pipeline or chain; None for compound statements."""
    while not isinstance(node, Command):
        if isinstance(node, Pipeline) and node.parts:
            node = node.parts[-1]
        elif isinstance(node, Chain):
            node = node.right
        elif isinstance(node, Prefixed):
            node = node.body
        else:
            return None
    return node


def join(programs: Iterable[ShellProgram]) -> ShellProgram:
    """Several programs that run one after the other, as one."""
    parts = tuple(programs)
    if not parts:
        return ShellProgram()
    first = parts[0]
    body = tuple(node for part in parts for node in part.body)
    comments = tuple(comment for part in parts for comment in part.comments)
    end, broken = max(part.end_line for part in parts), any(part.broken for part in parts)
    return replace(first, body=body, comments=comments, end_line=end, broken=broken)


def attach_redirects(node: Node, redirects: tuple[Redirect, ...], substitutions: tuple[Node, ...], end: int) -> Node:
    """The node with redirects: in a chain or pipeline they belong to its last command."""
    if isinstance(node, Command):
        return replace(
            node,
            redirects=(*node.redirects, *redirects),
            substitutions=(*node.substitutions, *substitutions),
            end_line=end,
        )
    if isinstance(node, Chain):
        return replace(node, right=attach_redirects(node.right, redirects, substitutions, end), end_line=end)
    if isinstance(node, Pipeline) and node.parts:
        return replace(node, parts=(*node.parts[:-1], attach_redirects(node.parts[-1], redirects, substitutions, end)))
    if isinstance(node, Group):
        return replace(node, redirects=(*node.redirects, *redirects))
    return Group(body=(node,), redirects=redirects, line=node.line, end_line=end)
