"""What a fact is, and how a parser of facts declares itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from auditor.facts.source import Source
    from auditor.model.source import SourceFile

__all__ = ["Fact", "ParseFailure", "Parser", "Unreadable"]


@dataclass(frozen=True, slots=True)
class Fact:
    """What one file says.

    Subclasses are frozen, hold tuples and plain values only (they travel between processes and into the
    cache), and name their `kind`, by which rules ask for them.
    """

    kind: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Unreadable(Fact):
    """A file that could not be judged, with the reason; it becomes a finding and an UNKNOWN outcome.

    Facts of other kinds may stand beside it: what could be read all the same.
    """

    kind: ClassVar[str] = "unreadable"
    reason: str
    line: int | None = None


class ParseFailure(Exception):  # noqa: N818 - not an error of the run: it becomes Unreadable
    """A parser cannot read its file: the reason and, where it is known, the 1-based line.

    `partial` is what it could read all the same.
    """

    def __init__(self, reason: str, line: int | None = None, partial: Fact | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.partial = partial


@dataclass(frozen=True, slots=True, kw_only=True)
class Parser:
    """A parser of one kind of fact. Every module of `auditor.facts` may declare one as ``PARSER``.

    `accepts` decides by path, language and role alone; `parse` returns None where the content is
    something else after all, and raises ParseFailure where it is broken, with what could be read of it.
    """

    fact: type[Fact]
    accepts: Callable[[SourceFile], bool]
    parse: Callable[[Source], Fact | None]
