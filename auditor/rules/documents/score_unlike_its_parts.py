"""AUD730: an overall score that its parts do not give."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.averages import average_statements
from auditor.check.case import Case
from auditor.check.matrices import matrix_statements
from auditor.check.overall import overall_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    yield from overall_statements(case.document)
    yield from matrix_statements(case.document)
    yield from average_statements(case.document)


RULE = Rule(
    id="AUD730",
    name="score-unlike-its-parts",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the overall score follow from the scores of the parts?",
    why="A score that nobody can compute again was felt. Most overall scores of certificates written by hand are not what their parts give.",
    limits="Accepted are the mean, the mean by stated weights and the sum of points, at the precision that is printed: of two equally near values either, and none that is cut off. An average right below a table is held against the column of its name. Weighted totals of rows are computed where the columns tell their weights. A score without parts is left alone.",
    fix="Print the arithmetic, and the result that it gives.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a mean of 80 that is called 82",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Scores\n\n| Component | Score |\n|---|---|\n| Tests | 75/100 |\n| Delivery | 85/100 |\n| Monitoring | 80/100 |\n| **Overall** | **82/100** |\n"
            },
            found=("docs/AUDIT.md:10",),
        ),
        Example(
            title="a row that its weights do not give",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Options\n\n| Option | Cost (50%) | Risk (30%) | Speed (20%) | Total |\n|---|---|---|---|---|\n| Queue | 8 | 6 | 5 | 6.8 |\n| Polling | 4 | 9 | 10 | 7.4 |\n"
            },
            found=("docs/AUDIT.md:8",),
        ),
        Example(
            title="a sum of points, and a weighted mean",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Overall score: 82/100\n\n**Breakdown:**\n- Design: 42/50\n- Tests: 25/30\n- Delivery: 15/20\n",
                "docs/WEIGHTED_AUDIT.md": "# Readiness audit\n\n| Category | Score | Weight |\n|---|---|---|\n| Tests | 9.0/10 | 75% |\n| Delivery | 5.0/10 | 25% |\n| **Overall** | **8.0/10** | 100% |\n",
            },
        ),
    ),
    check_document=_check,
)
