"""AUD501: a deployment to production that nobody approves."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PRODUCTION = pattern(r"(?i)deploy\w*[ _-]+(to[ _-]+)?prod(uction)?\b|\bprod(uction)?[ _-]+(deploy\w*|rollout|release)")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    attended = workflow is not None and {one.name for one in workflow.triggers} <= {
        "workflow_dispatch",
        "workflow_call",
    }
    for job in jobs_of(source):
        names = f"{job.id} / {job.name}"
        if _PRODUCTION.search(names) and not (job.environment.is_set or job.uses.is_set or job.manual or attended):
            message = (
                f"The job {job.name or job.id!r} deploys to production without an environment: nobody approves it."
            )
            yield Hit(source.path, job.line, job.line, message, job.id)


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
    triggers=("prod",),
    check_file=_check,
    examples=(
        Example(
            title="A deployment to production on every push",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy-production:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n"
            },
            found=(".github/workflows/deploy.yml:3",),
        ),
        Example(
            title="A deployment with an environment",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy-production:\n    environment: production\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n"
            },
        ),
    ),
)
