"""AUD779: a total that is not the sum of the parts beside it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.part_counts import part_count_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return part_count_statements(case.document)


RULE = Rule(
    id="AUD779",
    name="parts-unlike-their-total",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do passed and failed tests, and findings by severity, give the total beside them?",
    why="Numbers that do not add up were not counted.",
    limits="Only tests by outcome and findings by severity, in one list, table or sentence with their total. What is less than the total is contradicted only where no part is left out.",
    fix="Count the parts again, and correct the total.",
    since="0.2.0",
    effort=5,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="more tests than there are, and findings that do not add up",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- Total tests: 6\n- Passed: 11\n- Failed: 0\n\n| Metric | Value |\n|---|---|\n| Total findings | 30 |\n| Critical | 3 |\n| High | 9 |\n| Medium | 8 |\n| Low | 4 |\n",
            },
            found=("docs/AUDIT.md:3", "docs/AUDIT.md:9"),
        ),
        Example(
            title="parts that add up, with others, and parts of which some are not told",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- Total tests: 13\n- Passed: 9 (69%)\n- Failed: 3\n- Skipped: 0\n- Blocked: 1\n\nTests: 2 failed, 98 passed, 100 total\n\n| Metric | Value |\n|---|---|\n| Total findings | 30 |\n| Critical | 3 |\n| High | 9 |\n| Medium | 8 |\n",
            },
        ),
    ),
    check_document=_check,
)
