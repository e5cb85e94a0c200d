"""AUD479: a job hangs on an input's default, which a run by schedule does not have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TERM = pattern(r"^\(?\s*(?:github\.event\.)?inputs\.([\w-]+)\s*==\s*'([^']*)'\s*\)?$")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    if workflow is None or not workflow.triggered_by("schedule").is_set:
        return
    defaults = {one.name: one.default for one in workflow.inputs if one.default}
    for job in workflow.jobs:
        text = job.condition.text.strip().removeprefix("${{").removesuffix("}}").strip()
        terms = [_TERM.match(part.strip()) for part in text.split("||")] if text else []
        chosen = [(match.group(1), match.group(2)) for match in terms if match is not None]
        if terms and len(chosen) == len(terms) and any(defaults.get(name) == value for name, value in chosen):
            name = chosen[0][0]
            message = f"A run by schedule has no input {name!r}, not even its default: it skips the job {job.id!r}, which the default would run."
            yield Hit(source.path, job.condition.line, job.condition.line, message, job.id)


_HEAD = (
    "on:\n  schedule:\n    - cron: '0 3 * * *'\n  workflow_dispatch:\n    inputs:\n      kind:\n        type: choice\n        default: all\n"
    "        options: [all, database]\njobs:\n  database:\n"
)
_STEPS = "    runs-on: ubuntu-24.04\n    steps:\n      - run: make benchmark\n"

RULE = Rule(
    id="AUD479",
    name="default-without-a-start-by-hand",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does the nightly run do what a run by hand does with its defaults?",
    why="Inputs and their defaults are only there when somebody starts the workflow. The nightly benchmark is green since it is skipped.",
    limits="Jobs whose whole condition compares inputs with texts, of which one is the input's default, in workflows that a schedule starts, too.",
    fix="Add `github.event_name == 'schedule' ||`, or write `(inputs.kind || 'all') == 'all'`.",
    since="0.3.0",
    effort=10,
    reads=frozenset({"github-workflow"}),
    triggers=("schedule",),
    check_file=_check,
    examples=(
        Example(
            title="a benchmark that no night runs",
            files={
                ".github/workflows/bench.yml": _HEAD
                + "    if: ${{ github.event.inputs.kind == 'all' || github.event.inputs.kind == 'database' }}\n"
                + _STEPS
            },
            found=(".github/workflows/bench.yml:12",),
        ),
        Example(
            title="a condition on the schedule, and a job that only somebody's choice runs",
            files={
                ".github/workflows/bench.yml": _HEAD
                + "    if: github.event_name == 'schedule' || inputs.kind == 'all'\n"
                + _STEPS
                + "  deep:\n    if: inputs.kind == 'database'\n"
                + _STEPS
            },
        ),
    ),
)
