"""Accepted risk: what a repository asks to be left out of its score, and what became of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = ["ABOUT_WAIVERS", "WAIVER_FILE", "Standing", "Waiver", "day_of"]

ABOUT_WAIVERS = frozenset({"AUD903", "AUD904", "AUD905"})
"""Rules whose findings neither a waiver nor a baseline covers: what is wrong with accepting risks is never accepted."""

WAIVER_FILE = ".auditor/waivers.yaml"
"""Where a repository keeps its waivers, beside those in comments."""


class Standing(StrEnum):
    """Whether a waiver counts, and if not, why."""

    IN_FORCE = "in-force"
    EXPIRED = "expired"
    REFUSED = "refused"
    STALE = "stale"
    ASIDE = "aside"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Accepted risk: shown in every output, never hidden.

    What it is about: `rule` or `criterion`, and `path` (a glob), `fingerprint` or `component`. `expires` is the last
    day on which it counts (YYYY-MM-DD). `declared_in` and `line` say where it stands. `findings` are the fingerprints
    that it takes out of the score, `requirements` the criteria without findings that it lifts (``DR-1 of delivery``),
    `refused` the fingerprints that it names and may not touch. `note` says why it does not count, or not in full.
    """

    id: str
    rule: str
    path: str
    reason: str
    approver: str
    expires: str
    findings: tuple[str, ...] = ()
    criterion: str = ""
    fingerprint: str = ""
    component: str = ""
    declared_in: str = ""
    line: int | None = None
    standing: Standing = Standing.IN_FORCE
    requirements: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    note: str = ""
    expires_soon: bool = False

    @property
    def what(self) -> str:
        """The rule or criterion that it is about."""
        return self.rule or self.criterion

    @property
    def where(self) -> str:
        """The glob, fingerprint or component that it is about."""
        return self.path or self.fingerprint or self.component

    @property
    def place(self) -> str:
        """Where it stands, as ``path:line``."""
        return self.declared_in if self.line is None else f"{self.declared_in}:{self.line}"


def day_of(text: str) -> date | None:
    """The day that a text names as YYYY-MM-DD; None for anything else, and for days that no calendar has."""
    digits = text.replace("-", "")
    if len(digits) != len("YYYYMMDD") or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if text[4::3] == "--" else None
    except ValueError:
        return None
