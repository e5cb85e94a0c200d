"""How long an audit holds: its rubric's period, cut short by the first thing in it that runs out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.model.outcome import Condition, Waiver
from auditor.model.outside import OutsideFile
from auditor.model.words import listed

__all__ = ["Ending", "cut_short_by", "endings", "valid_until"]


@dataclass(frozen=True, slots=True)
class Ending:
    """A day after which something that the decision rests on no longer holds, and what that is (``C1 is due``)."""

    day: date
    what: str


def endings(conditions: Iterable[Condition], waivers: Iterable[Waiver] = ()) -> tuple[Ending, ...]:
    """Everything in an audit that runs out, first things first. Raises ValueError where a date is none."""
    found = (Ending(date.fromisoformat(day), what) for day, what in _dates(conditions, waivers))
    return tuple(sorted(found, key=lambda one: one.day))


def cut_short_by(
    until: str, conditions: Iterable[Condition], waivers: Iterable[Waiver], given: Iterable[OutsideFile]
) -> str:
    """What runs out on the last day of an audit: ``C1, C2 are due, the waiver W1 expires``; empty where nothing does."""
    due = [one.id for one in conditions if one.due == until]
    verb = "is" if len(due) == 1 else "are"
    waived = [what for day, what in _dates((), waivers) if day == until]
    ended = [f"the attestation {one.name} ends" for one in given if one.valid_until == until and not one.refused]
    return listed([f"{listed(due)} {verb} due"] * bool(due) + waived + ended)


def valid_until(today: date, days: int, running_out: Iterable[Ending]) -> date:
    """The last day of an audit made today: that of the rubric's period, or of the first ending before it.

    What had run out before the audit began was no part of its decision, and ends nothing.
    """
    period = today + timedelta(days=days)
    return min((one.day for one in running_out if today <= one.day < period), default=period)


def _dates(conditions: Iterable[Condition], waivers: Iterable[Waiver]) -> Iterator[tuple[str, str]]:
    """Every date with what ends then; whatever else may run out is to be added here."""
    yield from ((one.due, f"{one.id} is due") for one in conditions)
    yield from ((one.expires, f"the waiver {one.id} expires") for one in waivers)
