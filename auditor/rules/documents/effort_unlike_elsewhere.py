"""AUD773: a total effort that differs within one document."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.efforts import effort_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return effort_statements(case.document)


RULE = Rule(
    id="AUD773",
    name="effort-unlike-elsewhere",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is the total effort the same wherever the document gives it?",
    why="Whoever reads the summary plans with less than the details ask for.",
    limits="Totals count that are of everything by their name and section, exact, and in one unit; ranges agree where they overlap.",
    fix="Add the work up once, and give that total everywhere.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a summary with less than the plan",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**Total effort**: 12 hours\n\n## Remediation\n\n| Work | Hours |\n|---|---|\n| Alerts | 10 h |\n| **Total effort** | 16 h |\n"
            },
            found=("docs/AUDIT.md:10",),
        ),
        Example(
            title="the same in both",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**Total effort**: 12-16 hours\n\n## Remediation\n\n**Total effort**: 16 hours\n"
            },
        ),
        Example(
            title="a total of one phase",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**Total effort**: 12 hours\n\n## Phase 1\n\n**Total effort**: 4 hours\n"
            },
        ),
    ),
    check_document=_check,
)
