"""AUD404: a job or step that can never run."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Setting
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FAILURE = pattern(r"(^|[^!\w])failure\(\)")
_ALTERNATIVE = pattern(r"\|\|")
_NEVER = pattern(r"^\s*(\$\{\{\s*)?(false|0|'')(\s*&&.*)?(\s*\}\})?\s*$|^\s*false\s*&&")


def _check(source: Source) -> Iterator[Hit]:
    workflow, pipeline = source.fact(GithubWorkflow), source.fact(GitlabPipeline)
    jobs = jobs_of(source)
    partial = pipeline is not None and bool(pipeline.includes)
    if not partial:
        yield from _missing_needs(source, jobs)
    yield from _cycles(source, jobs)
    for job in jobs if workflow is not None else ():
        yield from _conditions(source, job)


def _missing_needs(source: Source, jobs: tuple[Job, ...]) -> Iterator[Hit]:
    known = {job.id for job in jobs}
    for job in jobs:
        for need in job.needs:
            if need.job not in known and "$" not in need.job:
                message = f"The job {job.id!r} needs {need.job!r}, and there is no such job."
                yield Hit(source.path, need.line, need.line, message, job.id, Severity.CRITICAL)


def _cycles(source: Source, jobs: tuple[Job, ...]) -> Iterator[Hit]:
    needs = {job.id: [need.job for need in job.needs] for job in jobs}
    for job in jobs:
        seen: set[str] = set()
        waiting = list(needs[job.id])
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting.extend(needs.get(one, ()))
        if job.id in seen:
            message = f"The job {job.id!r} needs itself, by way of what it needs: it never runs."
            yield Hit(source.path, job.needs[0].line, job.needs[-1].line, message, job.id, Severity.CRITICAL)


def _conditions(source: Source, job: Job) -> Iterator[Hit]:
    text = job.condition.text
    if not job.needs and _FAILURE.search(text) and not _ALTERNATIVE.search(text):
        message = (
            f"The job {job.id!r} runs on failure(), but needs no job: nothing before it can fail, so it never runs."
        )
        yield Hit(source.path, job.condition.line, job.condition.line, message, job.id, Severity.HIGH)
    if _NEVER.search(text):
        yield _never(source, job.condition, f"job {job.id!r}", job.id)
    for step in job.steps:
        if _NEVER.search(step.condition.text):
            yield _never(source, step.condition, f"step {step.name or step.uses.text!r}", f"{job.id}/{step.name}")


def _never(source: Source, condition: Setting, what: str, symbol: str) -> Hit:
    message = f"The condition of the {what} is never true: it never runs."
    return Hit(source.path, condition.line, condition.line, message, symbol)


RULE = Rule(
    id="AUD404",
    name="unreachable-job",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Can every job and step of the pipeline run?",
    why="A rollback job that cannot run is worse than none: people count on it.",
    limits="Only what the file itself rules out counts: missing and circular needs, failure() without needs, false.",
    fix="Name the jobs that must be done (or fail) before in 'needs', or remove the job.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"github-workflow", "gitlab-ci"}),
    check_file=_check,
    examples=(
        Example(
            title="A rollback that waits for the failure of nothing, and a job that needs one that is not there",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    needs: buidl\n    runs-on: ubuntu-latest\n    steps: [{run: ./deploy.sh}]\n"
                    "  rollback:\n    if: failure()\n    runs-on: ubuntu-latest\n    steps: [{run: ./rollback.sh}]\n"
                )
            },
            found=(".github/workflows/deploy.yml:4", ".github/workflows/deploy.yml:8"),
        ),
        Example(
            title="A rollback after a failed deployment",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps: [{run: ./deploy.sh}]\n"
                    "  rollback:\n    needs: deploy\n    if: failure()\n    runs-on: ubuntu-latest\n    steps: [{run: ./rollback.sh}]\n"
                )
            },
        ),
    ),
)
