"""What a document adds to a score, or takes from it, in words: ``Bonus (+7.3)``, ``adjusted down -6 for open blockers``."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from auditor.check.document import Document, plain
from auditor.check.scores import first_score
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["adjustments"]

_ADJUSTED = pattern(
    r"(?i)\b(?:adjust\w*|bonus\w*|penalt\w*|deduct\w*|malus|override)\b[^\d.;|]{0,40}?([+\x{2212}\x{2013}-])\s?(\d{1,2}(?:\.\d{1,2})?)\b"
)
_WORD = pattern(r"(?i)adjust|bonus|penalt|deduct|malus|override")
_MOST, _LONGEST = 20, 300


def adjustments(document: Document) -> tuple[Fraction, ...]:
    """What is added to a score, each alone and all together; what is taken from it is below zero."""
    found = tuple(islice(_told(document), _MOST))
    return (*found, sum(found, Fraction(0))) if found else ()


def _told(document: Document) -> Iterator[Fraction]:
    scored = document.derive(_scored_sections)
    for number, text in enumerate(document.lines, 1):
        if any(start <= number < end for start, end in scored):
            continue  # what is taken from a part is in its score
        is_told = len(text) < _LONGEST and _WORD.search(text) is not None
        match = _ADJUSTED.search(plain(text)) if is_told else None
        if match:
            value = Fraction(match.group(2))
            yield value if match.group(1) == "+" else -value


def _scored_sections(document: Document) -> tuple[tuple[int, int], ...]:
    """The lines of the sections whose titles give their own score, each from the title to the next one of its level."""
    scored = [one for one in document.sections if _is_of_part(one.title)]
    ends = {one.number: document.end_of(one) for one in scored}
    lines = {one.number: one.line for one in document.sections}
    return tuple((one.line, lines.get(ends[one.number], len(document.lines) + 1)) for one in scored)


def _is_of_part(title: str) -> bool:
    return first_score(title) is not None and not matches("scores.overall", title.partition(":")[0])
