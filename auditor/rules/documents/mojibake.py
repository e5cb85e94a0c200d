"""AUD770: text that was decoded wrongly."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.statement import Statement
from auditor.check.text import mojibake_statements
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return mojibake_statements(case.document)


RULE = Rule(
    id="AUD770",
    name="mojibake",
    category=Category.PLACEHOLDER,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    question="Is the text decoded as it was written?",
    why="Marks such as ticks and arrows carry meaning, and are the first to break.",
    limits="What is found is UTF-8 that was read as Windows-1252. The document is judged as it was meant.",
    fix="Write the file again as UTF-8.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a broken tick",
            files={"docs/AUDIT.md": "# Readiness audit\n\n### âœ… Strengths\n"},
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="accents and a tick that are right",
            files={"docs/AUDIT.md": "# Readiness audit\n\n### ✅ Stärken in Château d'Yquem\n"},
        ),
    ),
    check_document=_check,
)
