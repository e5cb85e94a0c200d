"""Audits and findings, cut down to what a comparison names of them."""

from __future__ import annotations

from datetime import datetime

from auditor.model.audit import Audit
from auditor.model.comparison import AuditMark, FindingMark
from auditor.model.finding import Finding

__all__ = ["finding_mark", "is_later", "mark_of"]


def mark_of(audit: Audit) -> AuditMark:
    """What identifies an audit, what it was made with, and what it came to."""
    repository, rubric, rules = audit.repository, audit.rubric, audit.tool.rule_pack
    return AuditMark(
        certificate_id=audit.certificate_id,
        scanned_at=audit.scanned_at,
        repository=repository.name,
        commit=repository.commit,
        tree=repository.tree,
        dirty=repository.dirty,
        decision=audit.decision,
        overall=audit.score.overall,
        as_found=audit.score.as_found,
        tool=audit.tool.version,
        rubric=rubric.id,
        rubric_version=rubric.version,
        rubric_digest=rubric.digest,
        rule_pack=rules.version,
        rule_pack_digest=rules.digest,
    )


def finding_mark(finding: Finding) -> FindingMark:
    """A finding as lists of changes name it."""
    return FindingMark(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        name=finding.name,
        severity=finding.severity,
        component=finding.component,
        path=finding.path,
        start_line=finding.start_line,
        message=finding.message,
    )


def is_later(new: str, old: str) -> bool:
    """Whether a time (RFC 3339, with its zone) is after another; False where one of them is none."""
    try:
        return datetime.fromisoformat(new) > datetime.fromisoformat(old)
    except (ValueError, TypeError):  # no times, or one of them without a zone
        return False
