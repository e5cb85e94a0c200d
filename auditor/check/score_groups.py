"""Scores of parts that stand together: in one table, or in one list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from auditor.check.counted_shares import shares_of_counts, sums_of_weighed, total_of_weighed
from auditor.check.document import Document, Table, plain
from auditor.check.score_lists import INLINE_WEIGHT, listed_groups
from auditor.check.score_parts import CHANGE, LEAST_GROUP, Group, Part
from auditor.check.scores import Score, first_score, marks
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["score_groups"]

_WEIGHT = pattern(r"(\d{1,3}(?:\.\d+)?)\s?%")
_SCALE = pattern(r"(?:/\s?|out of |\b[01]\s?[-\x{2013}]\s?)(100|10|5)\b")
_FEWEST, _TEN, _WHOLE = 2, 10, 100
_DIFFERENCE = pattern(r"\b(?:change|delta|difference|improvement|trend)\b")
_CHANGED = pattern(r"[1-9]")
_NAMELESS = frozenset({"", "#", "assessment"})
_NAMELESS_FIGURES = frozenset({"value", "result", "count", "target"})
_MARKED = pattern(r"^[^\w.,/]{0,4}\d{1,3}(?:\.\d{1,2})?\s?/\s?100?\b")
_GRADES = frozenset({"grade", "grades"})
"""Heads of a column that may hold letters as well; where it holds numbers, they are scores."""


def score_groups(document: Document) -> Iterator[Group]:
    """Every group of scores in a document: those of tables first."""
    for table in document.tables:
        yield from _of_table(table)
    yield from listed_groups(document)


def _of_table(table: Table) -> Iterator[Group]:
    heads = [plain(cell).lower() for cell in table.header]
    columns = _score_columns(table, heads)
    is_of_parts = bool(heads) and (
        matches("components.heads", heads[0])
        or heads[0] in _NAMELESS
        or _is_on_scale(table, columns)
        or _is_of_points(table, columns)
    )
    if _is_selection(table, heads):
        return
    if not columns:
        yield from _of_summed_columns(table, heads)
    elif is_of_parts:
        found = [group for column in columns for group in _of_column(table, heads, column, bare=True)]
        yield from (group for group in found if len(columns) == 1 or (group.own and _is_full(group, table)))


def _is_on_scale(table: Table, columns: list[int]) -> bool:
    """Whether every row has a score on a scale that is told, so that the rows are parts whatever they are called."""
    if len(columns) != 1 or len(table.rows) < LEAST_GROUP:
        return False
    is_told = _SCALE.search(plain(table.header[columns[0]])) is not None
    cells = (plain(row.cells[columns[0]]) for row in table.rows if len(row.cells) > columns[0])
    scores = (first_score(cell, bare=is_told) or marks(cell) for cell in cells)
    return all(score is not None and score.grade != "%" for score in scores)


def _is_of_points(table: Table, columns: list[int]) -> bool:
    """Whether every row has points of up to a hundred in the only column of scores."""
    if len(columns) != 1 or len(table.rows) < LEAST_GROUP:
        return False
    cells = (plain(row.cells[columns[0]]) for row in table.rows if len(row.cells) > columns[0])
    scores = [first_score(cell, bare=True) for cell in cells]
    values = [score.value for score in scores if score and not score.scale]
    return len(values) == len(table.rows) and max(values) <= _WHOLE and max(values) > _TEN


def _is_selection(table: Table, heads: list[str]) -> bool:
    """Whether a table tells only what changed, below the score that changed with it: the other parts are not in it."""
    first = plain(table.rows[0].cells[0]) if table.rows and table.rows[0].cells else ""
    column = next((index for index, head in enumerate(heads) if _DIFFERENCE.search(head)), None)
    if column is None or words("scores.overall").search(first) is None:
        return False
    return all(_CHANGED.search(plain(row.cells[column])) for row in table.rows if len(row.cells) > column)


def _of_summed_columns(table: Table, heads: list[str]) -> Iterator[Group]:
    """Columns of progress or the like, where a row of the table sums them up."""
    if not heads or matches(
        "scores.measured",
        " ".join((table.section.title, *(one for one in heads if not words("scores.weight").search(one)))),
    ):
        return
    for column, head in enumerate(heads):
        if column and (matches("scores.summed", head) or _is_closed(table, head) or _is_marked(table, column)):
            bare = matches("scores.rated", table.section.title)
            found = _of_column(table, heads, column, bare=bare)
            is_known = matches("scores.summed", head)
            full = [group for group in found if _is_full(group, table) and (is_known or _is_alike(group))]
            yield from (group if group.own else replace(group, is_progress=True) for group in full)


def _is_marked(table: Table, column: int) -> bool:
    """Whether every cell of a column is a score on ten or on a hundred, whatever its head is."""
    cells = (plain(row.cells[column]) if len(row.cells) > column else "" for row in table.rows)
    scores = [first_score(cell) if _MARKED.match(cell) else None for cell in cells]
    return len({score.scale if score else 0 for score in scores} - {10, 100}) == 0 and len(scores) >= LEAST_GROUP


def _is_closed(table: Table, head: str) -> bool:
    """Whether the last row is one of everything, so that a column of marks above it has what sums it up."""
    closing = plain(table.rows[-1].cells[0]) if table.rows and table.rows[-1].cells else ""
    is_aside = matches("scores.aside", head) or matches("scores.measured", head) or _DIFFERENCE.search(head) is not None
    return matches("scores.closing", closing) and head not in _NAMELESS_FIGURES and not is_aside


def _is_full(group: Group, table: Table) -> bool:
    """Whether every row of a table has its score, and none its share of a whole."""
    is_share = abs(sum((part.score.value for part in group.parts), Decimal(0)) - _WHOLE) <= 1
    rows = len(group.parts) + (group.own is not None)
    return rows == len(table.rows) and len(group.parts) >= LEAST_GROUP and not is_share


def _is_alike(group: Group) -> bool:
    """Whether all parts are told in one way."""
    return len({(part.score.scale, part.score.grade == "%") for part in group.parts}) == 1


def _of_column(table: Table, heads: list[str], column: int, *, bare: bool) -> Iterator[Group]:
    """The scores of a column as a group; with `bare` numbers alone are scores, too."""
    weight = next((index for index, head in enumerate(heads) if matches("scores.weight", head)), None)
    names = {row.number: plain(row.cells[0]) if row.cells else "" for row in table.rows}
    scores = _without_counts(_scores(table, column, bare=bare))
    owns = [line for line in scores if words("scores.overall").search(names[line])]
    owns = owns or [line for line in list(scores)[-1:] if matches("scores.last_row", names[line])]
    scale = _scale_of(heads[column], [score for line, score in scores.items() if line not in owns])
    others = (*_sums_of_bare(scores, owns, scale), *sums_of_weighed(table, column, owns, scale))
    scores = {line: _scaled(score, scale, len(scores) - len(owns)) for line, score in scores.items()}
    parts = tuple(
        Part(names[row.number], scores[row.number], row.number, _weight(row.cells, weight))
        for row in table.rows
        if row.number in scores and row.number not in owns
    )
    if len(parts) >= _FEWEST and all(score.scale for score in scores.values()):
        own = (owns[-1], scores[owns[-1]]) if owns else total_of_weighed(table, column, parts[0].score.scale)
        is_goal = any(matches("scores.aside", head) for head in heads)
        yield Group(
            table.number,
            table.section,
            parts,
            own,
            is_breakdown=matches("scores.breakdown", table.section.title),
            is_of_parts=words("components.scored").fullmatch(heads[heads[0] == "#"]) is not None and not is_goal,
            others=(*others, *(shares_of_counts(table, column, own[0]) if own else ())),
            called=names[own[0]] if own else "",
        )


def _scores(table: Table, column: int, *, bare: bool) -> dict[int, Score]:
    """The scores of a column by the lines of their rows."""
    found: dict[int, Score] = {}
    for row in table.rows:
        text = plain(row.cells[column]) if len(row.cells) > column else ""
        score = None if CHANGE.search(text) else first_score(text, bare=bare) or (marks(text) if bare else None)
        if score is not None:
            found[row.number] = score
    return found


def _without_counts(scores: dict[int, Score]) -> dict[int, Score]:
    """The scores without numbers that stand alone among many on a scale: they count something."""
    on_scale = {line: score for line, score in scores.items() if score.scale}
    return on_scale if len(on_scale) > len(scores) - len(on_scale) else scores


def _scale_of(head: str, scores: list[Score]) -> int:
    """The scale of numbers that stand alone: the one in the head of their column, or the least usual one that all of them fit."""
    told = _SCALE.search(head)
    if told:
        return int(told.group(1))
    highest = max((score.value for score in scores if not score.scale), default=Decimal(0))
    return next((scale for scale in (10, 100) if highest <= scale), 0)


def _scaled(score: Score, scale: int, parts: int) -> Score:
    """A number alone as a score on this scale, or on that of all parts together where it is above it."""
    if score.scale:
        return score
    return replace(score, scale=scale if score.value <= scale else scale * parts)


def _sums_of_bare(scores: dict[int, Score], owns: list[int], scale: int) -> Iterator[tuple[str, Fraction]]:
    """The sum of numbers that stand alone, which a total among them may be."""
    parts = [score.value for line, score in scores.items() if line not in owns]
    if scale and owns and not scores[owns[-1]].scale and scores[owns[-1]].value <= scale:
        yield "sum", Fraction(sum(parts, Decimal(0))) / scale


def _score_columns(table: Table, heads: list[str]) -> list[int]:
    """The columns of scores: one, or several as of two releases."""
    columns = [
        index
        for index, head in enumerate(heads)
        if index
        and matches("scores.column", head)
        and "weight" not in head
        and not matches("scores.aside", head)
        and not _DIFFERENCE.search(head)
    ]
    columns = columns or [
        index for index, head in enumerate(heads) if index and head in _GRADES and _is_figures(table, index)
    ]
    return [index for index in columns if _is_filled(table, index)]


def _is_filled(table: Table, column: int) -> bool:
    cells = (plain(row.cells[column]) for row in table.rows if len(row.cells) > column)
    return sum((first_score(cell, bare=True) or marks(cell)) is not None for cell in cells) >= _FEWEST


def _is_figures(table: Table, column: int) -> bool:
    """Whether a column of grades has no letters in it."""
    cells = (plain(row.cells[column]) for row in table.rows if len(row.cells) > column)
    return not any(character.isalpha() for cell in cells for character in cell)


def _weight(cells: tuple[str, ...], column: int | None) -> Fraction | None:
    if column is None or column >= len(cells):
        found = INLINE_WEIGHT.search(cells[0]) if cells else None
        return Fraction(found.group(1)) if found else None
    text = plain(cells[column])
    found = _WEIGHT.search(text)
    if found:
        return Fraction(found.group(1))
    try:
        return Fraction(text.strip().removesuffix("x").strip() or "0") or None
    except (ValueError, ZeroDivisionError):
        return None
