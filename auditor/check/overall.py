"""Overall scores against the scores of the parts: mean, stated weights, sum, or the weakest part."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from auditor.check.document import Document, Kind, Line, Section
from auditor.check.score_chapters import boxed_groups, chapter_groups
from auditor.check.score_groups import CHANGE, LEAST_GROUP, SHORT, Group, Part, score_groups
from auditor.check.score_ways import mean_of, ways_of
from auditor.check.scores import Score, first_score, is_cut_off_as, is_printed_as, number, points, shown
from auditor.check.statement import Statement, contradicted, supported, uncheckable
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["overall_statements"]

_FIELD = pattern(
    r"^\W{0,8}(?:\d+(?:\.\d+)*[.)]?\s+)?([A-Za-z][^:|]{2,80}?)\s*(?::|\s[-\x{2013}\x{2014}]\s|\s=\s|\()\s*(.*)$"
)
_BAR = pattern(r"\s[|\x{2013}\x{2014}\x{b7}\x{2022}]\s")
_COUNTED = pattern(r"(\d{1,6})\s?(?:/|of|out of)\s?(\d{1,6})\s[A-Za-z]")
_VALUE = pattern(r"\b\d{1,3}(?:\.\d{1,3})?\b")
_PERCENT_FIRST = pattern(r"^[^A-Za-z0-9]{0,8}(?:[A-F][+-]?[^A-Za-z0-9]{1,4})?\d")
_DEEPEST = 3
_HUNDREDTH = Fraction(1, 100)
"""As much of a scale as a score may lose where it is cut off."""
_MOST = 300
"""Scores and groups of scores that are looked at in one document: each is compared with each."""


@dataclass(frozen=True, slots=True)
class Overall:
    """An overall score, where it stands, and how its line calls it. `basis` is what its line says behind it."""

    line: int
    section: Section
    name: str
    score: Score
    is_heading: bool
    basis: str = ""


def overall_statements(document: Document) -> Iterator[Statement]:
    """Every overall score of which the parts are given, against them."""
    groups = (*islice(score_groups(document), _MOST), *islice(boxed_groups(document), _MOST))
    weighed = frozenset(_called_weighed(document))
    judged: set[tuple[Decimal, int, int]] = set()
    for group in groups:
        if group.own:
            line, score = group.own
            yield _judged(line, "The overall score", score, (group,), weighed)
            judged.add((score.value, score.scale, group.line))
    overalls = tuple(islice(_overalls(document), _MOST))
    closed = tuple(_closed(group, overalls, document) for group in groups)
    for overall in overalls:
        if _is_of_counts(overall):
            yield supported(overall.line, f"{overall.name} {overall.score} is what its counts give.", "overall")
            continue
        near = _parts_of(overall, groups, document)
        if _is_part(overall, near or groups):
            continue
        key = (overall.score.value, overall.score.scale, near[0].line if near else 0)
        if near and key not in judged:
            judged.add(key)
            yield _judged(overall.line, overall.name, overall.score, near, weighed)
        elif not near:
            yield from _repeated(overall, closed)


def _is_part(overall: Overall, groups: tuple[Group, ...]) -> bool:
    """Whether a score is that of one part, told once more: ``Production Readiness Score`` and a row of that name."""
    if matches("scores.overall", overall.name):
        return False
    named = frozenset(overall.name.lower().split())
    parts = (part for group in groups for part in group.parts if part.line != overall.line)
    return any(part.score.value == overall.score.value and named >= {*part.name.lower().split()} for part in parts)


def _closed(group: Group, overalls: tuple[Overall, ...], document: Document) -> Group:
    """A group with the overall score that stands right below it, as if it stood in it."""
    if group.own:
        return group
    behind = bisect_left(document.texts, group.parts[-1].line + 1, key=_line_number)
    line = document.texts[behind].number if behind < len(document.texts) else 0
    own = next((one for one in overalls if one.line == line and _is_general(one)), None)
    return replace(group, own=(own.line, own.score), called=own.name) if own else group


def _repeated(overall: Overall, groups: tuple[Group, ...]) -> Iterator[Statement]:
    """An overall score of the summary, against the one that the document's only table of parts ends with."""
    summed = [group for group in groups if group.own and group.own[1].scale == overall.score.scale]
    owns = [group.own for group in summed if group.own]
    titles = overall.section.path[1:]
    in_summary = not titles or any(matches("decision.head_sections", title) for title in titles)
    if len(owns) != 1 or not in_summary:
        return
    is_of_part = any(_core(part.name) & _core(overall.name) for part in summed[0].parts)
    is_general = matches("scores.overall", overall.name) and not is_of_part
    if not is_general and _core(overall.name) != _core(summed[0].called):
        return
    line, own = owns[0]
    if _is_printed(own.share, overall.score) or own.value == overall.score.value:
        yield supported(overall.line, f"{overall.name} {overall.score} is that of line {line}.", "repeated")
    else:
        yield contradicted(
            overall.line, f"{overall.name} is {overall.score} here, and {own} in line {line}.", "repeated"
        )


def _core(name: str) -> frozenset[str]:
    """The words of the name of a score that tell what it is a score of."""
    return frozenset(words("scores.generic").sub(" ", name.lower()).split())


def _judged(line: int, name: str, score: Score, groups: tuple[Group, ...], weighed: frozenset[Decimal]) -> Statement:
    ways = [way for group in groups for way in ways_of(group.parts, score)]
    ways += [way for group in groups for way in group.others]
    everything = tuple(part for group in groups for part in group.parts)
    if len(groups) > 1:
        ways += ways_of(everything, score)
        means = [mean_of(group.parts) for group in groups]
        ways.append(("mean of the groups", sum(means, Fraction(0)) / len(means)))
    for what, share in ways:
        if _is_printed(share, score):
            return supported(line, f"{name} {score} is the {what} of {len(everything)} parts.", "overall")
    for what, share in ways:
        if score.step * 2 <= _HUNDREDTH and is_cut_off_as(share * (score.scale or 1), score.value):
            exact = shown(share * (score.scale or 1))
            return supported(line, f"{name} {score} is the {what} {exact}, cut off instead of rounded.", "overall")
    is_weighed = matches("scores.weighed", f"{name} {groups[0].called}") or score.value in weighed
    if is_weighed and _is_within(score, everything):
        return uncheckable(line, f"{name} {score} is said to be weighted, and the weights are not told.", "overall")
    return contradicted(line, _disagreement(name, score, everything, ways), "overall")


def _called_weighed(document: Document) -> Iterator[Decimal]:
    """The values that a line or row calls a weighted average."""
    for line in document.texts:
        if matches("scores.weighed", line.plain):
            yield from (Decimal(found.group()) for found in _VALUE.finditer(line.plain))


def _is_within(score: Score, parts: tuple[Part, ...]) -> bool:
    """Whether some weights would give the score: none of the parts has one, and it lies between them."""
    shares = [part.score.share for part in parts]
    return all(part.weight is None for part in parts) and min(shares) <= score.share <= max(shares)


def _disagreement(name: str, score: Score, parts: tuple[Part, ...], ways: list[tuple[str, Fraction]]) -> str:
    scale = score.scale or 1
    highest = max(part.score.share for part in parts)
    given = "; ".join(f"{what} {shown(share * scale)}" for what, share in dict(ways).items())
    values = ", ".join(str(part.score) for part in parts[:12]) + (", ..." if len(parts) > 12 else "")  # noqa: PLR2004
    above = ", and is above every part" if score.share - score.step > highest else ""
    return f"{name} {score} is not what its {len(parts)} parts give ({values}: {given}){above}."


def _is_printed(share: Fraction, score: Score) -> bool:
    return is_printed_as(share * (score.scale or 1), score.value)


def _is_of_counts(overall: Overall) -> bool:
    """Whether the line itself says of which counts its percentage is made: ``85% (11/13 tests passed)``."""
    found = _COUNTED.search(overall.basis)
    part, whole = (number(found.group(1)), number(found.group(2))) if found else (None, None)
    if part is None or not whole or overall.score.grade != "%":
        return False
    exact = Fraction(part) * 100 / Fraction(whole)
    return is_printed_as(exact, overall.score.value) or is_cut_off_as(exact, overall.score.value)


def _overalls(document: Document) -> Iterator[Overall]:
    for line in document.texts:
        if line.kind is Kind.ROW or line.depth > 1:
            continue
        pieces = _BAR.sub("\n", line.plain).split("\n")
        found = (_overall_in(line, text) for text in dict.fromkeys((line.plain, *pieces)))
        yield from islice((one for one in found if one), 1)


def _overall_in(line: Line, text: str) -> Overall | None:
    """The overall score that a line, or a part of it, gives."""
    match = _FIELD.match(text)
    if not match or matches("scores.aside", text) or CHANGE.search(text):
        return None
    label, rest = match.group(1).strip(), match.group(2)
    score = first_score(rest[:SHORT])
    if matches("scores.overall", label):
        score = points(rest[:SHORT]) or score
    if score is None or not score.scale:
        return None
    if score.grade == "%" and not (matches("scores.rated", label) and _PERCENT_FIRST.match(rest)):
        return None  # rates are no scores
    is_heading = line.kind is Kind.HEADING
    if not (is_heading or matches("scores.overall", label) or words("scores.section").fullmatch(label)):
        return None
    return Overall(line.number, line.section, label, score, is_heading, rest)


def _parts_of(overall: Overall, groups: tuple[Group, ...], document: Document) -> tuple[Group, ...]:
    """The groups that an overall score sums up: those below its own heading, right above it, or the document's only ones."""
    inner = [group for group in groups if _covers(overall, group, document)] or _only_below(overall, groups, document)
    if inner:
        first = inner[0]
        return tuple(group for group in inner if group.section.level == first.section.level)
    if not _is_general(overall):
        return ()
    above = next((group for group in groups if not group.own and _ends_before(group, overall, document)), None)
    if above:
        return (above,)
    return _only_ones(overall, groups, document) if _is_of_document(overall) else ()


def _only_below(overall: Overall, groups: tuple[Group, ...], document: Document) -> list[Group]:
    """The only group below a heading that is nothing but a score: ``### Score: 92/100``."""
    if not overall.is_heading or not words("scores.section").fullmatch(overall.name) or _core(overall.name):
        return []
    end = document.end_of(overall.section)
    within = [group for group in groups if overall.section.number <= group.section.number < end]
    is_only = len(within) == 1 and within[0].section.level == overall.section.level + 1 and not within[0].own
    return within if is_only and len(within[0].parts) >= LEAST_GROUP else []


def _is_general(overall: Overall) -> bool:
    """Whether a score is called that of everything, or by no name at all: ``Deployment Readiness Score``."""
    if matches("scores.overall", overall.name):
        return True
    return words("scores.section").fullmatch(overall.name) is not None and not _core(overall.name)


def _only_ones(overall: Overall, groups: tuple[Group, ...], document: Document) -> tuple[Group, ...]:
    """The scores of all parts, where the document gives them in one place only."""
    own = _distinct(group for group in groups if _is_of_all(group) and not group.own)
    tables = _distinct(group for group in groups if group.is_of_parts and len(group.parts) >= LEAST_GROUP)
    found = own or tuple(group for group in tables if not group.own)
    if found or any(group.own for group in groups):
        return found if len(found) == 1 and len(tables) <= 1 + len(own) else ()
    others = (
        replace(group, parts=tuple(one for one in group.parts if one.line != overall.line))
        for group in chapter_groups(document)
    )
    chapters = [group for group in others if group.parts and group.parts[0].score.scale == overall.score.scale]
    return tuple(sorted(chapters, key=lambda group: group.section.level)[:1])


def _distinct(groups: Iterable[Group]) -> tuple[Group, ...]:
    """The groups without those that repeat the scores of another."""
    found: dict[tuple[Fraction, ...], Group] = {}
    for group in groups:
        found.setdefault(tuple(part.score.share for part in group.parts), group)
    return tuple(found.values())


def _ends_before(group: Group, overall: Overall, document: Document) -> bool:
    """Whether a group is the last that stands before an overall score, with no other text between."""
    last = group.parts[-1].line
    index = bisect_left(document.texts, overall.line, key=_line_number)
    while index > 0 and document.texts[index - 1].kind is Kind.ROW and document.texts[index - 1].number > last:
        index -= 1
    return index > 0 and document.texts[index - 1].number == last


def _line_number(line: Line) -> int:
    return line.number


def _is_of_document(overall: Overall) -> bool:
    """Whether a score speaks for the whole document: above the chapters, in the summary, or in the end."""
    if len(overall.section.path) > _DEEPEST:
        return False
    titles = overall.section.path[1:] or overall.section.path
    return overall.section.number <= LEAST_GROUP or any(
        matches("decision.head_sections", title) or matches("decision.final_sections", title) for title in titles
    )


def _is_of_all(group: Group) -> bool:
    return any(
        matches("components.heads", title) and matches("scores.breakdown", title)
        for title in group.section.path[1:] or group.section.path
    )


def _covers(overall: Overall, group: Group, document: Document) -> bool:
    """Whether a group stands behind an overall score, below the same heading and before the next overall score."""
    if overall.section.level == 0 or any(part.line == overall.line for part in group.parts):
        return False
    if group.section.number == overall.section.number:
        return overall.is_heading or abs(group.line - overall.line) < SHORT
    is_within = overall.section.number <= group.section.number < document.end_of(overall.section)
    is_child = group.section.level == overall.section.level + 1
    return is_within and overall.section.level > 1 and is_child and group.is_breakdown
