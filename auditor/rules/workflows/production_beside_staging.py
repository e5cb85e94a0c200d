"""AUD964: production is deployed without waiting for what staging shows."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import Pattern, pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PRODUCTION = pattern(r"(?i)(?:^|[^a-z])(?:prod|production|live)(?:[^a-z]|$)")
_STAGING = pattern(r"(?i)(?:^|[^a-z])(?:staging|stage|preprod|pre-production|uat|canary)(?:[^a-z]|$)")
_MOST = 400
"""Jobs of one file; what has more is no workflow that somebody reads."""
_DEPLOYS = pattern(r"(?i)deploy|release|rollout|roll-out|promote|publish|helm|kubectl|ship|terraform apply")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    jobs = {one.id: one for one in workflow.jobs} if workflow is not None else {}
    if len(jobs) > _MOST:
        return
    stages = [one for one in jobs.values() if _is_for(one, _STAGING) and not _is_for(one, _PRODUCTION)]
    for job in jobs.values() if stages else ():
        if not _is_for(job, _PRODUCTION) or _is_for(job, _STAGING) or job.condition.is_set:
            continue
        before = _before(job, jobs)
        beside = [one for one in stages if not one.condition.is_set]
        if beside and not any(one.id in before for one in stages):
            line = min((need.line for need in job.needs), default=job.line)
            message = f"The job {job.id!r} deploys to production without waiting for {beside[0].id!r}: both start at the same time."
            yield Hit(source.path, line, line, message, job.id)


def _is_for(job: Job, stage: Pattern) -> bool:
    """Whether a job deploys, and its name, its environment or what it hands on says to which stage."""
    given = " ".join(one.text for one in job.inputs)
    said = f"{job.id} {job.name} {job.environment.text} {given}"
    steps = " ".join(f"{one.name} {one.uses.text}" for one in job.steps)
    commands = " ".join(key.text for one in job.steps for key in one.keys if key.name == "run")
    deploys = _DEPLOYS.search(f"{job.id} {job.name} {job.uses.text} {steps} {commands}") is not None
    return deploys and stage.search(said) is not None


def _before(job: Job, jobs: dict[str, Job]) -> set[str]:
    """All jobs that a job waits for, through others as well."""
    found: set[str] = set()
    pending = [need.job for need in job.needs]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += [need.job for need in jobs[name].needs] if name in jobs else []
    return found


def _workflow(needs: str, *, condition: str = "") -> str:
    return (
        "on:\n  push:\n    tags: ['v*']\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n  staging:\n    needs: build\n    uses: ./.github/workflows/deploy.yml\n    with:\n      environment: staging\n"
        f"  production:\n    needs: {needs}\n{condition}    uses: ./.github/workflows/deploy.yml\n    with:\n      environment: production\n"
    )


RULE = Rule(
    id="AUD964",
    name="production-beside-staging",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does production wait for what staging shows?",
    why="With `needs: build` both are deployed at once: what breaks on staging is in production before anybody has seen it.",
    limits="Judged are jobs of one workflow that deploy to production and to staging by their names, environments or inputs, without a condition. Workflows that deploy each from its own branch are left alone.",
    fix="Let production need staging and the checks on it.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"github-workflow"}),
    triggers=("prod", "live"),
    check_file=_check,
    examples=(
        Example(
            title="both at once",
            files={".github/workflows/release.yml": _workflow("build")},
            found=(".github/workflows/release.yml:15",),
        ),
        Example(
            title="one after the other, and each for a reason of its own",
            files={
                ".github/workflows/release.yml": _workflow("[build, staging]"),
                ".github/workflows/branches.yml": _workflow(
                    "build", condition="    if: github.ref == 'refs/heads/main'\n"
                ),
            },
        ),
    ),
)
