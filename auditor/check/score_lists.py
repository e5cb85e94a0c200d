"""Scores of parts that stand together in one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from auditor.check.document import Document, Kind, Line
from auditor.check.score_parts import CHANGE, LEAST_GROUP, SHORT, Group, Part
from auditor.check.scores import Score, first_score
from auditor.facts.pattern import Match, pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["INLINE_WEIGHT", "listed_groups"]

_ITEM = pattern(
    r"^[^\w\x{c0}-\x{1fff}\x{3040}-\x{d7af}]{0,4}([A-Za-z\x{c0}-\x{1fff}\x{3040}-\x{d7af}][^:|\x{ff1a}]{1,70}?)\s*(?:[:\x{ff1a}]|\s[-\x{2013}\x{2014}]\s)\s*(.*)$"
)
INLINE_WEIGHT = pattern(r"(?i)\((?:weight:?\s{0,4})?(\d{1,3})\s?%(?:\s*weight)?\)")
_BEFORE_SCORE = pattern(r"^[^A-Za-z0-9]{0,8}(?:(?:[A-F][+-]?|[A-Z]{3,12}|[A-Z][a-z]{2,11})[^A-Za-z0-9]{1,8}){0,2}$")
"""What may stand between a name and its score: marks, a grade or a verdict of a word or two."""
_SCORED = pattern(r"\d\s?(?:%|/\s?(?:100|10|5)\b)")
_REMARK = pattern(r"\s[-\x{2013}\x{2014}]\s|[(,;]")
_PRODUCT = pattern(
    r"^\W{0,4}(\d{1,3}(?:\.\d{1,4})?)\s?(%?)(?:/\s?(100|10|5))?\s?[\x{d7}x*]\s?(\d{1,3}(?:\.\d{1,3})?)\s?(%?)\s?=\s?\W{0,3}\d"
)
_POINTS = pattern(r"\((\d{1,3}(?:\.\d{1,2})?)\s?(?:points?|pts)\b[^()]{0,20}\)")
_BARE = pattern(r"^[^\w]{0,6}(\d{1,3}(?:\.\d{1,2})?)[^\w%/]{0,6}$")
_WHOLE = 100


def listed_groups(document: Document) -> Iterator[Group]:
    """Runs of list items that are each a name and a score, below a heading or label that promises scores."""
    run: list[tuple[Line, Part]] = []
    label = ""
    for line in document.texts:
        above = run[-1][0].plain if run and run[-1][0].kind is not Kind.ITEM else label
        part = _part(line, above)
        is_remark = line.depth > 1 or (part is None and line.depth > (run[-1][0].depth if run else 0))
        if run and is_remark and line.section == run[-1][0].section:
            continue  # a remark on the last part
        if part and (not run or (run[-1][0].section == line.section and run[-1][0].kind is line.kind)):
            run.append((line, part))
            continue
        yield from _group(run, label)
        if run and run[-1][0].kind is not Kind.ITEM:
            label = run[-1][0].plain
        run = [(line, part)] if part else []
        if line.kind is not Kind.ITEM and not part:
            label = f"{label} {line.plain}" if words("scores.announced").fullmatch(line.plain) else line.plain
    yield from _group(run, label)


def _group(run: list[tuple[Line, Part]], label: str) -> Iterator[Group]:
    if len(run) < LEAST_GROUP:
        return
    section = run[0][0].section
    own = [(line.number, part.score) for line, part in run if words("scores.overall").search(part.name)]
    own = own or [(line.number, part.score) for line, part in run[-1:] if matches("scores.last_row", part.name)]
    is_promised = matches("scores.breakdown", label) or matches("scores.breakdown", section.title)
    is_listed = run[0][0].kind is Kind.ITEM
    if not own and not is_listed and not _is_scored(section.title):
        return
    if own and not (is_promised or own[0][0] in (run[0][0].number, run[-1][0].number)):
        return
    sums = {line for line, _ in own}
    parts = tuple(part for line, part in run if line.number not in sums)
    scales = {part.score.scale for part in parts}
    if len(parts) >= LEAST_GROUP and (len(scales) == 1 or sum(part.score.scale for part in parts) == 100):  # noqa: PLR2004 - points of a whole
        sole = own[0] if len(own) == 1 else None
        is_known = is_promised or bool(own)
        others = tuple(_points(line for line, _ in run if line.number not in sums)) if sole else ()
        first = run[0][0].number
        yield Group(first, section, parts, sole, is_breakdown=is_known, is_progress=not is_known, others=others)


def _points(lines: Iterable[Line]) -> Iterator[tuple[str, Fraction]]:
    """The share that the points behind the scores come to: ``Data: 60/100 (12 points)``."""
    found = [_POINTS.search(line.plain) for line in lines]
    if all(found):
        yield (
            "sum of the points behind them",
            sum((Fraction(one.group(1)) for one in found if one), Fraction(0)) / _WHOLE,
        )


def _part(line: Line, label: str) -> Part | None:
    if line.depth != (line.kind is Kind.ITEM) or not (line.kind is Kind.ITEM or _is_named(line)):
        return None
    match = _ITEM.match(line.plain)
    if not match or CHANGE.search(_before_remark(line.plain)):
        return None
    rest = match.group(2)
    weighed = _PRODUCT.match(rest)
    if weighed:
        return _of_product(weighed, match.group(1).strip(), line)
    score = first_score(rest[:SHORT]) or _bare(rest, label)
    if (
        score is None
        or not (_leads(rest) or _BARE.match(rest))
        or (score.grade == "%" and not _promises_rates(label, line))
    ):
        return None
    found = INLINE_WEIGHT.search(line.plain)
    return Part(match.group(1).strip(), score, line.number, Fraction(found.group(1)) if found else None)


def _bare(text: str, label: str) -> Score | None:
    """A number that stands alone below an overall score with the words that announce its parts."""
    found = _BARE.match(text) if words("scores.announced_below").search(label) else None
    whole = first_score(label) if found else None
    value = Decimal(found.group(1)) if found else Decimal(0)
    return Score(value, whole.scale) if whole and whole.grade != "%" and value <= whole.scale else None


def _of_product(found: Match, name: str, line: Line) -> Part | None:
    """A score that is written out with its weight: ``Data: 55% x 30% = 16.5%``, ``Data (20%): 75 x 0.20 = 15``."""
    value, weight = Decimal(found.group(1)), Fraction(found.group(4)) * (1 if found.group(5) else 100)
    is_share = value <= 1 and not found.group(2) and not found.group(5)
    scale = int(found.group(3) or (1 if is_share else _WHOLE))
    return Part(name, Score(value, scale, found.group(2) or ""), line.number, weight) if value <= scale else None


def _is_named(line: Line) -> bool:
    """Whether a line of text begins with a name in bold: ``**Security:** A (90/100)``."""
    return line.kind is Kind.PARAGRAPH and line.text.startswith("**") and ":" in line.text


def _before_remark(text: str) -> str:
    """A name and its score without what is said behind it: ``Speed: 70/100 (C) - sync -> async``."""
    found = _SCORED.search(text)
    remark = _REMARK.search(text[found.end() :]) if found else None
    return text[: found.end() + remark.start()] if found and remark else text


def _promises_rates(label: str, line: Line) -> bool:
    """Whether what stands above a list is an overall score in per cent, or tells how far the work is: so are those of the list."""
    titles = (label, line.section.title)
    kinds = ("scores.rated", "scores.announced_behind", "scores.overall")
    above = [text for text in titles if any(matches(kind, text) for kind in kinds)]
    is_of_work = matches("scores.progress", line.section.title) or words("scores.of_parts").fullmatch(label) is not None
    return is_of_work or any(score.scale == _WHOLE for score in map(first_score, above) if score)


def _is_scored(title: str) -> bool:
    """Whether a title gives an overall score: ``Overall score: 65/100``."""
    name, _, value = title.partition(":")
    return matches("scores.overall", name) and first_score(value[:SHORT]) is not None


def _leads(text: str) -> bool:
    """Whether the score comes first behind the name, and is not mentioned in passing."""
    digits = next((index for index, character in enumerate(text[:SHORT]) if character.isdigit()), None)
    return first_score(text[:10]) is not None or (digits is not None and _BEFORE_SCORE.match(text[:digits]) is not None)
