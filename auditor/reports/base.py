"""What all reports share: which file it is, and the errors that name it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from auditor.errors import Place, UserError

__all__ = ["ReportFacts", "bad_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What a report says of itself.

    `says` is one sentence for readers. `produced` is the oldest time in it, `commits` are those that it
    names as the audited one, `contradictions` say where it disagrees with itself, `empty` why there is
    nothing in it that could count.
    """

    says: str
    produced: datetime | None = None
    commits: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    empty: str = ""


def bad_report(name: str, message: str, remedy: str, line: int | None = None) -> UserError:
    """The error for a file that is not what it was given as."""
    return UserError(message, place=Place(name, line), remedy=remedy)
