"""What a document adds to a score, or takes from it, in words: ``Bonus (+7.3)``, ``adjusted down -6 for open blockers``."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from auditor.check.document import Document, plain
from auditor.facts.pattern import pattern

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
    for text in document.lines:
        is_told = len(text) < _LONGEST and _WORD.search(text) is not None
        match = _ADJUSTED.search(plain(text)) if is_told else None
        if match:
            value = Fraction(match.group(2))
            yield value if match.group(1) == "+" else -value
