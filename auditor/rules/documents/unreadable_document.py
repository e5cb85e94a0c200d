"""AUD772: a file that is no document."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.statement import Statement
from auditor.check.text import problem_statements
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return problem_statements(case)


RULE = Rule(
    id="AUD772",
    name="unreadable-document",
    category=Category.AUDIT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can the document be judged?",
    why="What cannot be read supports nothing.",
    limits="Empty and binary files, and those larger than a report can be.",
    fix="Name a Markdown document.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(title="an empty report", files={"docs/AUDIT.md": "\n\n"}, found=("docs/AUDIT.md:1",)),
        Example(title="a short report", files={"docs/AUDIT.md": "# Readiness audit\n\nNothing was found.\n"}),
    ),
    check_document=_check,
)
