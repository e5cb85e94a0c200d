"""AUD754: what is expected, among results."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.statement import Statement
from auditor.check.text import expectation_statements
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return expectation_statements(case.document)


RULE = Rule(
    id="AUD754",
    name="expectation-among-results",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Are results measured?",
    why="A rate that is expected stands among results as if somebody had seen it.",
    limits="Sections are told by their titles; only lines with a rate or a pass count.",
    fix="Measure it, or move it to what is planned.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a rate that is expected",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Test results\n\n- Security tests: 100% pass rate expected\n"
            },
            found=("docs/AUDIT.md:5",),
        ),
        Example(
            title="a rate that is planned",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n## Next steps\n\n- Security tests: 100% pass rate expected\n\n## Test results\n\n- Security tests: 12 of 12 pass\n"
            },
        ),
    ),
    check_document=_check,
)
