"""Grades and decisions against the bands that the document itself gives, and against each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from auditor.check.classify import classify
from auditor.check.decision import decision_of, overall_decisions
from auditor.check.document import Document, Kind, Line
from auditor.check.scores import Score, first_score
from auditor.check.statement import Statement, contradicted, supported
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["Band", "band_statements", "bands", "grade_statements"]

_RANGE = pattern(
    r"(?:^|[^\d./])(\d{1,3}(?:\.\d+)?)\s?%?\s?(?:-|\x{2013}|\x{2014}|to)\s?(\d{1,3}(?:\.\d+)?)\s?(%?)(?:$|[^\d./])"
)
_BELOW = pattern(r"(?:<|below|under|less than)\s?(\d{1,3}(?:\.\d+)?)(?:$|[^\d/])")
_LETTERS = pattern(r"(?:^|[^A-Za-z])([A-F][+-]?(?:\s?/\s?[A-F][+-]?)*)(?:$|[^A-Za-z+'-])")
_GRADED = pattern(
    r"(?:^|[^\w.])(\d{1,3}(?:\.\d+)?)\s?/\s?(100|10)\s?(?:\(|[-\x{2013}\x{2014}|]\s?|,\s)\s?(?:grade:?\s?)?([A-F][+-]?)(?:\)|$|\s?[-\x{2013}\x{2014}|,]|\s-)"
)
_FEWEST = 3
_MOST = 300


@dataclass(frozen=True, slots=True)
class Band:
    """A band of scores with its letters, and the words behind it."""

    line: int
    low: Decimal
    high: Decimal
    letters: frozenset[str]
    text: str


def bands(document: Document) -> tuple[Band, ...]:
    """The bands of the document's own scale, if it has one: at least three, one below the other, on one scale."""
    found: list[Band] = []
    for line in document.texts:
        band = _band(line)
        if band is None:
            continue
        if found and (line.number - found[-1].line > 8 or band.high > found[-1].low + 1):  # noqa: PLR2004 - another list
            if len(found) >= _FEWEST:
                break
            found = []
        found.append(band)
    return tuple(found) if len(found) >= _FEWEST and found[0].high in (100, 10) else ()


def _band(line: Line) -> Band | None:
    text = line.plain
    if len(text) > 160:  # noqa: PLR2004 - a sentence
        return None
    match = _RANGE.search(text[:40])
    below = _BELOW.search(text[:40])
    letters = _letters(text[:30])
    if match:
        low, high = Decimal(match.group(1)), Decimal(match.group(2))
        if low < high and (letters or classify(_rest(text))[0]):
            return Band(line.number, low, high, letters, _rest(text))
    elif below and (letters or classify(_rest(text))[0]):
        return Band(line.number, Decimal(0), Decimal(below.group(1)), letters, _rest(text))
    return None


def _rest(text: str) -> str:
    return text.partition(":")[2].strip() or text


def _letters(text: str) -> frozenset[str]:
    found = _LETTERS.search(text)
    return frozenset(one.strip() for one in found.group(1).split("/")) if found else frozenset()


def grade_statements(document: Document) -> Iterator[Statement]:
    """Every score with a grade behind it, against the document's own bands, or against its other grades."""
    graded = tuple(islice(_graded(document), _MOST))
    scale = bands(document)
    if any(band.letters for band in scale):
        own = {band.line for band in scale}
        yield from (
            _in_band(line, score, scale) for line, score in graded if line not in own and score.scale == scale[0].high
        )
        return
    yield from _inverted(graded)


def _graded(document: Document) -> Iterator[tuple[int, Score]]:
    for line in document.texts:
        for match in _GRADED.finditer(line.plain):
            yield line.number, Score(Decimal(match.group(1)), int(match.group(2)), match.group(3))


def _in_band(line: int, score: Score, scale: tuple[Band, ...]) -> Statement:
    band = next((band for band in scale if band.low <= score.value < band.high + 1), None)
    symbol = f"{score} {score.grade}"
    if band is None or not band.letters:
        return supported(line, f"{score} lies in no band with a grade.", symbol)
    known = {letter[0] for letter in band.letters}
    if score.grade in band.letters or score.grade[0] in known:
        return supported(line, f"{score} is {score.grade} by the document's own bands.", symbol)
    letters = "/".join(sorted(band.letters))
    return contradicted(
        line,
        f"{score} is called {score.grade}, and by the document's own bands (line {band.line}) is {letters}.",
        symbol,
    )


def _inverted(graded: tuple[tuple[int, Score], ...]) -> Iterator[Statement]:
    """Grades of one document that rank two scores the other way round."""
    told: set[frozenset[Score]] = set()
    for index, (line, score) in enumerate(graded):
        for before, other in graded[:index]:
            pair = frozenset((score, other))
            if (
                pair not in told
                and other.scale == score.scale
                and (other.value - score.value) * (_rank(score.grade) - _rank(other.grade)) < 0
            ):
                told.add(pair)
                yield contradicted(
                    line,
                    f"{score} is called {score.grade}, and {other} in line {before} is called {other.grade}: the higher score has the lower grade.",
                    f"{score} {score.grade}",
                )
                break


def _rank(grade: str) -> int:
    return "ABCDEF".index(grade[0]) * 3 + {"+": -1, "-": 1}.get(grade[1:], 0)


def band_statements(document: Document) -> Iterator[Statement]:
    """The decision against what the document's own bands say of its overall score."""
    decision = decision_of(document)
    scale = bands(document)
    score = _overall(document)
    if decision is None or score is None or not scale or score[1].scale != scale[0].high:
        return
    line, value = score
    band = next((band for band in scale if band.low <= value.value < band.high + 1), None)
    decides, said = classify(band.text) if band else (False, None)
    if band is None or not decides or said is None:
        return
    stated = overall_decisions(document)
    where = stated[-1].line if stated else line
    if said is decision:
        yield supported(where, f"{decision.value} is what the document's own bands say of {value}.", "bands")
        return
    yield contradicted(
        where,
        f"The decision is {decision.value}, and the document's own bands (line {band.line}) say {said.value} of {value}.",
        "bands",
    )


def _overall(document: Document) -> tuple[int, Score] | None:
    for line in document.texts:
        label, _, rest = line.plain.partition(":")
        if line.kind is not Kind.ROW and matches("scores.overall", label) and not matches("scores.aside", line.plain):
            score = first_score(rest[:30])
            if score and score.scale in (100, 10) and score.grade != "%":
                return line.number, score
    return None
