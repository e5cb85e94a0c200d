"""AUD746: a file that is called missing and is there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.absences import absence_statements
from auditor.check.case import Case
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return absence_statements(case)


RULE = Rule(
    id="AUD746",
    name="absence-of-what-is-there",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is what the document calls missing really missing?",
    why="A report that did not find what is there sends people to write it again.",
    limits="Only files with a folder, globs, folders, and well-known files without an ending at the root, that the same line calls missing or not found; what is said to have been mended since is left alone. What came in the commit of the document is uncheckable.",
    fix="Strike the sentence, or name what is missing in the file.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a script that is there",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- Health check script doesn't exist (`scripts/health_check.sh`)\n- `monitoring/*.yml` (not found)\n",
                "scripts/health_check.sh": "true\n",
                "monitoring/alerts.yml": "groups: []\n",
            },
            found=("docs/AUDIT.md:3", "docs/AUDIT.md:4"),
        ),
        Example(
            title="a script that is not, and one that was added",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- `scripts/rollback.sh` does not exist\n- `scripts/health_check.sh` was missing, and is added now\n",
                "scripts/health_check.sh": "true\n",
            },
        ),
    ),
    check_document=_check,
)
