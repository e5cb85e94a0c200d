"""AUD710: a document that decides two things."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.consistency import decision_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return decision_statements(case.document)


RULE = Rule(
    id="AUD710",
    name="contradictory-decisions",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the document decide one thing?",
    why="A summary that says CONDITIONAL above a final section that says GO is read as GO by whoever wants to ship.",
    limits="Only lines that name a decision for the whole document are compared; those about a part, an option or an earlier time are left alone.",
    fix="Decide once, and let every other place repeat it.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="the summary and the end disagree",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Executive summary\n\n**Decision**: NO-GO\n\n## Findings\n\nNone.\n\n## Final decision\n\n**Final decision**: GO\n"
            },
            found=("docs/AUDIT.md:5",),
        ),
        Example(
            title="a part decides for itself",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**Decision**: CONDITIONAL\n\n## Component 1: store\n\n**Verdict**: APPROVED\n\n## Final decision\n\n**Decision**: CONDITIONAL\n"
            },
        ),
    ),
    check_document=_check,
)
