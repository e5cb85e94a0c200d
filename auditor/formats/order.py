"""Which findings come first where a format cannot hold them all."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.model.audit import Audit
from auditor.model.finding import Confidence, Finding
from auditor.model.outcome import Outcome

__all__ = ["blocking", "live", "worst_first"]

_CONFIDENCES = {confidence: rank for rank, confidence in enumerate(Confidence)}


def live(audit: Audit) -> tuple[Finding, ...]:
    """The findings that no waiver accepts."""
    return tuple(finding for finding in audit.findings if finding.waived_by is None)


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """By severity, then by how sure the rule is, then by place."""
    return sorted(findings, key=_rank)


def blocking(audit: Audit) -> frozenset[str]:
    """The fingerprints of the findings that make a blocker unmet."""
    criteria = (one for component in audit.components for one in component.criteria)
    unmet = (one for one in criteria if one.blocker and one.outcome is Outcome.NOT_MET)
    return frozenset(fingerprint for one in unmet for fingerprint in one.findings)


def _rank(finding: Finding) -> tuple[int, int, str, int, str]:
    return (
        finding.severity.rank,
        _CONFIDENCES[finding.confidence],
        finding.path,
        finding.start_line,
        finding.rule,
    )
