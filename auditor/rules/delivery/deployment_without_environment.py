"""AUD501: a deployment to production that nobody approves."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.gitlab_jobs import gitlab_groups
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PRODUCTION = pattern(r"(?i)deploy\w*[ _-]+(to[ _-]+)?prod(uction)?\b|\bprod(uction)?[ _-]+(deploy\w*|rollout|release)")


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for file, workflow in repository.of(GithubWorkflow):
        if {one.name for one in workflow.triggers} <= {"workflow_dispatch", "workflow_call"}:
            continue
        for job in workflow.jobs:
            yield from _in_job(file.path, job)
    for group in repository.derive(gitlab_groups):
        for path, job in group.jobs:
            if group.complete or not group.lacks(job.id):
                yield from _in_job(path, job)


def _in_job(path: str, job: Job) -> Iterator[Hit]:
    names = f"{job.id} / {job.name}"
    if _PRODUCTION.search(names) and not (job.environment.is_set or job.uses.is_set or job.manual):
        message = f"The job {job.name or job.id!r} deploys to production without an environment: nobody approves it."
        yield Hit(path, job.line, job.line, message, job.id)


RULE = Rule(
    id="AUD501",
    name="deployment-without-environment",
    category=Category.DELIVERY,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every deployment to production pass an approval or the rules of an environment?",
    why="Without an environment, nobody approves the deployment, its secrets are those of every job, and there is no record of it.",
    limits="Counts are jobs whose name says that they deploy to production, in workflows that start by themselves; releases of packages are not meant.",
    fix="Add 'environment: production' to the job, with required reviewers.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"gitlab-ci", "github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="A deployment to production on every push",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy-production:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n"
            },
            found=(".github/workflows/deploy.yml:3",),
        ),
        Example(
            title="A deployment with an environment, also of a template",
            files={
                ".gitlab-ci.yml": (
                    "include: .gitlab/live.yml\ndeploy-production:\n  extends: .live\n  script: ./deploy.sh\n"
                ),
                ".gitlab/live.yml": ".live:\n  environment: production\n  when: manual\n",
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy-production:\n    environment: production\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n",
            },
        ),
    ),
)
