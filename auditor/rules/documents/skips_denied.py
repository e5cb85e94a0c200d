"""AUD776: skipped tests that are denied."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.passed_tests import no_skips_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return no_skips_statements(case)


RULE = Rule(
    id="AUD776",
    name="skips-denied",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is no test marked to be skipped where the document says so?",
    why="A test that is skipped proves nothing, and whoever says that none is has not looked.",
    limits="Only sentences that say of all tests that none is skipped are judged. A mark with a condition is none.",
    fix="Run the tests, or say which are skipped and why.",
    since="0.2.0",
    effort=30,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a test that is always skipped",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- No tests are skipped.\n",
                "tests/test_store.py": "import pytest\n\n\n@pytest.mark.skip(reason='slow')\ndef test_save():\n    assert save()\n",
            },
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="a test that is skipped on one system, and a sentence about one run",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- No tests are skipped.\n- 40 passed, no skipped tests in the smoke run\n",
                "tests/test_store.py": "import pytest\n\n\n@pytest.mark.skipif(WINDOWS, reason='paths')\ndef test_save():\n    assert save()\n",
            },
        ),
    ),
    check_document=_check,
)
