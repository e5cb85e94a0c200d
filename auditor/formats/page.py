"""A page of Markdown that is cut to a number of bytes: tables as far as there is room, and how many rows are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.formats.text import clipped, counted

__all__ = ["MOST_ROWS", "Table", "fitting", "lines_of", "short"]

MOST_ROWS = 200
_RESERVE = 200
"""Bytes that are kept for the words that say what is left out."""
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A section of the page: what stands above the rows, the rows, how many there are, and what a row is."""

    heading: tuple[str, ...]
    rows: Iterable[str]
    number: int
    noun: str


def fitting(tables: Iterable[Table], room: int) -> Iterator[bytes]:
    """The tables that have rows, in so many bytes. Each gives at least half of the room to those behind it."""
    waiting = [table for table in tables if table.number]
    while waiting:
        table = waiting.pop(0)
        for piece in _pieces(table, room // 2 if waiting else room):
            room -= len(piece)
            yield piece


def lines_of(lines: Iterable[str]) -> bytes:
    """Lines as bytes."""
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")


def short(text: str) -> str:
    """As much of a text as goes into a cell."""
    return clipped(text, _LONGEST)


def _pieces(table: Table, room: int) -> Iterator[bytes]:
    heading = lines_of(("", *table.heading))
    room -= len(heading) + _RESERVE
    yield heading
    shown = 0
    for row in table.rows:
        piece = lines_of((row,))
        room -= len(piece)
        if room < 0 or shown == MOST_ROWS:
            break
        yield piece
        shown += 1
    if shown < table.number:
        yield lines_of(("", f"And {counted(table.number - shown, f'more {table.noun}')}."))
