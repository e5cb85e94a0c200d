"""The lines that give an overall score, and how they call it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from auditor.check.document import Document, Kind, Line, Section
from auditor.check.score_parts import CHANGE, SHORT
from auditor.check.scores import Score, first_score, is_cut_off_as, is_printed_as, number, points
from auditor.check.weight import unnumbered
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["Overall", "core_of", "is_general", "is_of_counts", "is_of_others", "overalls"]

_FIELD = pattern(
    r"^[^\w\x{c0}-\x{1fff}\x{3040}-\x{d7af}]{0,8}(?:\d+(?:\.\d+)*[.)]?\s+)?([A-Za-z\x{c0}-\x{1fff}\x{3040}-\x{d7af}][^:|\x{ff1a}]{1,80}?)\s*(?:[:\x{ff1a}]|\s[-\x{2013}\x{2014}]\s|\s=\s|\()\s*(.*)$"
)
_BAR = pattern(r"\s[|\x{2013}\x{2014}\x{b7}\x{2022}]\s")
_WITHIN = pattern(r"\(([A-Za-z][A-Za-z ]{4,40}: {0,2}\d[^()]{0,30})\)")
"""A score told in parentheses behind something else: ``Verdict: RECOMMENDED (Composite Score: 95.2 / 100)``."""
_SAID = pattern(
    r"(?i)\b(?:with|at|of|is|receives|achieves|scores)(?: an?)? (\d{1,3}(?:\.\d{1,2})?\s?/\s?(?:100|10|5)) (overall (?:score|rating))\b"
)
"""A score that a sentence tells in front of its name: ``GO with 94/100 overall score``."""
_OF_SOME = pattern(r"^(\d{1,4}) [a-z]{3,20}\)")
_SHARED = pattern(r"^\W{0,4}\d{1,4}\s?/\s?\d{1,4}\W{1,4}\d{1,3}(?:\.\d{1,2})?\s?%")
_SCALES = frozenset({5, 10, 100, 1000})
_COUNTED = pattern(r"(\d{1,6})\s?(?:/|of|out of)\s?(\d{1,6})\s[A-Za-z]")
_COMPARED = pattern(r"(?i)\((?:up|down|improved|was|from|previously|target|goal)\b[^)]{0,60}\)")
"""A remark in parentheses that names another score than that of the line."""
_HELD_AGAINST = pattern(r"(?i)(?:\s|[^\w\s])\W{0,4}(?:exceed\w*|meets?|surpass\w*|above|beats?)\b.{0,80}$")
"""What a score is held against, behind it: ``9.27/10, exceeds the threshold of 9.2``."""
_REVISED = pattern(r"(?i)\((?:updated|revised|recalculated)\b[^)]{0,60}\)")
_RISEN = pattern(r"^([^:]{2,60}:\s*)\d{1,3}(?:\.\d{1,2})?\s?(?:%|/\s?\d{1,3})?\s*(?:→|->|=>)\s*(\d.*)$")
"""A score that took the place of another: ``Overall: 7.3/10 → 8.9/10``."""
_OF_ANOTHER = pattern(r"\d\s?% of\b")
"""A share of something else beside the one of everything: ``55% (100% of the core)``."""
_OPENING = pattern(r"^\W{0,6}\d{1,3}(?:\.\d{1,3})?\s?/\s?(?:100|10|5)\b")
_PERCENT_FIRST = pattern(r"^[^A-Za-z0-9]{0,8}(?:[A-F][+-]?[^A-Za-z0-9]{1,4})?\d")


@dataclass(frozen=True, slots=True)
class Overall:
    """An overall score, where it stands, and how its line calls it.

    `basis` is what its line says behind it. `is_loose` tells that it counts only where it stands at its parts: a percentage that
    nothing calls a score, or one that is compared with an earlier one.
    """

    line: int
    section: Section
    name: str
    score: Score
    is_heading: bool
    basis: str = ""
    is_loose: bool = False


def overalls(document: Document) -> Iterator[Overall]:
    """Every line of text that gives an overall score, in the order of the document."""
    for before, line in zip((None, *document.texts), document.texts, strict=False):
        if line.kind is Kind.ROW or line.depth > 1:
            yield from _of_summary(line)
            continue
        titled = _titled(before, line) if before is not None and before.kind is Kind.HEADING else None
        if titled:
            yield titled
            continue
        pieces = _BAR.sub("\n", line.plain).split("\n")
        within = () if matches("scores.aside", line.plain) else _WITHIN.finditer(line.plain)
        texts = (line.plain, *pieces, *(one.group(1) for one in within), *_said(line.plain))
        found = (_overall_in(line, text) for text in dict.fromkeys(texts))
        yield from islice((one for one in found if one), 1)


def _said(text: str) -> Iterator[str]:
    """What a sentence says of an overall score, as a field; not what was or will be one."""
    for found in _SAID.finditer(text):
        if not matches("scores.aside", text[: found.end()]):
            yield f"{found.group(2)}: {found.group(1)}"


def _of_summary(line: Line) -> Iterator[Overall]:
    """The overall score in a table of two columns, such as of figures and their values."""
    name, bar, value = line.plain.partition(" | ")
    score = first_score(value[:SHORT]) if bar and " | " not in value and line.kind is Kind.ROW else None
    is_called = matches("scores.overall", name) and matches("scores.rated", name)
    if score and score.scale and score.grade != "%" and is_called and not matches("scores.aside", line.plain):
        yield Overall(line.number, line.section, name, score, is_heading=False, basis=value)


def _titled(title: Line, line: Line) -> Overall | None:
    """The score that a line begins with, right below a title that calls it one: ``## Readiness score`` and ``**58 / 100**``."""
    name = unnumbered(title.plain)
    is_called = matches("scores.overall", name) or words("scores.section").fullmatch(name)
    score = first_score(line.plain[:SHORT]) if is_called and _OPENING.match(line.plain) else None
    if score is None or score.grade == "%" or CHANGE.search(line.plain):
        return None
    return Overall(line.number, title.section, name, score, is_heading=False, basis=line.plain)


def _overall_in(line: Line, text: str) -> Overall | None:
    """The overall score that a line, or a part of it, gives."""
    text = _REVISED.sub(" ", text)
    match = _FIELD.match(text)
    told = _HELD_AGAINST.sub("", _COMPARED.sub(" ", text))
    risen = _RISEN.match(told)
    if risen:
        told = f"{risen.group(1)}{risen.group(2)}"
        match = _FIELD.match(told)
    if not match or CHANGE.search(told) or matches("scores.aside", told):
        return None
    label, rest = match.group(1).strip(), match.group(2)
    score = first_score(rest[:SHORT])
    if matches("scores.overall", label):
        score = points(rest[:SHORT]) or score
    if score is None or not score.scale or _is_shared(label, rest, score):
        return None
    is_rate = score.grade == "%" and not (matches("scores.rated", label) and _PERCENT_FIRST.match(rest))
    is_state = words("scores.overall").fullmatch(label) or words("scores.state").fullmatch(label)
    if is_rate and not (is_state and _PERCENT_FIRST.match(rest)):
        return None  # rates are no scores
    if is_rate and _OF_ANOTHER.search(rest):
        return None
    is_heading = line.kind is Kind.HEADING
    is_called = matches("scores.overall", label) or words("scores.section").fullmatch(label) is not None
    is_named = matches("scores.named", label) and not is_rate
    if not (is_heading or is_called or is_named or words("scores.state").fullmatch(label)):
        return None
    is_loose = risen is not None or is_rate or not (is_called or is_heading)
    is_loose = is_loose or matches("scores.aside", text) or matches("scores.progress", label)
    return Overall(line.number, line.section, label, score, is_heading, rest, is_loose)


def _is_shared(label: str, rest: str, score: Score) -> bool:
    """Whether what nothing calls a score is so many of so many, with their percentage."""
    is_rated = matches("scores.rated", label)
    return not is_rated and score.scale not in _SCALES and _SHARED.match(rest) is not None


def is_of_others(overall: Overall, parts: int) -> bool:
    """Whether a score is told as one of so many things, and there are not as many: ``Average score (49 repos): 75/100``."""
    found = _OF_SOME.match(overall.basis)
    return found is not None and int(found.group(1)) != parts


def is_of_counts(overall: Overall) -> bool:
    """Whether the line itself says of which counts its percentage is made: ``85% (11/13 tests passed)``."""
    found = _COUNTED.search(overall.basis)
    part, whole = (number(found.group(1)), number(found.group(2))) if found else (None, None)
    if part is None or not whole or overall.score.grade != "%":
        return False
    exact = Fraction(part) * 100 / Fraction(whole)
    return is_printed_as(exact, overall.score.value) or is_cut_off_as(exact, overall.score.value)


def is_general(overall: Overall) -> bool:
    """Whether a score is called that of everything, or by no name at all: ``Deployment Readiness Score``."""
    if matches("scores.overall", overall.name):
        return True
    return words("scores.section").fullmatch(overall.name) is not None and not core_of(overall.name)


def core_of(name: str) -> frozenset[str]:
    """The words of the name of a score that tell what it is a score of."""
    return frozenset(words("scores.generic").sub(" ", name.lower()).split())
