"""Overall scores against the scores of the parts: mean, stated weights, sum, or the weakest part."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from auditor.check.adjustments import adjustments
from auditor.check.document import Document, Line
from auditor.check.formulas import formula_results
from auditor.check.overall_lines import Overall, core_of, is_general, is_of_counts, is_of_others, overalls
from auditor.check.score_chapters import boxed_groups
from auditor.check.score_groups import score_groups
from auditor.check.score_parts import LEAST_GROUP, SHORT, Group, Part
from auditor.check.score_places import beside, ends_before, in_next_section, only_state
from auditor.check.score_reach import only_ones, only_table, same_score, speaks_for_document
from auditor.check.score_ways import (
    WEIGHTED,
    are_shares,
    is_above_rates,
    is_coarse,
    is_given,
    is_of_few_marks,
    mean_of,
    medians_of,
    ways_of,
    ways_of_group,
)
from auditor.check.scores import Score, is_cut_off_as, is_printed_as, shown
from auditor.check.statement import Statement, contradicted, supported, uncheckable
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["overall_statements"]

_VALUE = pattern(r"\b\d{1,3}(?:\.\d{1,3})?\b")
_NEAR = Fraction(1, 40)
"""How far an approximate score may be from the exact one: as far as rounding to twentieths goes."""
_USUAL = frozenset({10, 100, 1000})
_MANY = 5
"""From so many stages on they are parts of one plan, where their scores go up and down."""
_MOST = 300
"""Scores and groups of scores that are looked at in one document: each is compared with each."""


@dataclass(frozen=True, slots=True)
class _Remarks:
    """What a document says of its scores: lines and values that it calls weighted, what it adds, what it computes."""

    weighed: frozenset[tuple[int, Decimal]]
    added: tuple[Fraction, ...]
    computed: frozenset[Decimal]


def overall_statements(document: Document) -> Iterator[Statement]:
    """Every overall score of which the parts are given, against them."""
    found = (*islice(score_groups(document), _MOST), *islice(boxed_groups(document), _MOST))
    series = tuple(group for group in found if _is_series(group))
    current = (group for group in found if group not in series and not _is_of_changed(group, found))
    groups = tuple(group for group in current if not group.is_progress)
    remarks = _Remarks(
        frozenset(_called_weighed(document)), document.derive(adjustments), document.derive(formula_results)
    )
    told: set[int] = set()
    for group in groups:
        if group.own:
            line, score = group.own
            yield _judged(line, "The overall score", score, (group,), remarks)
            told.add(line)
    progress = tuple(group for group in found if group.is_progress)
    given = tuple(one for one in islice(overalls(document), _MOST) if not _is_of(one, series, groups))
    closed = tuple(_closed(group, given, document) for group in groups)
    several = _several(given)
    for overall in given:
        if is_of_counts(overall):
            yield supported(overall.line, f"{overall.name} {overall.score} is what its counts give.", "overall")
            continue
        near = beside(overall, progress, document) or _parts_of(overall, groups, document)
        if not near and overall.name.lower() not in several and speaks_for_document(overall):
            near = same_score(overall, groups) or only_ones(overall, groups, document) or only_state(overall, found)
            near = near or only_table(overall, (*groups, *progress), document)
        if _is_part(overall, near or groups) or is_of_others(overall, sum(len(group.parts) for group in near)):
            continue
        if near and overall.line not in told and not _is_about(overall, near):
            yield _judged(overall.line, overall.name, overall.score, near, remarks)
        elif not near and not overall.is_loose:
            yield from _repeated(overall, closed)


def _is_about(overall: Overall, groups: tuple[Group, ...]) -> bool:
    """Whether a score is called approximate and is near to what its parts give."""
    if not matches("scores.about", overall.basis):
        return False
    if len(groups) == 1:
        ways = ways_of_group(groups[0], overall.score)
    else:
        ways = tuple(ways_of(tuple(part for group in groups for part in group.parts), overall.score))
    return any(abs(share - overall.score.share) <= _NEAR for _, share in ways)


def _several(given: tuple[Overall, ...]) -> frozenset[str]:
    """What several different scores are called: each is that of its chapter."""
    values: dict[str, set[Decimal]] = {}
    for overall in given:
        if not matches("scores.overall", overall.name):
            values.setdefault(overall.name.lower(), set()).add(overall.score.value)
    return frozenset(name for name, found in values.items() if len(found) > 1)


def _is_series(group: Group) -> bool:
    """Whether the scores are those of one thing at several times: a row each for the start, a phase, and the end."""
    stages = sum(matches("scores.stage", part.name) for part in group.parts)
    shares = [part.score.share for part in group.parts]
    is_of_parts = group.is_breakdown and len(shares) >= _MANY and shares != sorted(shares)
    return not group.own and stages * 2 > len(group.parts) and not is_of_parts


def _is_of_changed(group: Group, groups: tuple[Group, ...]) -> bool:
    """Whether the scores are those to come, and fewer than elsewhere: only what will change is listed."""
    return matches("scores.aside", group.section.title) and any(len(one.parts) > len(group.parts) for one in groups)


def _is_of(overall: Overall, series: tuple[Group, ...], groups: tuple[Group, ...]) -> bool:
    """Whether a score is told where scores of several times are, and not beside parts of its own."""
    if any(group.section.number == overall.section.number for group in groups):
        return False
    return any(part.score.value == overall.score.value for group in series for part in group.parts)


def _is_part(overall: Overall, groups: tuple[Group, ...]) -> bool:
    """Whether a score is that of one part, told once more: ``Production Readiness Score`` and a row of that name."""
    core, named = core_of(overall.name), frozenset(overall.name.lower().split())
    is_overall = matches("scores.overall", overall.name)
    if is_overall and not core:
        return False
    parts = (part for group in groups for part in group.parts if part.line != overall.line)
    same = [part.name for part in parts if part.score.value == overall.score.value]
    if is_overall:
        return any(core & core_of(name) for name in same)
    return any(named >= {*name.lower().split()} or named >= (core_of(name) or {""}) for name in same)


def _closed(group: Group, overalls: tuple[Overall, ...], document: Document) -> Group:
    """A group with the overall score that stands right below it, as if it stood in it."""
    if group.own:
        return group
    behind = bisect_left(document.texts, group.parts[-1].line + 1, key=_line_number)
    line = document.texts[behind].number if behind < len(document.texts) else 0
    own = next((one for one in overalls if one.line == line and is_general(one)), None)
    return replace(group, own=(own.line, own.score), called=own.name) if own else group


def _repeated(overall: Overall, groups: tuple[Group, ...]) -> Iterator[Statement]:
    """An overall score of the summary, against the one that the document's only table of parts ends with."""
    summed = [group for group in groups if group.own and _is_comparable(group.own[1], overall.score)]
    owns = [group.own for group in summed if group.own]
    titles = overall.section.path[1:]
    in_summary = not titles or matches("decision.head_sections", titles[0])  # and no part of another chapter
    if len(owns) != 1 or not in_summary:
        return
    is_of_part = any(core_of(part.name) & core_of(overall.name) for part in summed[0].parts)
    is_general = matches("scores.overall", overall.name) and not is_of_part
    core, called = core_of(overall.name), core_of(summed[0].called)
    if (not is_general and core != called) or (core and called and not core & called):
        return
    line, own = owns[0]
    if is_given(own.share, overall.score) or is_given(overall.score.share, own):
        yield supported(overall.line, f"{overall.name} {overall.score} is that of line {line}.", "repeated")
    else:
        yield contradicted(
            overall.line, f"{overall.name} is {overall.score} here, and {own} in line {line}.", "repeated"
        )


def _is_comparable(own: Score, score: Score) -> bool:
    """Whether two scores are on one scale, on two of the usual ones, or as many points on two."""
    scales = {own.scale, score.scale}
    is_alike = (own.grade == "%") == (score.grade == "%")  # a share of what is ready is no mark on ten
    return len(scales) == 1 or (scales <= _USUAL and is_alike) or own.value == score.value


def _judged(line: int, name: str, score: Score, groups: tuple[Group, ...], remarks: _Remarks) -> Statement:
    everything = tuple(part for group in groups for part in group.parts)
    if matches("scores.median", name):
        return _medial(line, name, score, groups, everything)
    ways = [way for group in groups for way in ways_of_group(group, score)]
    ways += [way for group in groups for way in group.others]
    if len(groups) > 1:
        ways += ways_of(everything, score)
        means = [mean_of(group.parts) for group in groups]
        ways.append(("mean of the groups", sum(means, Fraction(0)) / len(means)))
    if ways[0][0] == WEIGHTED and any(where == line for where, _ in remarks.weighed):
        ways = ways[:1]  # it says itself which of them it is
    for what, share in ways:
        if is_given(share, score):
            return supported(line, f"{name} {score} is the {what} of {len(everything)} parts.", "overall")
    if any(is_given(share + more / (score.scale or 1), score) for _, share in ways for more in remarks.added):
        return supported(line, f"{name} {score} is what its parts give with what is said to be added.", "overall")
    why = _reservation(score, everything, ways, f"{name} {groups[0].called}", remarks)
    if why:
        return uncheckable(line, f"{name} {score} {why}.", "overall")
    return contradicted(line, _disagreement(name, score, groups, ways), "overall")


def _medial(line: int, name: str, score: Score, groups: tuple[Group, ...], parts: tuple[Part, ...]) -> Statement:
    """What is called a median against the share in the middle."""
    ways = medians_of(parts)
    if is_given(ways[0][1], score):
        return supported(line, f"{name} {score} is the median of {len(parts)} parts.", "overall")
    return contradicted(line, _disagreement(name, score, groups, ways), "overall")


def _reservation(
    score: Score, parts: tuple[Part, ...], ways: list[tuple[str, Fraction]], called: str, remarks: _Remarks
) -> str:
    """Why a score that its parts do not give may be right nevertheless; empty where it may not."""
    lines = frozenset(part.line for part in parts)
    is_weighed = any(value == score.value or where in lines for where, value in remarks.weighed)
    if (is_weighed or matches("scores.weighed", called)) and _is_within(score, parts):
        return "is said to be weighted, and the weights are not told"
    if any(is_printed_as(Fraction(value), score.value) for value in remarks.computed):
        return "is what a formula elsewhere gives"
    if are_shares(parts) or is_above_rates(score, parts):
        return "is not the sum of its parts, which are shares of a whole"
    nearest = min(abs(share - score.share) for _, share in ways)
    if is_of_few_marks(score, parts) and nearest * score.scale < 1:
        return "is told in few marks"
    if is_coarse(score, parts) and nearest <= parts[0].score.step:
        return "is finer than the marks of its parts"
    return ""


def _called_weighed(document: Document) -> Iterator[tuple[int, Decimal]]:
    """The lines and rows that call values a weighted average, each with a value."""
    for line in document.texts:
        if matches("scores.weighed", line.plain):
            yield from ((line.number, Decimal(found.group())) for found in _VALUE.finditer(line.plain))


def _is_within(score: Score, parts: tuple[Part, ...]) -> bool:
    """Whether some weights would give the score: none of the parts has one, and it lies between them."""
    shares = [part.score.share for part in parts]
    return all(part.weight is None for part in parts) and min(shares) <= score.share <= max(shares)


def _disagreement(name: str, score: Score, groups: tuple[Group, ...], ways: list[tuple[str, Fraction]]) -> str:
    scale = score.scale or 1
    parts = tuple(part for group in groups for part in group.parts)
    highest = max(group.highest for group in groups)
    given = "; ".join(f"{what} {shown(share * scale)}" for what, share in dict(ways).items())
    values = ", ".join(str(part.score) for part in parts[:12]) + (", ..." if len(parts) > 12 else "")  # noqa: PLR2004
    above = ", and is above every part" if score.share - score.step > highest else ""
    cut = any(is_cut_off_as(share * scale, score.value) for _, share in ways)
    how = ", and was cut off instead of rounded" if cut else above
    return f"{name} {score} is not what its {len(parts)} parts give ({values}: {given}){how}."


def _parts_of(overall: Overall, groups: tuple[Group, ...], document: Document) -> tuple[Group, ...]:
    """The groups that an overall score sums up: those below its own heading, or right above it."""
    if overall.is_loose:
        return beside(overall, groups, document)
    inner = [group for group in groups if _covers(overall, group, document)] or _only_below(overall, groups, document)
    inner = inner or in_next_section(overall, groups)
    if inner:
        first = inner[0]
        return tuple(group for group in inner if group.section.level == first.section.level)
    if not is_general(overall):
        return ()
    above = next((group for group in groups if not group.own and ends_before(group, overall, document)), None)
    return (above,) if above else ()


def _only_below(overall: Overall, groups: tuple[Group, ...], document: Document) -> list[Group]:
    """The only group below a heading that is nothing but a score: ``### Score: 92/100``."""
    if not overall.is_heading or not words("scores.section").fullmatch(overall.name) or core_of(overall.name):
        return []
    end = document.end_of(overall.section)
    within = [group for group in groups if overall.section.number <= group.section.number < end]
    is_only = len(within) == 1 and within[0].section.level == overall.section.level + 1 and not within[0].own
    return within if is_only and len(within[0].parts) >= LEAST_GROUP else []


def _line_number(line: Line) -> int:
    return line.number


def _covers(overall: Overall, group: Group, document: Document) -> bool:
    """Whether a group stands behind an overall score, below the same heading and before the next overall score."""
    if overall.section.level == 0 or overall.line in group.lines:
        return False
    if group.section.number == overall.section.number:
        return overall.is_heading or abs(group.line - overall.line) < SHORT
    is_within = overall.section.number <= group.section.number < document.end_of(overall.section)
    is_child = group.section.level == overall.section.level + 1
    return is_within and overall.section.level > 1 and is_child and group.is_breakdown
