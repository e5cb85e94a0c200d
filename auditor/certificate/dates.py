"""The dates of a certificate against today: whether it is valid, not from the future, and nothing in it is overdue."""

from __future__ import annotations

from datetime import date

from auditor.certificate.report import Check, failed, passed, unknown
from auditor.model.audit import Audit
from auditor.model.validity import endings

__all__ = ["check_due", "check_time", "check_validity"]

_MOST_NAMED = 5


def check_validity(until: str | None, today: date | None) -> Check:
    """Whether today is not after the last day of validity."""
    if until is None or today is None:
        return unknown("validity", "there is no date to compare with")
    last = _day(until)
    if last is None:
        return failed("validity", f"{until!r} is no date")
    if today > last:
        return failed("validity", f"it expired on {until}")
    return passed("validity", f"it is valid until {until}")


def check_time(scanned_at: str | None, committed_at: str | None, today: date | None) -> Check:
    """Whether it was issued on a day that has come, and not before the commit that it is about."""
    if scanned_at is None or today is None:
        return unknown("time", "there is no time to compare with")
    scanned = _day(scanned_at[:10])
    if scanned is None:
        return failed("time", f"{scanned_at!r} is no time")
    if scanned > today:
        return failed("time", f"it is dated {scanned_at}, which is in the future: today is {today}")
    committed = _day(committed_at[:10]) if committed_at else None
    if committed is not None and scanned < committed:
        return unknown("time", f"it is dated {scanned_at}, before its commit was made ({committed_at})")
    return passed("time", f"it was issued at {scanned_at}")


def check_due(audit: Audit | None, today: date | None) -> Check:
    """Whether no open condition is overdue. That one has been met since, only a new audit tells."""
    if audit is None or today is None:
        return unknown("due", "the due dates stand in the JSON report, which is not at hand")
    try:
        late = [one for one in endings(audit.conditions) if one.day < today]
    except ValueError as error:
        return failed("due", f"a due date is none: {error}")
    if not late:
        return passed("due", "no condition is overdue" if audit.conditions else "there is no open condition")
    named = "; ".join(f"{one.what.removesuffix(' is due')} was due on {one.day}" for one in late[:_MOST_NAMED])
    more = f"; and {len(late) - _MOST_NAMED} more" if len(late) > _MOST_NAMED else ""
    return failed("due", f"{named}{more}: close them and audit again")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
