"""What the counts in a table make of its total: ``| TOTAL | 36 | 8 | 22% |`` is 8 of 36, and no mean of the rows above."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

from auditor.check.document import Row, Table, plain
from auditor.check.scores import Score, first_score, number
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["WEIGHED", "shares_of_counts", "sums_of_weighed", "total_of_weighed"]

_MOST_COLUMNS, _NEAR = 8, 40
WEIGHED = pattern(r"(?i)\bweighted\b|\bcontribution\b")
"""Heads of a column whose scores are weighed already."""
_COUNTED = pattern(r"^(\d[\d,.]{0,11}\+?)\s[A-Za-z][A-Za-z ]{0,20}$")
_OF_ALL = pattern(r"^\W{0,3}(\d{1,5})\s?/\s?(\d{1,5})\b")
_THOUSANDS = pattern(r"^\d{1,3}(?:\.\d{3})+$")


def shares_of_counts(table: Table, column: int, own: int) -> Iterator[tuple[str, Fraction]]:
    """The shares that the row in line `own` may state in `column`: of one count in another, or of all rows, weighed."""
    counts = {index: _counts(table, index) for index in range(len(table.header)) if index != column}
    filled = [index for index, found in counts.items() if own in found][:_MOST_COLUMNS]
    yield from _told_beside(table, column, own)
    for one, two in permutations(filled, 2):
        part, whole = counts[one][own], counts[two][own]
        if 0 <= part <= whole and whole:
            yield "share of the counts in its row", part / whole
    for index in filled:
        yield from _weighed(table, column, counts[index], own)


def _told_beside(table: Table, column: int, own: int) -> Iterator[tuple[str, Fraction]]:
    """The shares that another cell of the row in line `own` tells as so many of so many: ``25/27``."""
    cells = next((row.cells for row in table.rows if row.number == own), ())
    if "%" not in cells[column]:
        return
    for cell in (*cells[:column], *cells[column + 1 :]):
        found = _OF_ALL.match(plain(cell))
        if found and 0 < int(found.group(2)) >= int(found.group(1)):
            yield "share of the counts in its row", Fraction(int(found.group(1)), int(found.group(2)))


def sums_of_weighed(table: Table, column: int, owns: list[int], scale: int) -> Iterator[tuple[str, Fraction]]:
    """The share that the scores of a table come to as its own column of weighed ones gives them.

    `scale` is that of scores that are numbers alone.
    """
    weighed = next((index for index, head in enumerate(table.header) if WEIGHED.search(plain(head))), None)
    rows = [row for row in table.rows if row.number not in owns and len(row.cells) > column]
    scores = [first_score(plain(row.cells[column]), bare=True) for row in rows]
    if weighed is None or weighed == column:
        return
    counts = _counts(table, weighed)
    scales = {score.scale or scale for score in scores if score} - {0}
    if len(scales) == 1 and all(row.number in counts for row, score in zip(rows, scores, strict=True) if score):
        total = sum((counts[row.number] for row, score in zip(rows, scores, strict=True) if score), Fraction(0))
        yield "sum of its weighted scores", total / scales.pop()


def total_of_weighed(table: Table, column: int, scale: int) -> tuple[int, Score] | None:
    """The total in the column of weighed scores, with its line, where the last row gives none in that of the scores."""
    weighed = next((index for index, head in enumerate(table.header) if WEIGHED.search(plain(head))), None)
    row = table.rows[-1]
    if weighed is None or weighed == column or max(weighed, column) >= len(row.cells):
        return None
    text = plain(row.cells[weighed])
    value = number(text.strip("~≈ "))
    is_total = (
        matches("scores.last_row", plain(row.cells[0])) and first_score(plain(row.cells[column]), bare=True) is None
    )
    if not is_total or value is None or not 0 < value <= scale or _is_about(text, table, weighed, value):
        return None
    return row.number, Score(value, scale)


def _is_about(text: str, table: Table, weighed: int, value: Decimal) -> bool:
    """Whether a total is called approximate, and is near to the sum of its column."""
    total = sum(_counts(table, weighed).values(), Fraction(0))
    return text.startswith(("~", "≈")) and abs(total - Fraction(value)) * _NEAR <= Fraction(value)


def _weighed(table: Table, column: int, weights: dict[int, Fraction], own: int) -> Iterator[tuple[str, Fraction]]:
    """The mean of the rows, each of the weight of its count."""
    total, shares = Fraction(0), Fraction(0)
    for row in table.rows:
        score = first_score(plain(row.cells[column])) if len(row.cells) > column else None
        if row.number != own and score and row.number in weights:
            total += weights[row.number]
            shares += weights[row.number] * score.share
    if total:
        yield "mean of the rows by their counts", shares / total


def _counts(table: Table, index: int) -> dict[int, Fraction]:
    """The numbers that stand alone in a column, by the lines of their rows."""
    found = ((row.number, _number(row, index)) for row in table.rows)
    return {line: value for line, value in found if value is not None}


def _number(row: Row, index: int) -> Fraction | None:
    """The number in a cell, with what it counts or without, however its thousands are divided: ``18,000``, ``18.000+ lines``."""
    text = plain(row.cells[index]) if index < len(row.cells) else ""
    counted = _COUNTED.match(text)
    text = (counted.group(1) if counted else text).strip("~≈+ ")
    value = number(text.replace(".", "") if _THOUSANDS.match(text) else text)
    return Fraction(value) if value is not None and value.is_finite() and value >= 0 else None
