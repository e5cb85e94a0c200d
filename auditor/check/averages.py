"""Averages that are told right below a table, against the column that they are the average of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from auditor.check.document import Document, Kind, Line, Table, plain
from auditor.check.scores import is_cut_off_as, is_printed_as, shown
from auditor.check.statement import Statement, contradicted, supported
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["average_statements"]

_AVERAGE = pattern(r"(?i)^(?:average|mean|avg\.?) ([a-z][\w &/-]{1,40}?)\s*[:=]\s*(\d{1,6}(?:\.\d{1,3})?)\s?(%?)")
_VALUE = pattern(r"^[^\w.,+-]{0,4}(\d{1,6}(?:\.\d{1,3})?)\s?(%?)[^\w.,/]{0,4}$")
_FEWEST = 3


def average_statements(document: Document) -> Iterator[Statement]:
    """Every average that stands right below a table with a column of its name."""
    ends = {table.rows[-1].number: table for table in document.tables if table.rows}
    for line in document.texts:
        found = _AVERAGE.match(line.plain) if line.kind is Kind.PARAGRAPH else None
        table = ends.get(_above(document, line)) if found else None
        values = _column(table, found.group(1).lower(), found.group(3)) if table and found else []
        if found and len(values) >= _FEWEST:
            yield _judged(line, f"Average {found.group(1)}", Decimal(found.group(2)), values)


def _above(document: Document, line: Line) -> int:
    """The number of the last line of text before one."""
    index = bisect_left(document.texts, line.number, key=_number)
    return document.texts[index - 1].number if index else 0


def _number(line: Line) -> int:
    return line.number


def _column(table: Table, name: str, unit: str) -> list[Fraction]:
    """The values of the column of this name, where every row has one in this unit; empty otherwise."""
    heads = [plain(cell).lower() for cell in table.header]
    index = heads.index(name) if name in heads[1:] else 0
    last = plain(table.rows[-1].cells[0]) if table.rows[-1].cells else ""
    if not index or matches("scores.last_row", last) or any(matches("scores.weight", head) for head in heads):
        return []
    cells = [_VALUE.match(plain(row.cells[index])) if len(row.cells) > index else None for row in table.rows]
    values = [Fraction(found.group(1)) for found in cells if found and found.group(2) == unit]
    return values if len(values) == len(table.rows) else []


def _judged(line: Line, name: str, printed: Decimal, values: list[Fraction]) -> Statement:
    mean = sum(values, Fraction(0)) / len(values)
    if is_printed_as(mean, printed):
        return supported(line.number, f"{name} {printed} is the mean of {len(values)} rows.", "average")
    how = ", and was cut off instead of rounded" if is_cut_off_as(mean, printed) else ""
    told = f"{name} {printed} is not the mean of its {len(values)} rows, which is {shown(mean)}{how}."
    return contradicted(line.number, told, "average")
