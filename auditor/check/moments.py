"""Whether the history at hand reaches back to what a document speaks of."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta

from auditor.check.case import Case
from auditor.check.dates import days_in, stated_days
from auditor.check.document import Document
from auditor.check.statement import Statement, contradicted, uncheckable

__all__ = ["LONG_BEFORE", "held", "is_brought_in"]

_SHORTLY, _YEAR = timedelta(days=3), timedelta(days=365)
LONG_BEFORE = timedelta(days=30)
"""From so long before the first commit on a date is taken for wrong, and not for that of a document that was brought along."""


def is_brought_in(case: Case) -> bool:
    """Whether the document is older than the history: it and what it speaks of came from elsewhere.

    What came with the first commit may be of any day of the year before it, and its name or title may tell which.
    """
    days = case.document.derive(_own_days)
    first = date.fromisoformat(case.history.first) if case.history.first else None
    if first is None:
        return False
    if case.history.is_import:
        named = (day for text in (case.home, case.document.title) for day in days_in(text))
        return first - _YEAR <= min((*days[:1], *named), default=first) < first
    return bisect_left(days, first - LONG_BEFORE) < bisect_left(days, first - _SHORTLY)


def _own_days(document: Document) -> tuple[date, ...]:
    """The days on the lines on which the document gives its own, the earliest first; for `Document.derive`."""
    lines = document.by_number
    return tuple(sorted(day for line, _ in stated_days(document) for day in days_in(lines[line].plain)))


def held(case: Case, line: int, message: str, symbol: str = "", end_line: int = 0) -> Statement:
    """A statement that the repository contradicts, where its history reaches back to the document."""
    if is_brought_in(case):
        return uncheckable(line, f"{message} The document is older than this history.", symbol)
    return contradicted(line, message, symbol, end_line)
