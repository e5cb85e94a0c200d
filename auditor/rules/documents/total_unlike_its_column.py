"""AUD734: a total that is not the sum of its column."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.statement import Statement
from auditor.check.totals import table_statements
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return table_statements(case.document)


RULE = Rule(
    id="AUD734",
    name="total-unlike-its-column",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Are the totals of tables the sums of their columns?",
    why="A row of totals is what gets quoted.",
    limits="A row of totals is the last one, or a subtotal, and only where its first cell says so. Amounts of one unit are added up: counts, times, money, spans. Means, highest values and columns of rates are left alone.",
    fix="Add the items up again, and correct the total.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="one test too many",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n| Component | Passing |\n|---|---|\n| Store | 5 |\n| Queue | 3 |\n| Login | 6 |\n| **Total** | **15** |\n"
            },
            found=("docs/AUDIT.md:8",),
        ),
        Example(
            title="a column that adds up",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n| Component | Passing |\n|---|---|\n| Store | 5 |\n| Queue | 3 |\n| Login | 6 |\n| **Total** | **14** |\n"
            },
        ),
    ),
    check_document=_check,
)
