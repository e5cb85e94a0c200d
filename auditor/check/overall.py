"""Overall scores against the scores of the parts: mean, stated weights, sum, or the weakest part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from auditor.check.document import Document, Kind, Line, Section, Table, plain
from auditor.check.scores import Score, first_score, is_printed_as, shown
from auditor.check.statement import Statement, contradicted, supported
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["overall_statements"]

_ITEM = pattern(r"^\W{0,4}([A-Za-z][^:|]{1,70}?)\s*(?::|\s[-\x{2013}\x{2014}]\s)\s*(.*)$")
_WEIGHT = pattern(r"(\d{1,3}(?:\.\d+)?)\s?%")
_INLINE_WEIGHT = pattern(r"(?i)\((?:weight:?\s*)?(\d{1,3})\s?%(?:\s*weight)?\)")
_FIELD = pattern(
    r"^\W{0,8}(?:\d+(?:\.\d+)*[.)]?\s+)?([A-Za-z][^:|]{2,80}?)\s*(?::|\s[-\x{2013}\x{2014}]\s|\s=\s|\()\s*(.*)$"
)
_SHORT = 30
_FEWEST = 2
_MOST = 300
"""Scores and groups of scores that are looked at in one document: each is compared with each."""
_LEAST_GROUP = 3
_CHANGE = pattern(r"→|->|=>|\bfrom\b.{0,20}\bto\b|[<>≥≤]|\+\s?$")


@dataclass(frozen=True, slots=True)
class Part:
    """The score of one part, with its weight in per cent where one is stated."""

    name: str
    score: Score
    line: int
    weight: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that stand together: in one table or one list. `own` is the overall score that stands among them."""

    line: int
    section: Section
    parts: tuple[Part, ...]
    own: tuple[int, Score] | None = None
    is_breakdown: bool = False


@dataclass(frozen=True, slots=True)
class Overall:
    """An overall score, where it stands, and how its line calls it."""

    line: int
    section: Section
    name: str
    score: Score
    is_heading: bool


def overall_statements(document: Document) -> Iterator[Statement]:
    """Every overall score of which the parts are given, against them."""
    groups = tuple(islice(_groups(document), _MOST))
    judged: set[tuple[Decimal, int, int]] = set()
    for group in groups:
        if group.own:
            line, score = group.own
            yield _judged(line, "The overall score", score, (group,))
            judged.add((score.value, score.scale, group.line))
    for overall in islice(_overalls(document), _MOST):
        near = _parts_of(overall, groups, document)
        key = (overall.score.value, overall.score.scale, near[0].line if near else 0)
        if near and key not in judged:
            judged.add(key)
            yield _judged(overall.line, overall.name, overall.score, near)


def _judged(line: int, name: str, score: Score, groups: tuple[Group, ...]) -> Statement:
    ways = [way for group in groups for way in _ways(group.parts, score)]
    everything = tuple(part for group in groups for part in group.parts)
    if len(groups) > 1:
        ways += _ways(everything, score)
        means = [_mean(group.parts) for group in groups]
        ways.append(("mean of the groups", sum(means, Fraction(0)) / len(means)))
    for what, share in ways:
        if _is_printed(share, score):
            return supported(line, f"{name} {score} is the {what} of {len(everything)} parts.", "overall")
    return contradicted(line, _disagreement(name, score, everything, ways), "overall")


def _disagreement(name: str, score: Score, parts: tuple[Part, ...], ways: list[tuple[str, Fraction]]) -> str:
    scale = score.scale or 1
    highest = max(part.score.share for part in parts)
    given = "; ".join(f"{what} {shown(share * scale)}" for what, share in dict(ways).items())
    values = ", ".join(str(part.score) for part in parts[:12]) + (", ..." if len(parts) > 12 else "")  # noqa: PLR2004
    above = ", and is above every part" if score.share - score.step > highest else ""
    return f"{name} {score} is not what its {len(parts)} parts give ({values}: {given}){above}."


def _ways(parts: tuple[Part, ...], score: Score) -> list[tuple[str, Fraction]]:
    """The shares that the parts may come to, by the usual ways of putting scores together."""
    ways = [("mean", _mean(parts))]
    weighted = _weighted(parts)
    if weighted is not None:
        ways.insert(0, ("weighted mean", weighted))
    total, whole = sum(Fraction(part.score.value) for part in parts), sum(part.score.scale for part in parts)
    if len({part.score.scale for part in parts}) > 1 or whole == score.scale:
        ways.append(("sum of points", Fraction(total) / (whole or 1)))
    return ways


def _mean(parts: tuple[Part, ...]) -> Fraction:
    return sum((part.score.share for part in parts), Fraction(0)) / len(parts)


def _weighted(parts: tuple[Part, ...]) -> Fraction | None:
    weights = [part.weight for part in parts]
    if any(weight is None for weight in weights) or not sum(weight or 0 for weight in weights):
        return None
    total = sum((weight or Fraction(0) for weight in weights), Fraction(0))
    return sum((part.score.share * (part.weight or 0) for part in parts), Fraction(0)) / total


def _is_printed(share: Fraction, score: Score) -> bool:
    return is_printed_as(share * (score.scale or 1), score.value)


def _overalls(document: Document) -> Iterator[Overall]:
    for line in document.texts:
        if line.kind is Kind.ROW or line.depth > 1:
            continue
        match = _FIELD.match(line.plain)
        if not match or matches("scores.aside", line.plain) or _CHANGE.search(line.plain):
            continue
        label, rest = match.group(1).strip(), match.group(2)
        score = first_score(rest[:_SHORT])
        if score is None or not score.scale or (score.grade == "%" and "score" not in label.lower()):
            continue  # rates are no scores
        is_heading = line.kind is Kind.HEADING
        if is_heading or matches("scores.overall", label) or words("scores.section").fullmatch(label):
            yield Overall(line.number, line.section, label, score, is_heading)


def _parts_of(overall: Overall, groups: tuple[Group, ...], document: Document) -> tuple[Group, ...]:
    """The groups that an overall score sums up: those below its own heading, or the document's only ones."""
    inner = [group for group in groups if _covers(overall, group, document)]
    if inner:
        first = inner[0]
        return tuple(group for group in inner if group.section.level == first.section.level)
    if not matches("scores.overall", overall.name) or not _is_of_document(overall):
        return ()
    own = [group for group in groups if _is_of_all(group) and not group.own]
    return tuple(own[:1]) if len(own) == 1 else ()


def _is_of_document(overall: Overall) -> bool:
    """Whether a score speaks for the whole document: above the chapters, in the summary, or in the end."""
    return len(overall.section.path) <= 2 and (  # noqa: PLR2004 - a chapter
        overall.section.number <= _LEAST_GROUP
        or matches("decision.head_sections", overall.section.title)
        or matches("decision.final_sections", overall.section.title)
    )


def _is_of_all(group: Group) -> bool:
    return any(
        matches("components.heads", title) and matches("scores.breakdown", title) for title in group.section.path
    )


def _covers(overall: Overall, group: Group, document: Document) -> bool:
    """Whether a group stands behind an overall score, below the same heading and before the next overall score."""
    if overall.section.level == 0 or any(part.line == overall.line for part in group.parts):
        return False
    if group.section.number == overall.section.number:
        return overall.is_heading or abs(group.line - overall.line) < _SHORT
    is_within = overall.section.number <= group.section.number < document.end_of(overall.section)
    is_child = group.section.level == overall.section.level + 1
    return is_within and overall.section.level > 1 and is_child and group.is_breakdown


def _groups(document: Document) -> Iterator[Group]:
    for table in document.tables:
        yield from _of_table(table)
    yield from _of_lists(document)


def _of_table(table: Table) -> Iterator[Group]:
    heads = [plain(cell).lower() for cell in table.header]
    column = _score_column(table, heads)
    if column is None or not heads or not (matches("components.heads", heads[0]) or heads[0] in ("", "#")):
        return
    weight = next((index for index, head in enumerate(heads) if matches("scores.weight", head)), None)
    parts: list[Part] = []
    own: tuple[int, Score] | None = None
    for row in table.rows:
        name = plain(row.cells[0]) if row.cells else ""
        score = first_score(plain(row.cells[column]), bare=False) if len(row.cells) > column else None
        if score is None or _CHANGE.search(plain(row.cells[column])):
            continue
        if words("scores.overall").search(name):
            own = (row.number, score)
        else:
            parts.append(Part(name, score, row.number, _weight(row.cells, weight)))
    if len(parts) >= _FEWEST:
        is_breakdown = matches("scores.breakdown", table.section.title)
        yield Group(table.number, table.section, tuple(parts), own, is_breakdown)


def _score_column(table: Table, heads: list[str]) -> int | None:
    """The one column of scores. Of two, as before and after, neither is taken."""
    columns = [
        index
        for index, head in enumerate(heads)
        if index
        and ("score" in head or "rating" in head)
        and "weight" not in head
        and not matches("scores.aside", head)
    ]
    if len(columns) != 1:
        return None
    index = columns[0]
    filled = [row for row in table.rows if len(row.cells) > index and first_score(plain(row.cells[index]))]
    return index if len(filled) >= _FEWEST else None


def _weight(cells: tuple[str, ...], column: int | None) -> Fraction | None:
    if column is None or column >= len(cells):
        found = _INLINE_WEIGHT.search(cells[0]) if cells else None
        return Fraction(found.group(1)) if found else None
    text = plain(cells[column])
    found = _WEIGHT.search(text)
    if found:
        return Fraction(found.group(1))
    try:
        return Fraction(text.strip().removesuffix("x").strip() or "0") or None
    except (ValueError, ZeroDivisionError):
        return None


def _of_lists(document: Document) -> Iterator[Group]:
    """Runs of list items that are each a name and a score, below a heading or label that promises scores."""
    run: list[tuple[Line, Part]] = []
    label = ""
    for line in document.texts:
        part = _part(line)
        if part and (not run or run[-1][0].section == line.section):
            run.append((line, part))
            continue
        yield from _group(run, label)
        run = [(line, part)] if part else []
        if line.kind is not Kind.ITEM:
            label = line.plain
    yield from _group(run, label)


def _group(run: list[tuple[Line, Part]], label: str) -> Iterator[Group]:
    if len(run) < _LEAST_GROUP:
        return
    section = run[0][0].section
    if not (matches("scores.breakdown", label) or matches("scores.breakdown", section.title)):
        return
    own = [(line.number, part.score) for line, part in run if words("scores.overall").search(part.name)]
    parts = tuple(part for line, part in run if not words("scores.overall").search(part.name))
    scales = {part.score.scale for part in parts}
    if len(parts) >= _LEAST_GROUP and (len(scales) == 1 or sum(part.score.scale for part in parts) == 100):  # noqa: PLR2004 - points of a whole
        yield Group(run[0][0].number, section, parts, own[0] if len(own) == 1 else None, is_breakdown=True)


def _part(line: Line) -> Part | None:
    if line.kind is not Kind.ITEM or line.depth != 1:
        return None
    match = _ITEM.match(line.plain)
    if not match or _CHANGE.search(line.plain):
        return None
    score = first_score(match.group(2)[:_SHORT])
    if score is None or score.grade == "%" or not _leads(match.group(2)):
        return None
    found = _INLINE_WEIGHT.search(line.plain)
    return Part(match.group(1).strip(), score, line.number, Fraction(found.group(1)) if found else None)


def _leads(text: str) -> bool:
    """Whether the score comes first behind the name, and is not mentioned in passing."""
    return first_score(text[:10]) is not None
