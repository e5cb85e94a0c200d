"""Weighted totals of the rows of a table that tells the weights of its columns: ``| Option | Cost (40%) | Risk (60%) | Total |``."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from auditor.check.document import Document, Row, Table, plain
from auditor.check.scores import first_score, is_printed_as, shown
from auditor.check.statement import Statement, contradicted, supported
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["matrix_statements"]

_WEIGHT = pattern(r"(?:^|[^\d.])(\d{1,3})\s?%")
_FEWEST, _MOST_ROWS, _WHOLE = 3, 200, 100
_SCALES = (Fraction(1), Fraction(10), Fraction(1, 10), Fraction(20))
"""What a total may be told in: in the unit of its scores, or those of ten or five in hundredths, and the other way round."""


def matrix_statements(document: Document) -> Iterator[Statement]:
    """Each weighted total of a row against the scores and weights of its columns."""
    for table in document.tables:
        weights = _weights(table)
        total = _total(table, weights)
        if total and sum(weights.values()) == _WHOLE and len(weights) >= _FEWEST:
            rows = [row for row in table.rows[:_MOST_ROWS] if not _is_of_weights(row)]
            yield from _judged(rows, weights, total)


def _weights(table: Table) -> dict[int, Fraction]:
    """The weights by their columns: from the heads, or from a row of weights."""
    cells = next((row.cells for row in table.rows if _is_of_weights(row)), table.header)
    found = ((index, _WEIGHT.search(plain(cell))) for index, cell in enumerate(cells[: len(table.header)]) if index)
    known = {index: Fraction(one.group(1)) for index, one in found if one}
    return {index: weight for index, weight in known.items() if weight < _WHOLE}


def _is_of_weights(row: Row) -> bool:
    return bool(row.cells) and matches("scores.weight", plain(row.cells[0]))


def _total(table: Table, weights: dict[int, Fraction]) -> int:
    """The column of the totals, right of what it sums up; 0 where there is none."""
    heads = [plain(cell).lower() for cell in table.header]
    behind = range(max(weights, default=len(heads)) + 1, len(heads))
    return next((index for index in behind if matches("scores.row_total", heads[index])), 0)


def _judged(rows: list[Row], weights: dict[int, Fraction], total: int) -> Iterator[Statement]:
    known = {row.number: found for row in rows if (found := _row(row, weights, total))}
    scale = max(_SCALES, key=lambda one: sum(is_printed_as(exact * one, told) for told, exact in known.values()))
    if not any(is_printed_as(exact * scale, told) for told, exact in known.values()):
        return  # in which way the weights are meant is not known
    for line, (told, exact) in known.items():
        if is_printed_as(exact * scale, told):
            yield supported(line, f"{told} is the weighted total of its row.", "row")
        else:
            fault = f"{told} is not what the weights of the columns give in this row, which is {shown(exact * scale)}."
            yield contradicted(line, fault, "row")


def _row(row: Row, weights: dict[int, Fraction], total: int) -> tuple[Decimal, Fraction] | None:
    """The total that a row tells, and the one that its scores give; None where it has not all of them."""
    scores = {
        index: first_score(plain(row.cells[index]), bare=True) for index in (*weights, total) if index < len(row.cells)
    }
    if any(scores.get(index) is None for index in (*weights, total)):
        return None
    values = {index: score.value for index, score in scores.items() if score}
    exact = sum((Fraction(values[index]) * weight for index, weight in weights.items()), Fraction(0)) / _WHOLE
    return values[total], exact
