"""Days in text: ISO, and as people write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain

from auditor.check.document import Document
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import words

__all__ = ["day_in", "days_in", "stated_days"]

_ISO = pattern(r"(?:^|\D)(20\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?:$|\D)")
_MONTH = r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_ENGLISH = pattern(r"\b(" + _MONTH + r")\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(20\d{2})\b")
_BRITISH = pattern(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+(" + _MONTH + r")\.?,?\s+(20\d{2})\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def day_in(text: str) -> date | None:
    """The first day that a text names, of those in digits before the others; None where it names none that exists."""
    return next(days_in(text), None)


def days_in(text: str) -> Iterator[date]:
    """The days that a text names: those in digits, then those with the name of a month."""
    iso = ((found.group(1), int(found.group(2)), found.group(3)) for found in _ISO.finditer(text))
    english = ((found.group(3), _month(found.group(1)), found.group(2)) for found in _ENGLISH.finditer(text))
    british = ((found.group(3), _month(found.group(2)), found.group(1)) for found in _BRITISH.finditer(text))
    for year, month, day in chain(iso, english, british):
        known = _day(int(year), month, int(day))
        if known:
            yield known


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def stated_days(document: Document) -> Iterator[tuple[int, date]]:
    """The days that the document gives as its own, by labels such as ``Date`` and ``Timestamp``, with their lines."""
    for line in document.texts:
        label, colon, rest = line.plain.partition(":")
        if colon and words("dates.labels").fullmatch(label.strip(" -|")):
            day = day_in(rest[:60])
            if day:
                yield line.number, day
