"""Findings: one defect at one place."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Category", "Confidence", "Finding", "Hit", "Severity"]


class Severity(StrEnum):
    """How much a finding matters, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the worst; sorts by severity."""
        return _RANKS[self]

    def lowered(self) -> "Severity":
        """One step milder; LOW stays LOW."""
        return list(Severity)[min(self.rank + 1, len(Severity) - 1)]

    def told_by(self, confidence: "Confidence") -> "Severity":
        """What a rule of this confidence tells of a defect as grave as this: more than MEDIUM only with high confidence, which is measured.

        In a project that is well kept hardly anything is wrong: what is told there is probably false, unless its rule nearly always is right.
        """
        return self if confidence is Confidence.HIGH or self.rank > Severity.MEDIUM.rank else Severity.MEDIUM


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Confidence(StrEnum):
    """How sure a rule is of what it reports."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Category(StrEnum):
    """The kind of defect; the strings are a contract of the JSON report."""

    PLACEHOLDER = "placeholder"
    MOCKED_METRIC = "mocked-metric"
    MISSING_SECRET = "missing-secret"  # noqa: S105 - a name of a category
    HARDCODED_SECRET = "hardcoded-secret"  # noqa: S105 - as above
    LOCALHOST_ENDPOINT = "localhost-endpoint"
    UNTESTED_WORKFLOW = "untested-workflow"
    SKIPPED_TEST = "skipped-test"
    DELIVERY = "delivery"
    OPERATIONS = "operations"
    MISSING_REFERENCE = "missing-reference"
    UNSUPPORTED_CLAIM = "unsupported-claim"
    REPORTED = "reported"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """What a rule reports: a place and a message. Lines are 1-based and inclusive.

    `symbol` names what encloses the place (``Class.method``, ``job/step``) and steadies the
    fingerprint. `severity` overrides the rule's where the rule knows better at this place.
    A hit never carries source text: excerpts are captured, and masked, in one place afterwards.
    """

    path: str
    start_line: int
    end_line: int
    message: str
    symbol: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One defect at one place, as every output shows it."""

    rule: str
    name: str
    category: Category
    severity: Severity
    confidence: Confidence
    component: str
    path: str
    start_line: int
    end_line: int
    message: str
    excerpt: str
    fingerprint: str
    reached_from: str | None = None
    unreached: bool = False
    waived_by: str | None = None
