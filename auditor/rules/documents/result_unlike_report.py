"""AUD756: a result that its report does not give."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.results import result_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return result_statements(case)


RULE = Rule(
    id="AUD756",
    name="result-unlike-report",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do results agree with the reports that are committed?",
    why="A coverage that no report shows was remembered, or wished.",
    limits="Reports of coverage as JSON or XML are read. A rate is contradicted only where its line names the report; otherwise what differs is uncheckable, as the report may be of another run.",
    fix="Commit the report, and quote what it says.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a rate that its own report does not give",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- Coverage: 91% (`coverage.json`)\n",
                "coverage.json": '{"totals": {"percent_covered": 67.04}}\n',
            },
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="the rate of the report, and one of an unknown run",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- Coverage: 67% (`coverage.json`)\n- 91% test coverage\n",
                "coverage.json": '{"totals": {"percent_covered": 67.04}}\n',
            },
        ),
    ),
    check_document=_check,
)
