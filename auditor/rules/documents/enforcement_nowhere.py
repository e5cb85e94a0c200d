"""AUD752: a check that is said to run and does not."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.pipeline_claims import enforcement_statements
from auditor.check.statement import Statement
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return enforcement_statements(case)


RULE = Rule(
    id="AUD752",
    name="enforcement-nowhere",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does what is said to run in continuous integration run there, and stop what it finds?",
    why="A check that nobody runs, or whose failure is ignored, is no check.",
    limits="Known are the common tools by name; whether a workflow has ever run is not visible. A tool that a script or what is depended on names may be called from there, and is uncheckable.",
    fix="Run the tool in a workflow and let it fail the build, or strike the sentence.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="a tool that no workflow names, and one whose failure is ignored",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- Semgrep is integrated in the CI pipeline\n- Bandit is enforced in the CI pipeline\n",
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: bandit -r app || true\n",
            },
            found=("docs/AUDIT.md:3", "docs/AUDIT.md:4"),
        ),
        Example(
            title="a tool that runs, and one that should",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- Bandit runs in the CI pipeline\n- Add Semgrep to the CI pipeline\n",
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: bandit -r app || true\n",
            },
        ),
    ),
    check_document=_check,
)
