"""AUD404: a job or step that can never run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.ansible import AnsibleFile
from auditor.facts.github_expression import Expression, read
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.gitlab_jobs import GitlabGroup, gitlab_groups
from auditor.facts.pattern import Pattern, pattern
from auditor.facts.pipeline_model import Job, Setting, Step
from auditor.facts.repository import RepositoryFacts
from auditor.facts.workflow_runs import allows
from auditor.facts.workflow_starts import ANY_START, starts_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FAILURE = pattern(r"(^|[^!\w])failure\(\)")
_ALTERNATIVE = pattern(r"\|\|")
_RUNS_ALL_THE_SAME = pattern(r"\b(?:always|cancelled|failure)\(\)|\.result\b")
_SUCCEEDED = pattern(r"needs\.([\w-]+)\.result\s*==\s*'success'")
_STATUS = pattern(r"(?i)\b(?:always|cancelled|failure|success)\s*\(\)")
_NEED_FAILED = pattern(
    r"needs\.[\w-]+\.result\s*==\s*'(?:failure|cancelled)'|contains\(\s*needs\.\*\.result\s*,\s*'(?:failure|cancelled)'\s*\)"
)
_STEP_FAILED = pattern(r"steps\.([\w-]+)\.(?:outcome|conclusion)\s*==\s*'failure'|job\.status\s*==\s*'failure'")
_OF_STEP = pattern(r"\bsteps\.([\w-]+)\.(?:outcome|conclusion)\s*==\s*'")
_RESULT = pattern(r"needs\.[\w-]+\.result\s*==\s*'([^']*)'")
_RESULTS = frozenset({"success", "failure", "cancelled", "skipped"})
"""https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#needs-context"""
_MOST = 200_000  # conditions times starts
_NEVER = pattern(r"^\s*(\$\{\{\s*)?(false|0|'')(\s*&&.*)?(\s*\}\})?\s*$|^\s*false\s*&&|^[^|]*&&\s*false(\s*\}\})?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A condition of a job (`whole`) or of a step."""

    condition: Expression
    what: str
    line: int
    job: str
    whole: bool


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for file, workflow in repository.of(GithubWorkflow):
        yield from _cycles(file.path, workflow.jobs)
        for job in workflow.jobs:
            yield from _conditions(file.path, job)
            yield from _behind_failure(file.path, job)
        foreign = tuple(_foreign(workflow))
        yield from (_without_start(file.path, one, workflow) for one in foreign)
        yield from _behind_never(file.path, workflow.jobs, frozenset(one.job for one in foreign if one.whole))
    for file, playbook in repository.of(AnsibleFile):
        for task in playbook.tasks if file.role is Role.SHIPPED else ():
            if task.never:
                message = f"The task {task.name or task.module!r} has `when: false`: it never runs."
                yield Hit(file.path, task.never, task.never, message, task.name)
    for group in repository.derive(gitlab_groups):
        yield from _in_group(group)


def _in_group(group: GitlabGroup) -> Iterator[Hit]:
    for path in sorted({path for path, _ in group.jobs}):
        jobs = tuple(job for place, job in group.jobs if place == path)
        yield from _cycles(path, jobs)
        for job in jobs:
            if job.never.is_set and job.line <= job.never.line <= job.end_line:
                message = f"The {job.never.name!r} of the job {job.id!r} let it never run: {job.never.text}."
                yield Hit(path, job.never.line, job.never.line, message, job.id)


def _cycles(path: str, jobs: tuple[Job, ...]) -> Iterator[Hit]:
    needs = {job.id: [need.job for need in job.needs] for job in jobs}
    for job in (one for one in jobs if one.needs):
        seen: set[str] = set()
        waiting = list(needs[job.id])
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting.extend(needs.get(one, ()))
        if job.id in seen:
            message = f"The job {job.id!r} needs itself, by way of what it needs: it never runs."
            yield Hit(path, job.needs[0].line, job.needs[-1].line, message, job.id, Severity.CRITICAL)


def _conditions(path: str, job: Job) -> Iterator[Hit]:
    text = job.condition.text
    if not job.needs and _FAILURE.search(text) and not _ALTERNATIVE.search(text):
        message = (
            f"The job {job.id!r} runs on failure(), but needs no job: nothing before it can fail, so it never runs."
        )
        yield Hit(path, job.condition.line, job.condition.line, message, job.id, Severity.HIGH)
    if _NEVER.search(text):
        yield _never(path, job.condition, f"job {job.id!r}", job.id)
    for step in job.steps:
        if _NEVER.search(step.condition.text):
            yield _never(path, step.condition, f"step {step.name or step.uses.text!r}", f"{job.id}/{step.name}")


def _behind_failure(path: str, job: Job) -> Iterator[Hit]:
    """Conditions on failures without a status function: the implied success() of GitHub keeps them from being met."""
    text = job.condition.text
    if job.needs and _waits_for_failure(text, _NEED_FAILED):
        message = f"The job {job.id!r} waits for a failed job without always() or failure(): it is skipped together with what failed."
        yield Hit(path, job.condition.line, job.condition.line, message, job.id, Severity.HIGH)
    elif not _ALTERNATIVE.search(text) and any(one.group(1) not in _RESULTS for one in _RESULT.finditer(text)):
        yield _never(path, job.condition, f"job {job.id!r}", job.id)
    known = {step.id for step in job.steps}
    for step in job.steps:
        missing = [one.group(1) for one in _OF_STEP.finditer(step.condition.text) if one.group(1) not in known]
        if missing and not _ALTERNATIVE.search(step.condition.text):
            message = f"The {_named(step)} asks how the step {missing[0]!r} ended, and no step of the job has this id: it never runs."
            yield Hit(path, step.condition.line, step.condition.line, message, f"{job.id}/{step.name}", Severity.HIGH)
    tolerated = {step.id for step in job.steps if step.id and step.continue_on_error.is_set}
    for step in job.steps:
        asked = _STEP_FAILED.search(step.condition.text)
        if asked and _waits_for_failure(step.condition.text, _STEP_FAILED) and asked.group(1) not in tolerated:
            message = f"The {_named(step)} waits for a failed step without always() or failure(): it is skipped once one has failed."
            yield Hit(path, step.condition.line, step.condition.line, message, f"{job.id}/{step.name}", Severity.HIGH)


def _waits_for_failure(text: str, failed: Pattern) -> bool:
    """Whether every alternative of the condition needs a failure, and none names a status function."""
    return _STATUS.search(text) is None and all(failed.search(part) for part in text.split("||"))


def _foreign(workflow: GithubWorkflow) -> Iterator[_Asked]:
    """Conditions that no way to start the workflow meets, though other ways would."""
    asked = tuple(_asked(workflow))
    starts = starts_of(workflow, tuple(one.condition for one in asked))
    if not starts or len(asked) * len(starts) > _MOST:
        return
    for one in asked:
        elsewhere = allows(one.condition, ANY_START, {}) is not False
        if elsewhere and all(allows(one.condition, start, {}) is False for start in starts):
            yield one


def _asked(workflow: GithubWorkflow) -> Iterator[_Asked]:
    for job in workflow.jobs:
        whole = read(job.condition.text)
        if whole is not None:
            yield _Asked(condition=whole, what=f"job {job.id!r}", line=job.condition.line, job=job.id, whole=True)
        for step in job.steps:
            part = read(step.condition.text)
            if part is not None:
                yield _Asked(condition=part, what=_named(step), line=step.condition.line, job=job.id, whole=False)


def _without_start(path: str, one: _Asked, workflow: GithubWorkflow) -> Hit:
    events = ", ".join(repr(trigger.name) for trigger in workflow.triggers)
    message = f"The {one.what} waits for what no start of this workflow ({events}) gives: it never runs."
    return Hit(path, one.line, one.line, message, one.job)


def _named(step: Step) -> str:
    return f"step {step.name or step.uses.text!r}"


def _behind_never(path: str, jobs: tuple[Job, ...], foreign: frozenset[str]) -> Iterator[Hit]:
    """Jobs that need one that never runs: what is skipped skips them too, unless their condition says otherwise."""
    dead = {job.id for job in jobs if _NEVER.search(job.condition.text) or job.id in foreign}
    waiting = [job for job in jobs if job.id not in dead]
    for _ in jobs:
        behind = [job for job in waiting if job.id not in dead and _is_behind(job, dead)]
        for job in behind:
            need = next(need for need in job.needs if need.job in dead)
            message = f"The job {job.id!r} needs {need.job!r}, which never runs: it is skipped with it."
            yield Hit(path, need.line, need.line, message, job.id)
        dead |= {job.id for job in behind}


def _is_behind(job: Job, dead: set[str]) -> bool:
    needed = dead & {need.job for need in job.needs}
    text = job.condition.text
    if needed and not _ALTERNATIVE.search(text):
        succeeded = {match.group(1) for match in _SUCCEEDED.finditer(text)}
        if needed & succeeded:
            return True
    return bool(needed) and not _RUNS_ALL_THE_SAME.search(text)


def _never(path: str, condition: Setting, what: str, symbol: str) -> Hit:
    message = f"The condition of the {what} is never true: it never runs."
    return Hit(path, condition.line, condition.line, message, symbol)


RULE = Rule(
    id="AUD404",
    name="unreachable-job",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Can every job and step of the pipeline run?",
    why="A rollback job that cannot run is worse than none: people count on it.",
    limits=(
        "Only what the files themselves rule out counts: circular needs, failure() without needs, failures waited for without a status function, results that there are not, "
        "false, events, refs, schedules and inputs that no start of the workflow gives, and rules of GitLab that all say never."
    ),
    fix="Name the jobs that must be done (or fail) before in 'needs', or remove the job.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"github-workflow", "gitlab-ci", "ansible"}),
    check_repository=_check,
    examples=(
        Example(
            title="A rollback that waits for the failure of nothing, and two that a failure skips",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - id: apply\n        run: ./deploy.sh\n"
                    "      - if: steps.apply.outcome == 'failure'\n        run: ./undo.sh\n"
                    "  rollback:\n    if: failure()\n    runs-on: ubuntu-latest\n    steps: [{run: ./rollback.sh}]\n"
                    "  undo:\n    needs: deploy\n    if: needs.deploy.result == 'failure'\n    runs-on: ubuntu-latest\n    steps: [{run: ./rollback.sh}]\n"
                    "  again:\n    needs: deploy\n    if: always() && needs.deploy.result == 'failed'\n    runs-on: ubuntu-latest\n    steps: [{run: ./rollback.sh}]\n"
                )
            },
            found=(
                ".github/workflows/deploy.yml:8",
                ".github/workflows/deploy.yml:11",
                ".github/workflows/deploy.yml:16",
                ".github/workflows/deploy.yml:21",
            ),
        ),
        Example(
            title="Failures that are waited for with a status function, or tolerated where they come",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - id: apply\n        continue-on-error: true\n        run: ./deploy.sh\n"
                    "      - if: steps.apply.outcome == 'failure'\n        run: ./undo.sh\n"
                    "  undo:\n    needs: deploy\n    if: always() && needs.deploy.result == 'failure'\n    runs-on: ubuntu-latest\n    steps: [{run: ./rollback.sh}]\n"
                    "  next:\n    needs: deploy\n    if: needs.deploy.result == 'success' || needs.deploy.result == 'failure'\n    runs-on: ubuntu-latest\n    steps: [{run: ./next.sh}]\n"
                )
            },
        ),
        Example(
            title="A step for tags in a workflow of branches, a job for starts by hand that nobody can make, and what needs it",
            files={
                ".github/workflows/ci.yml": (
                    "on:\n  push:\n    branches: [main]\n  pull_request:\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n"
                    "      - if: startsWith(github.ref, 'refs/tags/')\n        run: make sign\n      - if: github.ref_name == 'main' || github.ref_type == 'tag'\n        run: make note\n"
                    "  chaos:\n    if: ${{ github.event_name == 'workflow_dispatch' || inputs.chaos }}\n    runs-on: ubuntu-latest\n    steps: [{run: make chaos}]\n"
                    "  tell:\n    needs: [test, chaos]\n    runs-on: ubuntu-latest\n    steps: [{run: make tell}]\n"
                ),
                ".github/workflows/shared.yml": (
                    "on: workflow_call\njobs:\n  ship:\n    if: github.event_name == 'release' && inputs.ship\n    runs-on: ubuntu-latest\n    steps: [{run: make ship}]\n"
                ),
            },
            found=(".github/workflows/ci.yml:10", ".github/workflows/ci.yml:15", ".github/workflows/ci.yml:19"),
        ),
        Example(
            title="GitLab: rules that all say never",
            files={".gitlab-ci.yml": "off:\n  script: make scan\n  rules:\n    - when: never\n"},
            found=(".gitlab-ci.yml:3",),
        ),
        Example(
            title="Tests behind a deployment that is switched off, and a report that comes all the same",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    if: false\n    runs-on: ubuntu-latest\n    steps:\n      - run: make deploy\n  e2e:\n    needs: deploy\n    runs-on: ubuntu-latest\n    steps:\n      - run: make e2e\n  notify:\n    needs: e2e\n    runs-on: ubuntu-latest\n    steps:\n      - run: make notify\n  report:\n    needs: deploy\n    if: always()\n    runs-on: ubuntu-latest\n    steps:\n      - run: make report\n"
            },
            found=(
                ".github/workflows/deploy.yml:4",
                ".github/workflows/deploy.yml:9",
                ".github/workflows/deploy.yml:14",
            ),
        ),
        Example(
            title="A job for releases and one for Sundays, in a workflow of pushes and weekdays",
            files={
                ".github/workflows/deploy.yml": (
                    "on:\n  push:\n  schedule:\n    - cron: '0 3 * * 1-5'\njobs:\n  notes:\n    if: github.event_name == 'release'\n    runs-on: ubuntu-latest\n    steps: [{run: make notes}]\n"
                    "  prune:\n    if: github.event.schedule == '0 4 * * 0'\n    runs-on: ubuntu-latest\n    steps: [{run: make prune}]\n"
                    "  nightly:\n    if: github.event_name == 'schedule' || github.event_name == 'workflow_dispatch'\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n"
                ),
                ".github/workflows/called.yml": "on: [push, workflow_call]\njobs:\n  notes:\n    if: github.event_name == 'release'\n    runs-on: ubuntu-latest\n    steps: [{run: make notes}]\n",
            },
            found=(".github/workflows/deploy.yml:7", ".github/workflows/deploy.yml:11"),
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
