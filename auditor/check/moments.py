"""Whether the history at hand reaches back to what a document speaks of."""

from __future__ import annotations

from datetime import date, timedelta

from auditor.check.case import Case
from auditor.check.dates import stated_days
from auditor.check.statement import Statement, contradicted, uncheckable

__all__ = ["LONG_BEFORE", "held", "is_brought_in"]

_SHORTLY = timedelta(days=3)
LONG_BEFORE = timedelta(days=30)
"""From so long before the first commit on a date is taken for wrong, and not for that of a document that was brought along."""


def is_brought_in(case: Case) -> bool:
    """Whether the document is older than the history: it and what it speaks of came from elsewhere."""
    day = min((day for _, day in stated_days(case.document)), default=None)
    first = date.fromisoformat(case.history.first) if case.history.first else None
    return day is not None and first is not None and first - LONG_BEFORE <= day < first - _SHORTLY


def held(case: Case, line: int, message: str, symbol: str = "", end_line: int = 0) -> Statement:
    """A statement that the repository contradicts, where its history reaches back to the document."""
    if is_brought_in(case):
        return uncheckable(line, f"{message} The document is older than this history.", symbol)
    return contradicted(line, message, symbol, end_line)
