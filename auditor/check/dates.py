"""Days in text: ISO, and as people write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from auditor.check.document import Document
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import words

__all__ = ["day_in", "stated_days"]

_ISO = pattern(r"(?:^|\D)(20\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?:$|\D)")
_MONTH = r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_ENGLISH = pattern(r"\b(" + _MONTH + r")\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(20\d{2})\b")
_BRITISH = pattern(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+(" + _MONTH + r")\.?,?\s+(20\d{2})\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def day_in(text: str) -> date | None:
    """The first day that a text names; None where it names none that exists."""
    found = _ISO.search(text)
    if found:
        return _day(int(found.group(1)), int(found.group(2)), int(found.group(3)))
    found = _ENGLISH.search(text)
    if found:
        return _day(int(found.group(3)), _month(found.group(1)), int(found.group(2)))
    found = _BRITISH.search(text)
    return _day(int(found.group(3)), _month(found.group(2)), int(found.group(1))) if found else None


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
