"""AUD412: the rollback does not run when the validation after the deployment fails."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ROLLBACK = pattern(r"(?i)\broll[ _-]?back\b|\brevert\b")
_DEPLOY = pattern(r"(?i)deploy|release|rollout")
_VALIDATES = pattern(r"(?i)valid|verif|smoke|health|post[ _-]?deploy|e2e|acceptance")


def _check(source: Source) -> Iterator[Hit]:
    jobs = jobs_of(source)
    for job in jobs:
        needed = {need.job for need in job.needs}
        if not _ROLLBACK.search(_title(job)) or "failure()" not in job.condition.text:
            continue
        deploys = {one.id for one in jobs if one.id in needed and _DEPLOY.search(_title(one))}
        for other in jobs:
            follows = deploys & {need.job for need in other.needs}
            if follows and other.id not in needed | {job.id} and _VALIDATES.search(_title(other)):
                message = f"The rollback {job.id!r} does not need {other.id!r}: it stays away when that job finds the deployment broken."
                yield Hit(source.path, job.needs[0].line, job.condition.line, message, job.id)


def _title(job: Job) -> str:
    return f"{job.id} {job.name}"


RULE = Rule(
    id="AUD412",
    name="rollback-not-triggered",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a failed validation after the deployment trigger the rollback?",
    why="What smoke tests find after a deployment is what a rollback is for; here it stays on.",
    limits="Jobs are known for deployment, validation and rollback by their names.",
    fix="Add the validating job to the rollback's needs.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    triggers=("rollback", "roll-back", "roll_back", "revert"),
    check_file=_check,
    examples=(
        Example(
            title="A rollback that does not wait for the smoke tests",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps: [{run: ./deploy.sh}]\n"
                    "  smoke-tests:\n    needs: deploy\n    runs-on: ubuntu-latest\n    steps: [{run: ./smoke.sh}]\n"
                    "  rollback:\n    needs: deploy\n    if: failure()\n    runs-on: ubuntu-latest\n    steps: [{run: ./rollback.sh}]\n"
                )
            },
            found=(".github/workflows/deploy.yml:11",),
        ),
        Example(
            title="A rollback that waits for both",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps: [{run: ./deploy.sh}]\n"
                    "  smoke-tests:\n    needs: deploy\n    runs-on: ubuntu-latest\n    steps: [{run: ./smoke.sh}]\n"
                    "  rollback:\n    needs: [deploy, smoke-tests]\n    if: failure()\n    runs-on: ubuntu-latest\n    steps: [{run: ./rollback.sh}]\n"
                )
            },
        ),
    ),
)
