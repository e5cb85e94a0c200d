"""A Markdown document line by line: what is prose, what is code, what is a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from auditor.facts.pattern import pattern

__all__ = ["DocumentLine", "cells", "document_lines", "titled_lines"]

_FENCE = pattern(r"^[ \t>]*(?:[-*+]|\d+\.)?[ \t]*(`{3,}|~{3,})[ \t]*([A-Za-z0-9_+\-]*)")
_RULE = pattern(r"^[ \t>]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$")
_HEADING = pattern(r"^#{1,6}[ \t]+(.*?)[ \t#]*$")
_LEVEL = pattern(r"^(#{1,6})[ \t]")


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line of a document.

    `fence` is the language of the code block that it is in (``code`` where none is named), `header` holds
    the cells of the table's head where it is a row, `heading` is the title it stands under.
    """

    number: int
    text: str
    fence: str = ""
    header: tuple[str, ...] = ()
    heading: str = ""


@lru_cache(maxsize=2)  # the parsers and rules of one file ask for the same lines, one after another
def document_lines(lines: tuple[str, ...]) -> tuple[DocumentLine, ...]:
    """Every line of a document but fences, heads and rules of tables."""
    return tuple(_document_lines(lines))


def _document_lines(lines: tuple[str, ...]) -> Iterator[DocumentLine]:
    fence, mark, heading = "", "", ""
    header: tuple[str, ...] = ()
    for number, (text, following) in enumerate(zip(lines, (*lines[1:], ""), strict=True), 1):
        found = _FENCE.match(text) if "```" in text or "~~~" in text else None
        if found and (not mark or (text.strip().startswith(mark) and not found.group(2))):
            mark, fence = ("", "") if mark else (found.group(1), found.group(2).lower() or "code")
            continue
        if mark:
            yield DocumentLine(number, text, fence, (), heading)
            continue
        title = _HEADING.match(text) if "#" in text else None
        if title:
            heading, header = title.group(1), ()
            yield DocumentLine(number, text, "", (), heading)
            continue
        if "|" in text and "|" in following and _RULE.match(following):
            header = cells(text)
            continue
        if "|" not in text:
            header = ()
        if "-" not in text or not _RULE.match(text):
            yield DocumentLine(number, text, "", header, heading)


def titled_lines(lines: tuple[str, ...]) -> Iterator[tuple[DocumentLine, tuple[str, ...]]]:
    """The lines of a document that are no titles, each with the titles above it from the outermost on."""
    titles: list[tuple[int, str]] = []
    for line in document_lines(lines):
        match = _LEVEL.match(line.text) if not line.fence and line.text.startswith("#") else None
        if match:
            level = len(match.group(1))
            titles = [one for one in titles if one[0] < level] + [(level, line.heading)]
        else:
            yield line, tuple(title for _, title in titles)


def cells(row: str) -> tuple[str, ...]:
    """The cells of a table's row, stripped."""
    return tuple(cell.strip() for cell in row.strip().removeprefix("|").removesuffix("|").split("|"))
