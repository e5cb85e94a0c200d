"""AUD743: lines that are cited and not there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.evidence import range_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return range_statements(case)


RULE = Rule(
    id="AUD743",
    name="cited-lines-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do the cited lines exist?",
    why="A line number behind the end of the file was not read there.",
    limits="Any version of the file will do, and one line more than it has is accepted. A bare name that several files bear is not judged, nor is a line that disputes what it cites.",
    fix="Cite lines at a commit that is named.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a range behind the end",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\nSee `app/store.py:10-20`.\n",
                "app/store.py": "a = 1\nb = 2\n",
            },
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="the last line, and one more",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\nSee `app/store.py:1-2` and `store.py`, lines 2-3.\n",
                "app/store.py": "a = 1\nb = 2\n",
            },
        ),
    ),
    check_document=_check,
)
