"""AUD778: an event on which workflows are said to run, and do not."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case
from auditor.check.statement import Statement
from auditor.check.triggers import trigger_statements
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Statement]:
    return trigger_statements(case)


RULE = Rule(
    id="AUD778",
    name="trigger-nowhere",
    category=Category.UNSUPPORTED_CLAIM,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do workflows run on the events that the document names?",
    why="Checks that are said to run on every pull request, and do not, stop nothing.",
    limits="GitHub workflows, and pushes, pull requests and schedules only. Without the name of a workflow, any that runs on the event bears the sentence out, and another service that runs something may.",
    fix="Let the workflow run on the event, or strike the sentence.",
    since="0.4.0",
    effort=10,
    reads=frozenset({"readiness-document"}),
    roles=frozenset({Role.DOCUMENTATION}),
    examples=(
        Example(
            title="workflows of which none runs on the event",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- CI runs on every pull request\n- `.github/workflows/ci.yml` runs nightly\n",
                ".github/workflows/ci.yml": "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n",
            },
            found=("docs/AUDIT.md:3", "docs/AUDIT.md:4"),
        ),
        Example(
            title="a workflow that runs on the event, and one that should",
            files={
                "docs/AUDIT.md": "# Readiness audit\n\n- CI runs on every push and pull request\n- CI should run on a schedule\n",
                ".github/workflows/ci.yml": "on: [push, pull_request]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n",
            },
        ),
    ),
    check_document=_check,
)
