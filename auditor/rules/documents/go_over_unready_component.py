"""AUD712: GO above a part that is not ready."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.consistency import component_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return component_statements(case.document)


RULE = Rule(
    id="AUD712",
    name="go-over-unready-component",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every part ready where the document says GO?",
    why="A whole is not readier than the part that everything depends on.",
    limits="Parts are rows of tables with a status column and sections with a verdict of their own; what was so before a fix is left alone.",
    fix="Decide by the weakest part, or say why it does not matter.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a rejected part",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**Decision**: GO\n\n| Component | Status |\n|---|---|\n| Store | Approved |\n| Monitoring | NOT READY |\n"
            },
            found=("docs/AUDIT.md:8",),
        ),
        Example(
            title="a part that was rejected once",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**Decision**: GO\n\n## Initial audit\n\n| Component | Status |\n|---|---|\n| Monitoring | NOT READY |\n"
            },
        ),
    ),
    check_document=_check,
)
