"""AUD731: a grade that the bands do not give."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.grades import grade_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return grade_statements(case.document)


RULE = Rule(
    id="AUD731",
    name="grade-outside-own-bands",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do the grades follow the document's own bands?",
    why="A grade is read before the number beside it.",
    limits="Without bands of its own only two grades of one document are compared that rank two scores the other way round.",
    fix="Give the grade that the bands give.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="an A for 88 where A begins at 90",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**Score**: 88/100 (A)\n\n## Scale\n\n- A (90-100): excellent\n- B (80-89): good\n- C (70-79): fair\n"
            },
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="a B for 88",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**Score**: 88/100 (B+)\n\n## Scale\n\n- A (90-100): excellent\n- B (80-89): good\n- C (70-79): fair\n"
            },
        ),
    ),
    check_document=_check,
)
