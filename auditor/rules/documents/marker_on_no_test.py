"""AUD753: a marker that is said to be on tests and is on none."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.pipeline_claims import marker_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return marker_statements(case)


RULE = Rule(
    id="AUD753",
    name="marker-on-no-test",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do tests carry the markers that the document says they carry?",
    why="A pipeline that selects tests by a marker that none carries runs nothing.",
    limits="Markers that are set when the tests are collected are not seen.",
    fix="Mark the tests, or strike the sentence.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a marker that no test carries",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- **Markers:** uses `@pytest.mark.smoke` to select tests\n",
                "tests/test_store.py": "def test_save():\n    assert True\n",
            },
            found=("docs/AUDIT.md:3",),
        ),
        Example(
            title="a marker that a test carries",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- **Markers:** uses `@pytest.mark.smoke` to select tests\n",
                "tests/test_store.py": "@pytest.mark.smoke\ndef test_save():\n    assert True\n",
            },
        ),
    ),
    check_document=_check,
)
