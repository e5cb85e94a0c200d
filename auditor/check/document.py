"""A Markdown document as a reader sees it: sections, lines, tables and code blocks, each at its 1-based line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from auditor.facts.pattern import pattern

__all__ = ["Document", "Fence", "Kind", "Line", "Row", "Section", "Table", "plain"]

T = TypeVar("T")
_LONGEST_LINE = 4_000
_LINK = pattern(r"!?\[([^\]\[]{0,300})\]\([^()\s]{0,500}(?:\s[^()]{0,200})?\)")
_TAG = pattern(r"</?[A-Za-z][^<>]{0,200}>|<!--[^<>]{0,500}-->")
_SPACES = pattern(r"\s+")


class Kind(StrEnum):
    """What a line of text is part of."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the titles above it, outermost first, and its own. Level 0 is what precedes every heading."""

    number: int
    level: int
    line: int
    path: tuple[str, ...]

    @property
    def title(self) -> str:
        """The text of the heading; empty for what precedes every heading."""
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text outside of code.

    `depth` counts the lists around it, `box` tells a check box's state, and `label` is what introduces its list.
    """

    number: int
    text: str
    kind: Kind
    section: Section
    depth: int = 0
    box: bool | None = None
    label: str = ""

    @property
    def plain(self) -> str:
        """The words without Markdown's marks."""
        return plain(self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its head."""

    number: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    section: Section


@dataclass(frozen=True, slots=True)
class Fence:
    """A code block: the line of its first content, its language (lower case) and its lines."""

    number: int
    language: str
    lines: tuple[str, ...]
    section: Section


@dataclass(frozen=True)
class Document:
    """A document taken apart. `mended` are the lines whose bytes had been decoded wrongly, and were mended.

    Where ends of lines are written out (a backslash and an n), `origins` are the lines of the file by those of the text.
    """

    path: str
    data: bytes
    lines: tuple[str, ...]
    mended: tuple[int, ...] = ()
    sections: tuple[Section, ...] = ()
    texts: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    fences: tuple[Fence, ...] = ()
    origins: tuple[int, ...] = ()

    def place(self, number: int) -> int:
        """The line of the file in which a line of the text stands."""
        return self.origins[number - 1] if 0 < number <= len(self.origins) else number

    @cached_property
    def title(self) -> str:
        """The first heading, or the first line of text."""
        return self.sections[1].title if len(self.sections) > 1 else (self.texts[0].plain if self.texts else "")

    @cached_property
    def by_number(self) -> dict[int, Line]:
        """The lines of text by their number."""
        return {line.number: line for line in self.texts}

    def derive(self, function: Callable[[Document], T]) -> T:
        """The result of a function of this document, computed once however many rules ask for it."""
        if function not in self._derived:
            self._derived[function] = function(self)
        return self._derived[function]  # type: ignore[no-any-return]

    @cached_property
    def _derived(self) -> dict[Callable[[Document], Any], Any]:
        return {}

    @cached_property
    def first_chapter(self) -> int:
        """The number of the first section below the title that is a chapter; 0 where there is none."""
        return next((one.number for one in self.sections[2:] if one.level <= 2), 0)  # noqa: PLR2004 - a chapter

    def below(self, section: Section) -> tuple[Line, ...]:
        """The lines of a section and of the sections within it."""
        first = bisect_left(self.texts, section.number, key=_section_number)
        return self.texts[first : bisect_left(self.texts, self.end_of(section), key=_section_number)]

    def end_of(self, section: Section) -> int:
        """The number of the next section that does not lie within this one."""
        return self._ends[section.number]

    @cached_property
    def _ends(self) -> list[int]:
        ends = [len(self.sections)] * len(self.sections)
        outer: list[Section] = []
        for section in self.sections:
            while outer and outer[-1].level >= section.level:
                ends[outer.pop().number] = section.number
            outer.append(section)
        return ends


def _section_number(line: Line) -> int:
    return line.section.number


@lru_cache(maxsize=16_384)  # several rules look at the same lines, one after another
def plain(text: str) -> str:
    """The words of a text without emphasis, code marks, links' targets and tags, on one line."""
    text = text[:_LONGEST_LINE]
    if "](" in text:
        text = "".join(_unlinked(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    for mark in ("***", "**", "__", "*", "`", "~~"):
        text = text.replace(mark, "")
    return _SPACES.sub(" ", text).strip()


def _unlinked(text: str) -> Iterator[str]:
    position = 0
    for match in _LINK.finditer(text):
        yield text[position : match.start()]
        yield match.group(1)
        position = match.end()
    yield text[position:]
