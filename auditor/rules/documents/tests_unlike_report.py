"""AUD775: a result of tests that its report does not give."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.passed_tests import test_result_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return test_result_statements(case)


RULE = Rule(
    id="AUD775",
    name="tests-unlike-report",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do counts and rates of passing tests agree with the reports that are committed?",
    why="A pass rate that no run shows was remembered, or wished.",
    limits="JUnit reports are read. A count or rate is contradicted only where its line names the report; otherwise what differs is uncheckable, as the report may be of another run. Where no file of the repository can hold a test, unit and integration tests that passed are contradicted.",
    fix="Commit the report, and quote what it says.",
    since="0.2.0",
    effort=30,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="all tests pass, and in the report that is named one failed",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- All tests pass (`reports/junit.xml`)\n- 3/3 tests passed (`reports/junit.xml`)\n- Pass rate: 100% (`reports/junit.xml`)\n",
                "reports/junit.xml": '<testsuite name="s" tests="3" failures="1"><testcase classname="a" name="b"/><testcase classname="a" name="c"/><testcase classname="a" name="d"><failure/></testcase></testsuite>\n',
            },
            found=("docs/AUDIT.md:3", "docs/AUDIT.md:4", "docs/AUDIT.md:5"),
        ),
        Example(
            title="unit tests that passed where there are none",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- All unit tests pass\n- All manual tests pass\n",
                "app/store.py": "a = 1\n",
            },
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="what the report gives, a rate that is cut off, and results of a run that is not named",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- 2/3 tests passed (`reports/junit.xml`)\n- Pass rate: 66% (`reports/junit.xml`)\n- All tests pass\n- All tests must pass before release (`reports/junit.xml`)\n",
                "reports/junit.xml": '<testsuite name="s" tests="3" failures="1"><testcase classname="a" name="b"/><testcase classname="a" name="c"/><testcase classname="a" name="d"><failure/></testcase></testsuite>\n',
            },
        ),
    ),
    check_document=_check,
)
