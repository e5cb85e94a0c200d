"""Rows of totals against the columns above them: counts, hours and days, money, each also as a span."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from auditor.check.counted_shares import WEIGHED
from auditor.check.document import Document, Table, plain
from auditor.check.scores import number, shown
from auditor.check.statement import Statement, contradicted, supported
from auditor.check.sums import ABOUT
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["table_statements"]

_AMOUNT = r"(\d[\d,]{0,11}(?:\.\d{1,3})?)"
_CELL = pattern(
    r"^\W{0,3}?([$€£]?)\s?"
    + _AMOUNT
    + r"(?:\s?(?:-|\x{2013}|to)\s?[$€£]?"
    + _AMOUNT
    + r")?\s?(lines?|hours?|hrs?|h|days?|weeks?|tests?|files?|min|LOC|points?|pts|[KMB]|[KMGT]B)?(?:/(?:month|mo|year|yr))?\W{0,2}$"
)
_TIME = pattern(r"^\W{0,3}?(?:(\d{1,3})\s?h(?:ours?)?)?\s?(?:(\d{1,3})\s?m(?:in(?:ute)?s?)?)?\W{0,2}$")
_UNITS = {"hour": "h", "hours": "h", "hr": "h", "hrs": "h", "pts": "point"}
_ROUNDED = frozenset({"K", "M", "B", "KB", "MB", "GB", "TB"})
"""Units that stand for so much that amounts of them are rounded."""
_RATE = pattern(r"(?i)%|percent|ratio|share|rate|average|avg|mean|score|latency|time|duration|improvement|faster|speed")
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class _Amount:
    """An amount in a cell, from `low` to `high`, with its currency and unit, and half of its last digit."""

    currency: str
    unit: str
    low: Fraction
    high: Fraction
    step: Fraction


def table_statements(document: Document) -> Iterator[Statement]:
    """Every amount in a row of totals, against its column."""
    for table in document.tables:
        for part in _summed(table):
            for column in range(1, len(table.header)):
                yield from _of_column(part, column)


def _summed(table: Table) -> Iterator[Table]:
    """The parts of a table that end in a total: each up to its subtotal, or else the whole."""
    ends = [
        index
        for index, row in enumerate(table.rows)
        if row.cells and words("sums.part_row").fullmatch(plain(row.cells[0]).lower().strip(" :"))
    ]
    for before, end in pairwise((-1, *ends)):
        if end - before > _FEWEST:
            yield replace(table, rows=table.rows[before + 1 : end + 1])
    if len(table.rows) > _FEWEST and not ends and table.rows[-1].cells and _is_total(table.rows[-1].cells[0]):
        yield table


def _is_total(cell: str) -> bool:
    return words("sums.total_row").fullmatch(plain(cell).lower().strip(" :")) is not None


def _of_column(table: Table, column: int) -> Iterator[Statement]:
    found = [_amount(row.cells[column]) if column < len(row.cells) else None for row in table.rows]
    cells = _in_minutes([one for one in found if one is not None])
    head = plain(table.header[column]).lower()
    if len(cells) < len(found) or not _is_of_one_unit(cells) or _RATE.search(head) or matches("scores.aside", head):
        return
    total, parts = cells[-1], cells[:-1]
    low, high = sum((part.low for part in parts), Fraction(0)), sum((part.high for part in parts), Fraction(0))
    line = table.rows[-1].number
    if _is_near(total, low, high, parts, is_rounded=total.unit in _ROUNDED or WEIGHED.search(head) is not None):
        told = f"The total of the column `{head}` is the sum of its {len(parts)} rows."
        yield supported(line, told, f"total {column}")
    elif any("total" in plain(row.cells[0]).lower() for row in table.rows[:-1]):
        return  # some rows sum up others, and which of them a total counts is not told
    elif not _is_combined(total, parts) and not words("scores.weight").search(head):
        told, exact = _span(total.low, total.high), _span(low, high)
        fault = f"The total {told} of the column `{head}` is not the sum of its {len(parts)} rows, which is {exact}."
        yield contradicted(line, fault, f"total {column}")


def _in_minutes(cells: list[_Amount]) -> list[_Amount]:
    """The amounts with hours as minutes, where some are told in minutes."""
    if {one.unit for one in cells} != {"h", "min"}:
        return cells
    return [replace(one, unit="min", low=one.low * 60, high=one.high * 60) if one.unit == "h" else one for one in cells]


def _is_of_one_unit(cells: list[_Amount]) -> bool:
    return len({one.currency for one in cells}) == 1 and len({one.unit for one in cells} - {""}) <= 1


def _is_near(total: _Amount, low: Fraction, high: Fraction, parts: list[_Amount], *, is_rounded: bool) -> bool:
    """Whether a total is a sum, as near as rounded amounts tell: thousands, millions, products."""
    slack = sum((one.step for one in (total, *parts)), Fraction(0)) if is_rounded else Fraction(0)
    return abs(total.low - low) <= slack and abs(total.high - high) <= slack


def _is_combined(total: _Amount, parts: list[_Amount]) -> bool:
    """Whether a total is the mean or the highest instead, as of rates and durations."""
    mean = sum((part.high for part in parts), Fraction(0)) / len(parts)
    return abs(mean - total.high) <= total.step or total.high <= max(part.high for part in parts)


def _amount(cell: str) -> _Amount | None:
    text = plain(cell)
    time = _TIME.match(text)
    if time and time.group(2):
        minutes = Fraction(int(time.group(1) or 0) * 60 + int(time.group(2) or 0))
        return _Amount("", "min", minutes, minutes, Fraction(1, 2))
    match = _CELL.match(text) if not ABOUT.search(text) and "%" not in text else None
    low, high = (number(match.group(2)), number(match.group(3) or match.group(2))) if match else (None, None)
    if match is None or low is None or high is None or low > high:
        return None
    unit = match.group(4) or ""
    unit = _UNITS.get(unit, unit.rstrip("s"))
    digits = len(match.group(2).partition(".")[2])
    return _Amount(match.group(1), unit, Fraction(low), Fraction(high), Fraction(1, 2 * 10**digits))


def _span(low: Fraction, high: Fraction) -> str:
    return shown(low) if low == high else f"{shown(low)} to {shown(high)}"
