"""AUD411: a workflow that GitHub does not accept."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pipeline_model import Job, Step
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_JOB_KEYS = frozenset({
    "name", "permissions", "needs", "if", "runs-on", "environment", "concurrency", "outputs", "env", "defaults", "steps",
    "timeout-minutes", "strategy", "continue-on-error", "container", "services", "uses", "with", "secrets", "snapshot",
})  # fmt: skip
_STEP_KEYS = frozenset({
    "id", "if", "name", "uses", "run", "working-directory", "shell", "with", "env", "continue-on-error", "timeout-minutes",
})  # fmt: skip


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    for job in workflow.jobs if workflow is not None else ():
        names = {key.name for key in job.keys}
        for key in job.keys:
            if key.name not in _JOB_KEYS and key.name != "<<":
                yield Hit(
                    source.path,
                    key.line,
                    key.line,
                    f"A job has no key {key.name!r}: the workflow is not valid.",
                    job.id,
                )
        if "uses" not in names and not {"runs-on", "steps"} <= names and "<<" not in names:
            missing = "runs-on" if "runs-on" not in names else "steps"
            yield Hit(
                source.path,
                job.line,
                job.line,
                f"The job {job.id!r} has no {missing!r}: the workflow is not valid.",
                job.id,
            )
        for step in job.steps:
            yield from _in_step(source, job, step)


def _in_step(source: Source, job: Job, step: Step) -> Iterator[Hit]:
    names = {key.name for key in step.keys}
    for key in step.keys:
        if key.name not in _STEP_KEYS and key.name != "<<":
            yield Hit(
                source.path, key.line, key.line, f"A step has no key {key.name!r}: the workflow is not valid.", job.id
            )
    if len(names & {"uses", "run"}) != 1 and "<<" not in names:
        text = "both 'uses' and 'run'" if {"uses", "run"} <= names else "neither 'uses' nor 'run'"
        yield Hit(source.path, step.line, step.line, f"A step has {text}: the workflow is not valid.", job.id)


RULE = Rule(
    id="AUD411",
    name="invalid-workflow",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    question="Is every job and step of the workflow one that GitHub accepts?",
    why="A workflow that is not valid never runs, and reports nothing: its checks are silently gone.",
    limits="Checked are the keys of jobs and steps, and that each has what it needs to run; values are not.",
    fix="Mend the key, or add what is missing.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"github-workflow"}),
    check_file=_check,
    examples=(
        Example(
            title="A job without machine, and a key that does not exist",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    steps:\n      - name: nothing\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make scan\n        continue-on-eror: true\n"
            },
            found=(
                ".github/workflows/deploy.yml:3",
                ".github/workflows/deploy.yml:5",
                ".github/workflows/deploy.yml:10",
            ),
        ),
        Example(
            title="A valid workflow",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: scan\n        run: make scan\n        timeout-minutes: 5\n"
            },
        ),
    ),
)
