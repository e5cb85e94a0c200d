"""AUD760: a date that git or the document itself contradicts."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.chronology import date_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return date_statements(case)


RULE = Rule(
    id="AUD760",
    name="date-out-of-order",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the document's date agree with git and with itself?",
    why="A document that is dated after the commit that contains it, or before the repository began, was not written when it says.",
    limits="A day is allowed for time zones. Documents of the first commit may be older than it: they were imported. Where a commit is older than the first of all, its date is not believed.",
    fix="Date the document when it is written.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="signed before it was dated",
            files={
                "docs/CERTIFICATE.md": "# Readiness certificate\n\n**Date**: 2025-09-02\n\n## Signature\n\nTimestamp: 2025-09-01 12:00:00 UTC\n"
            },
            found=("docs/CERTIFICATE.md:7",),
        ),
        Example(
            title="one day",
            files={
                "docs/CERTIFICATE.md": "# Readiness certificate\n\n**Date**: 2025-09-02\n\n## Signature\n\nTimestamp: 2025-09-02 12:00:00 UTC\n"
            },
        ),
    ),
    check_document=_check,
)
