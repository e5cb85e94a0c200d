"""AUD761: an identifier that two documents have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.chronology import identifier_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return identifier_statements(case)


RULE = Rule(
    id="AUD761",
    name="identifier-used-twice",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is the certificate's identifier its own?",
    why="Two certificates of one name cannot be told apart where they are cited.",
    limits="Documents of the same folder are compared.",
    fix="Give each certificate an identifier of its own.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="two certificates of one name",
            files={
                "docs/A_CERTIFICATE.md": "# Readiness certificate\n\n**Certificate ID**: ORA-2025-01\n\n**Decision**: GO\n",
                "docs/B_CERTIFICATE.md": "# Readiness certificate\n\n**Certificate ID**: ORA-2025-01\n\n**Decision**: NO-GO\n",
            },
            found=("docs/A_CERTIFICATE.md:3", "docs/B_CERTIFICATE.md:3"),
        ),
        Example(
            title="two names",
            files={
                "docs/A_CERTIFICATE.md": "# Readiness certificate\n\n**Certificate ID**: ORA-2025-01\n",
                "docs/B_CERTIFICATE.md": "# Readiness certificate\n\n**Certificate ID**: ORA-2025-02\n",
            },
        ),
    ),
    check_document=_check,
)
