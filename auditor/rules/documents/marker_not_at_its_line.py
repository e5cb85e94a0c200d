"""AUD764: a TODO that does not stand where the document says."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.marked_lines import marker_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return marker_statements(case)


RULE = Rule(
    id="AUD764",
    name="marker-not-at-its-line",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do the TODOs that the document lists stand at the lines that it gives?",
    why="A list of what is left to do was made by reading the code, or it was made up.",
    limits="Only TODO, FIXME, XXX and HACK count, and only where one line cites one place in one file. Five lines more or less are accepted, and what another version of the file has is uncheckable. Lines behind the end of the file are told by AUD743.",
    fix="Search the code for what is left to do, and list that.",
    since="0.8.0",
    effort=10,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a line that holds none",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- `app/store.py:2` - TODO: retry\n",
                "app/store.py": "a = 1\nb = 2\nc = 3\n",
            },
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="one that is there, and one that was done",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- `app/store.py:2` - TODO: retry\n- Removed the TODO of `app/other.py:2`\n",
                "app/store.py": "a = 1\nb = 2  # TODO: retry\n",
                "app/other.py": "a = 1\nb = 2\n",
            },
        ),
    ),
    check_document=_check,
)
