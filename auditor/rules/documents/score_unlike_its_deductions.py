"""AUD735: a score that its deductions do not lead to."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.statement import Statement
from auditor.check.sums import deduction_statements
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return deduction_statements(case.document)


RULE = Rule(
    id="AUD735",
    name="score-unlike-its-deductions",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is each score 100 minus the deductions that stand below it?",
    why="Deductions that do not lead to the score show that one of the two was chosen.",
    limits="A deduction is what is written as an impact on the score in brackets.",
    fix="Correct the score or the deductions.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="75 after deductions of 20",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Tests\n\n**Score**: 75/100\n\n**HIGH (Score Impact: -15):** retries hide failures\n\n**LOW (Score Impact: -5):** no trend\n"
            },
            found=("docs/AUDIT.md:5",),
        ),
        Example(
            title="80 after deductions of 20",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Tests\n\n**Score**: 80/100\n\n**HIGH (Score Impact: -15):** retries hide failures\n\n**LOW (Score Impact: -5):** no trend\n"
            },
        ),
    ),
    check_document=_check,
)
