"""Whose approval counts, and for what: the rubric says, and CODEOWNERS names the people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.facts.glob import matches
from auditor.model.finding import Severity
from auditor.model.rubric import Criterion, WaiverPolicy
from auditor.model.waiver import WAIVER_FILE
from auditor.repo.owners import Owners
from auditor.waivers.declared import Declared

__all__ = ["Approval"]

_PROBES = ("⁂", "⁂.⁂", "⁂/⁂", "⁂/⁂.⁂", "⁂/⁂/⁂")
"""Paths that nobody has: a glob that matches one of them hides whatever there is."""
_ANY_REPOSITORY = 2
"""Files from which on it means something that a glob matches all of them."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What decides on waivers: the rubric's policy, the owners by CODEOWNERS, the day, and all paths there are."""

    policy: WaiverPolicy
    owners: Owners
    today: date
    paths: Sequence[str]

    def objection(self, waiver: Declared) -> str:
        """Why a waiver counts for nothing at all; empty where it may count."""
        if not waiver.approvers:
            return f"nobody approved it: add by=, or an owner of {waiver.declared_in} to CODEOWNERS"
        last = self.today + timedelta(days=self.policy.longest_days)
        if waiver.expires > last:
            return f"it runs longer than the rubric allows: until {last.isoformat()} at most"
        if waiver.path and not waiver.inline and self._hides_everything(waiver.path):
            return f"the path {waiver.path} would hide everything"
        return ""

    def refusal(self, waiver: Declared, criterion: Criterion | None, severity: Severity) -> str:
        """Why a waiver does not count for this criterion, or for a finding that none counts; empty where it does."""
        if criterion is not None and not criterion.accepts_waivers:
            return f"{criterion.id} accepts no waivers{' (a blocker)' if criterion.blocker else ''}"
        grave = severity if criterion is None else criterion.severity
        if grave.rank > self.policy.owner_from.rank:
            return ""
        wanted = self._needed_owners(waiver)
        if any(_is_same(one, owner) for one in waiver.approvers for owner in wanted):
            return ""
        name = criterion.id if criterion else f"what is {grave.value}"
        return f"{name} needs the approval of an owner of {WAIVER_FILE}: {self._told(waiver, wanted)}"

    def _needed_owners(self, waiver: Declared) -> tuple[str, ...]:
        """Those who own the waiver file, and the file that the waiver stands in: only they are asked for a review."""
        here = self.owners.of(waiver.declared_in)
        return tuple(one for one in self.owners.of(WAIVER_FILE) if any(_is_same(one, other) for other in here))

    def _told(self, waiver: Declared, wanted: tuple[str, ...]) -> str:
        who = " and ".join(waiver.approvers[:3])
        strange = sorted({f"U+{ord(letter):04X}" for letter in who if not letter.isascii()})
        letters = f" (its letters are {', '.join(strange[:5])})" if strange else ""
        if not wanted:
            return f"CODEOWNERS names nobody, and {who}{letters} approved it"
        return f"{who}{letters} is none of {', '.join(wanted[:5])}"

    def _hides_everything(self, path: str) -> bool:
        if any(matches(path, probe) for probe in _PROBES):
            return True
        return len(self.paths) >= _ANY_REPOSITORY and all(matches(path, one) for one in self.paths)


def _is_same(one: str, other: str) -> bool:
    """Whether two names are one: ASCII letters in either case, all others exactly (a look-alike is somebody else)."""
    return one == other or (one.isascii() and other.isascii() and one.lower() == other.lower())
