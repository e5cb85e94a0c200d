"""AUD774: blockers that are denied, and listed."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.blockers import blocker_statements
from auditor.check.case import Case
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return blocker_statements(case.document)


RULE = Rule(
    id="AUD774",
    name="blockers-denied",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Are there no blockers, critical or open issues where the document says so?",
    why="The sentence is quoted, and the list is not.",
    limits="Only lists right below a title or label of the same name count, and only where no item of them is marked as done.",
    fix="Close what is listed, or take the sentence back.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="no blockers, and two of them",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\nNo blockers remain.\n\n## Blockers\n\n- The backup was never restored\n- Alerts go nowhere\n"
            },
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="blockers that are closed",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n**Blockers**: None\n\n## Blockers\n\n- [x] Restore the backup\n"
            },
        ),
        Example(
            title="another kind",
            files={"docs/AUDIT.md": "# Readiness audit\n\nNo blockers remain.\n\n## Known issues\n\n- Slow start\n"},
        ),
    ),
    check_document=_check,
)
