"""AUD733: a total that is not the sum of its items."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.formulas import formula_statements
from auditor.check.statement import Statement
from auditor.check.sums import announced_statements, sum_statements
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    yield from sum_statements(case.document)
    yield from announced_statements(case.document)
    yield from formula_statements(case.document)


RULE = Rule(
    id="AUD733",
    name="sum-unlike-its-items",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Are totals the sum of the items above or below them, and results what their formulas give?",
    why="Plans are made with the total, and it is off.",
    limits="A list counts where it ends right above the total, or follows a line that announces the amount and ends in a colon, and each item has one amount of its unit. Amounts that are about something are left alone. A formula counts where it has three numbers or more, and one result.",
    fix="Add the items up again, and correct the total.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="hours that do not add up",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Actions\n\n- Deploy the dashboards (2 hours)\n- Write the alert rules (90 min)\n\n**Total**: 5 hours\n"
            },
            found=("docs/AUDIT.md:8",),
        ),
        Example(
            title="tests that are announced, and not all there",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n25 test cases:\n\n- Storage: 12 tests\n- Queue: 9 tests\n\n21+ tests:\n\n- Storage: 12 tests\n- Queue: 9 tests\n"
            },
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="a mean that is not what is computed",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\nMean: (80 + 90 + 70) / 3 = 83\n\nScore = 0.5 x 80 + 0.5 x 90 = 85\n"
            },
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="hours that do",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Actions\n\n- Deploy the dashboards (2 hours)\n- Write the alert rules (90 min)\n\n**Total**: 3.5 hours\n"
            },
        ),
    ),
    check_document=_check,
)
