"""AUD462: a deployment to production, or a gate, does not wait for checks of the same workflow."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.gitlab_order import JobOrder
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PRODUCTION = pattern(r"(?i)(?:^|[\s_-])(?:prod|production|live)(?:$|[\s_-])")
_DEPLOYS = pattern(r"(?i)(?:^|[\s_-])(?:deploy|deployment|release|rollout|promote|prod|production)(?:$|[\s_-])")
_ASIDE = pattern(
    r"(?i)notif|post[ _-]?deploy|report|comment|clean|destroy|summary|roll ?back|docs?\b|pages|preview|record|announce|verif|valid|smoke|monitor|approv|check|test|notes|draft|backup|snapshot"
)
_CHECKS = pattern(
    r"(?i)(?:^|[\s_-])(?:tests?|testing|unit|integration|e2e|end-to-end|lint|linting|security|scan|sast|quality|acceptance|contract|types?|typecheck|mypy|codeql)(?:$|[\s_-])"
)
_NO_CHECK = pattern(
    r"(?i)report|summary|notif|comment|coverage-?badge|publish|upload|post-?deploy|production|nightly|bench|perf|load|dast|docs?\b|experimental|optional|prepare|setup|image|build|smoke|canary"
)
_RUNS_CHECKS = pattern(
    r"^(?:(?:uv|poetry|pdm|hatch|pipenv) run )?(?:python3? -m )?(?:pytest|tox|nox|mypy|ruff check|flake8)\b|^(?:npm|yarn|pnpm)(?: run)? (?:test|lint)\b|^go (?:test|vet)\b|^cargo (?:test|clippy)\b|^make (?:test|lint|check)\b"
)
_GATES = pattern(
    r"(?i)(?:^|[\s_-])(?:required|gate|gates|all-?green|alls-green|all-?(?:checks?|jobs|tests?|passed|good)|ci-?(?:ok|success|passed|done|pass|result|status|required|gate)|merge-?(?:gate|ready|check)|check-?all)(?:$|[\s_-])"
)
_RESTRICTED = pattern(
    r"(?i)schedule|pull_request|workflow_dispatch|inputs\.|labels|repository_owner|matrix\.|needs\.|outputs\.|false"
)
_ALWAYS = pattern(r"always\(\)|cancelled\(\)")


def _check(source: Source) -> Iterator[Hit]:
    workflow, pipeline = source.fact(GithubWorkflow), source.fact(GitlabPipeline)
    if pipeline is not None:
        yield from _in_gitlab(source, pipeline)
    if workflow is None:
        return
    jobs = {job.id: job for job in workflow.jobs}
    checks = [job for job in workflow.jobs if _is_check(job)]
    for job in workflow.jobs:
        gate = _is_gate(job)
        if not job.needs or not (gate or _is_production(job)):
            continue
        before = _before(job, jobs)
        passed_by = [
            one for one in checks if one.id != job.id and one.id not in before and job.id not in _before(one, jobs)
        ]
        if passed_by and (gate or not any(_is_production(jobs[name]) for name in before if name in jobs)):
            names = ", ".join(repr(one.id) for one in passed_by[:4])
            does = "is passed" if gate else "deploys to production"
            message = f"The job {job.id!r} {does} without waiting for {names}: what they find comes too late."
            yield Hit(source.path, job.needs[0].line, job.needs[-1].line, message, job.id)


def _in_gitlab(source: Source, pipeline: GitlabPipeline) -> Iterator[Hit]:
    """A deployment to production that ``needs`` less than what stands in the stages before it."""
    if pipeline.includes or pipeline.extends:
        return  # what is inherited may say otherwise
    order = JobOrder(pipeline)
    for job in pipeline.jobs:
        needs = next((key for key in job.keys if key.name == "needs"), None)
        before = order.before(job) if needs is not None and _is_production(job) else None
        if needs is None or before is None:
            continue
        passed_by = [
            one for one in pipeline.jobs if _is_check(one) and not one.manual and one.id not in before | {job.id}
        ]
        passed_by = [one for one in passed_by if (after := order.before(one)) is not None and job.id not in after]
        if passed_by:
            names = ", ".join(repr(one.id) for one in passed_by[:4])
            message = f"By its `needs` the job {job.id!r} deploys to production without waiting for {names}: what they find comes too late."
            yield Hit(source.path, needs.line, needs.line, message, job.id)


def _is_check(job: Job) -> bool:
    title = f"{job.id} {job.name}"
    if (
        _RESTRICTED.search(job.condition.text)
        or job.continue_on_error.is_set
        or job.never.is_set
        or _NO_CHECK.search(title)
    ):
        return False
    if _is_gate(job) or job.environment.is_set:
        return False
    return _CHECKS.search(title) is not None or any(
        _RUNS_CHECKS.search(" ".join(command.texts))
        for step in job.steps
        for command in all_commands(step.program.body if step.program else ())
    )


def _is_production(job: Job) -> bool:
    """Whether a job deploys to production, by its environment or by its name."""
    title = f"{job.id} {job.name}"
    if _ASIDE.search(title) or _RESTRICTED.search(job.condition.text):
        return False
    return _DEPLOYS.search(title) is not None and _PRODUCTION.search(f"{title} {job.environment.text}") is not None


def _is_gate(job: Job) -> bool:
    return _ALWAYS.search(job.condition.text) is not None and _GATES.search(f"{job.id} {job.name}") is not None


def _before(job: Job, jobs: dict[str, Job]) -> set[str]:
    found: set[str] = set()
    waiting = [need.job for need in job.needs]
    while waiting:
        name = waiting.pop()
        if name not in found and name in jobs:
            found.add(name)
            waiting.extend(need.job for need in jobs[name].needs)
    return found


def _job(name: str, head: str = "", run: str = "make") -> str:
    return f"  {name}:\n{head}    runs-on: ubuntu-latest\n    steps: [{{run: {run}}}]\n"


RULE = Rule(
    id="AUD462",
    name="checks-passed-by",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do deployments to production, and gates for merges, wait for every check of their workflow?",
    why="The scan ends red an hour after the release that it should have stopped; the branch is merged because the one job that is required never heard of the tests.",
    limits=(
        "Deployments to production and gates that need some job, and jobs that are known for checks by their name or by the tests that they run. Checks under a condition on the "
        "event, tolerated ones, and those that come after the deployment are left alone."
    ),
    fix="Add the checks to the needs of the job.",
    since="0.4.0",
    effort=10,
    reads=frozenset({"github-workflow", "gitlab-ci"}),
    triggers=("prod", "live", "always()", "cancelled()"),
    check_file=_check,
    examples=(
        Example(
            title="a deployment of GitLab that needs the build alone, and one that waits for its stages",
            files={
                ".gitlab-ci.yml": (
                    "stages: [build, test, deploy]\nbuild:\n  stage: build\n  script: [make]\nunit:\n  stage: test\n  script: [make test]\n"
                    "deploy-production:\n  stage: deploy\n  needs: [build]\n  script: [./deploy.sh]\n  environment: production\n"
                    "deploy-prod:\n  stage: deploy\n  needs: []\n  script: [./deploy.sh]\n  environment: production\n"
                    "deploy-live:\n  stage: deploy\n  script: [./deploy.sh]\n  environment: production\n"
                ),
            },
            found=(".gitlab-ci.yml:10", ".gitlab-ci.yml:15"),
        ),
        Example(
            title="a deployment beside the scan, and a gate that has not heard of the tests",
            files={
                ".github/workflows/ship.yml": "on: push\njobs:\n"
                + _job("build")
                + _job("integration", "    needs: build\n")
                + _job("security-scan")
                + _job("deploy-production", "    needs: [build]\n    environment: production\n")
                + _job("e2e", "    needs: deploy-production\n"),
                ".github/workflows/merge.yml": "on: pull_request\njobs:\n"
                + _job("service", run="npm test")
                + _job("tools", run="pytest -q")
                + _job("required", "    needs: [service]\n    if: always()\n"),
            },
            found=(".github/workflows/ship.yml:14", ".github/workflows/merge.yml:10"),
        ),
        Example(
            title="a deployment behind all, by way of another job, and checks of pull requests alone",
            files={
                ".github/workflows/ship.yml": "on: push\njobs:\n"
                + _job("unit")
                + _job("lint", "    if: github.event_name == 'pull_request'\n")
                + _job("build", "    needs: unit\n")
                + _job("deploy", "    needs: [build]\n    environment: production\n"),
                ".github/workflows/merge.yml": "on: pull_request\njobs:\n"
                + _job("service", run="npm test")
                + _job("docs")
                + _job("required", "    needs: [service]\n    if: always()\n"),
            },
        ),
    ),
)
