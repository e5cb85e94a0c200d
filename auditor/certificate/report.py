"""What verification found out, check by check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from auditor.model.outcome import Decision

if TYPE_CHECKING:
    from auditor.certificate.freshness import Freshness

__all__ = ["Check", "Status", "VerificationReport", "failed", "passed", "unknown"]


class Status(StrEnum):
    """The result of a check. UNKNOWN is what could not be checked: neither right nor wrong."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was asked, how it went, and why."""

    name: str
    status: Status
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReport:
    """All checks of one certificate, and what it states.

    `certificate_id` and `certified` are taken from what is signed (from the JSON where nothing is), None
    where neither can be read. `decision` is what is left of the certified one: NO-GO where a condition is overdue,
    that of the components for which it was carried over. They are worth what the checks say.
    """

    certificate_id: str | None
    decision: Decision | None
    checks: tuple[Check, ...]
    certified: Decision | None = None
    freshness: Freshness | None = None

    @property
    def status(self) -> Status:
        """FAIL where any check failed, else UNKNOWN where any could not be made, else PASS."""
        found = {one.status for one in self.checks}
        return next((one for one in (Status.FAIL, Status.UNKNOWN) if one in found), Status.PASS)

    def passes(self, name: str) -> bool:
        """Whether the check of this name was made, and went well."""
        return any(one.name == name and one.status is Status.PASS for one in self.checks)

    @property
    def authentic(self) -> bool:
        """Whether a trusted key signed this very text, and nothing in it is wrong. What could not be checked may remain."""
        return self.passes("signature") and self.status is not Status.FAIL


def passed(name: str, detail: str) -> Check:
    """A check that went well."""
    return Check(name, Status.PASS, detail)


def failed(name: str, detail: str) -> Check:
    """A check that shows something wrong."""
    return Check(name, Status.FAIL, detail)


def unknown(name: str, detail: str) -> Check:
    """A check that could not be made."""
    return Check(name, Status.UNKNOWN, detail)
