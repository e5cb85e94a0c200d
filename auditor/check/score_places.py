"""Overall scores and groups of scores that only their places tie together: one right above or below the other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from fractions import Fraction

from auditor.check.document import Document, Kind, Line
from auditor.check.overall_lines import Overall, is_general
from auditor.check.score_parts import LEAST_GROUP, Group
from auditor.check.score_ways import mean_of
from auditor.facts.vocabulary import matches, words

__all__ = ["beside", "ends_before", "in_next_section", "only_state", "tables_of_chapter"]

_FEWEST_TABLES, _CHAPTER = 2, 2
_TEN, _WHOLE = 10, 100
_GAP = 4
"""How many lines may lie between a score and a block below it that holds its parts."""


def beside(overall: Overall, groups: tuple[Group, ...], document: Document) -> tuple[Group, ...]:
    """The group that ends right above an overall score, or begins right below it.

    Of several columns it is the last, which tells how it is now.
    """
    fitting = [group for group in groups if not group.own and _is_on_scale(group, overall)]
    above = [group for group in fitting if ends_before(group, overall, document)]
    return tuple((above or [group for group in fitting if _begins_behind(group, overall, document)])[-1:])


def _is_on_scale(group: Group, overall: Overall) -> bool:
    """Whether the parts are on the scale of an overall score, or on ten where that is on a hundred."""
    part = group.parts[0].score
    is_finer = (part.scale, overall.score.scale) == (_TEN, _WHOLE) and overall.score.grade != "%"
    return part.scale == overall.score.scale or (is_finer and is_general(overall))


def ends_before(group: Group, overall: Overall, document: Document) -> bool:
    """Whether a group is the last that stands before an overall score, with no other text between."""
    last = group.parts[-1].line
    index = bisect_left(document.texts, overall.line, key=_number)
    while index > 0 and document.texts[index - 1].kind is Kind.ROW and document.texts[index - 1].number > last:
        index -= 1
    return index > 0 and document.texts[index - 1].number == last


def _begins_behind(group: Group, overall: Overall, document: Document) -> bool:
    """Whether nothing stands between an overall score and a group below but words that announce the parts."""
    first = group.parts[0].line
    between = document.texts[
        bisect_right(document.texts, overall.line, key=_number) : bisect_left(document.texts, first, key=_number)
    ]
    between = tuple(line for line in between if line.kind is not Kind.ROW)  # the head of its table
    if overall.line >= first or not _is_within(group, overall):
        return False
    texts = [line.plain.rstrip(":") for line in between]
    is_announced = bool(texts) and all(words("scores.announced").fullmatch(text) for text in texts)
    is_titled = len(between) == 1 and between[0].kind is Kind.HEADING
    return is_announced or is_titled or (not between and first - overall.line <= _GAP)


def in_next_section(overall: Overall, groups: tuple[Group, ...]) -> list[Group]:
    """The only group of the section beside that of an overall score, where its title promises the parts: ``Score breakdown``."""
    here = overall.section
    beside_it = [
        group
        for group in groups
        if group.section.number == here.number + 1 and group.section.path[:-1] == here.path[:-1] and not group.own
    ]
    is_promised = overall.is_heading and is_general(overall) and len(beside_it) == 1
    return beside_it if is_promised and matches("scores.promised", beside_it[0].section.title) else []


def _is_within(group: Group, overall: Overall) -> bool:
    """Whether a group stands in the section of an overall score, or in one right below it."""
    return group.section == overall.section or group.section.path[:-1] == overall.section.path


def tables_of_chapter(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """All tables of scores that stand beside each other in one chapter as one, where none has a score of its own; else none."""
    tables = tuple(group for group in groups if group.is_of_parts and len(group.parts) >= LEAST_GROUP)
    places = {group.section.path[:-1] for group in tables}
    scales = {part.score.scale for group in tables for part in group.parts}
    is_one = (
        len(places) == len(scales) == 1
        and len(min(places)) >= _CHAPTER
        and len(tables) == len({group.section.number for group in tables})
    )
    if not is_one or len(tables) < _FEWEST_TABLES or any(group.own for group in groups):
        return ()
    means = [mean_of(group.parts) for group in tables]
    everything = tuple(part for group in tables for part in group.parts)
    return (
        replace(tables[0], parts=everything, others=(("mean of the tables", sum(means, Fraction(0)) / len(means)),)),
    )


def only_state(overall: Overall, groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """The only table of the document, where it tells how far each part is, and the score how far everything is."""
    is_only = len(groups) == 1 and groups[0].is_progress and groups[0].section.number <= LEAST_GROUP
    is_alike = is_only and groups[0].parts[0].score.scale == overall.score.scale
    return groups if is_alike and is_general(overall) and not overall.is_loose else ()


def _number(line: Line) -> int:
    return line.number
