"""AUD404: a job or step that can never run."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.gitlab_jobs import GitlabGroup, gitlab_groups
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Setting, Step
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STAGES = {"build", "test", "deploy"}
_FAILURE = pattern(r"(^|[^!\w])failure\(\)")
_ALTERNATIVE = pattern(r"\|\|")
_RUNS_ALL_THE_SAME = pattern(r"\b(?:always|cancelled|failure)\(\)|\.result\b")
_SUCCEEDED = pattern(r"needs\.([\w-]+)\.result\s*==\s*'success'")
_EVENT = pattern(r"(?:^|[^!(]|&&\s*\()\s*github\.event_name\s*==\s*'([^']+)'")
_SCHEDULE = pattern(r"github\.event\.schedule\s*==\s*'([^']+)'")
_NEVER = pattern(r"^\s*(\$\{\{\s*)?(false|0|'')(\s*&&.*)?(\s*\}\})?\s*$|^\s*false\s*&&")


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for file, workflow in repository.of(GithubWorkflow):
        yield from _missing_needs(file.path, workflow.jobs, {job.id for job in workflow.jobs})
        yield from _cycles(file.path, workflow.jobs)
        for job in workflow.jobs:
            yield from _conditions(file.path, job)
            yield from _foreign_events(file.path, job, workflow)
        yield from _behind_never(file.path, workflow.jobs)
    for group in repository.derive(gitlab_groups):
        yield from _in_group(group)


def _in_group(group: GitlabGroup) -> Iterator[Hit]:
    for path in sorted({path for path, _ in group.jobs}):
        jobs = tuple(job for place, job in group.jobs if place == path)
        if group.complete:
            yield from _missing_needs(path, jobs, group.names)
            yield from _missing_stages(path, jobs, group)
        yield from _cycles(path, jobs)
        for job in jobs:
            if job.never.is_set and job.line <= job.never.line <= job.end_line:
                message = f"The {job.never.name!r} of the job {job.id!r} let it never run: {job.never.text}."
                yield Hit(path, job.never.line, job.never.line, message, job.id)
    for path, one in (*group.jobs, *group.templates) if group.complete else ():
        for base in [base for name, base in group.extends if name == one.id and base not in group.names]:
            line = next((key.line for key in one.keys if key.name == "extends"), one.line)
            message = f"The job {one.id!r} extends {base!r}, and there is no such job or template."
            yield Hit(path, line, line, message, one.id, Severity.CRITICAL)


def _missing_stages(path: str, jobs: tuple[Job, ...], group: GitlabGroup) -> Iterator[Hit]:
    stages = {one.text for one in group.stages} | {".pre", ".post"} | (set() if group.stages else _STAGES)
    for job in jobs:
        stage = next((key for key in job.keys if key.name == "stage"), None)
        own = stage is not None and job.line <= stage.line <= job.end_line
        if stage is not None and own and stage.text and stage.text not in stages and "$" not in stage.text:
            message = f"The job {job.id!r} is in the stage {stage.text!r}, which 'stages' does not list."
            yield Hit(path, stage.line, stage.line, message, job.id, Severity.CRITICAL)


def _missing_needs(path: str, jobs: tuple[Job, ...], known: Collection[str]) -> Iterator[Hit]:
    for job in jobs:
        for need in job.needs:
            if need.job not in known and "$" not in need.job:
                message = f"The job {job.id!r} needs {need.job!r}, and there is no such job."
                yield Hit(path, need.line, need.line, message, job.id, Severity.CRITICAL)


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


def _foreign_events(path: str, job: Job, workflow: GithubWorkflow) -> Iterator[Hit]:
    """Conditions on events and schedules that do not start the workflow."""
    events = {one.name for one in workflow.triggers}
    if not events or "workflow_call" in events or "repository_dispatch" in events:
        return  # whoever calls the workflow brings his own event
    schedules = {one.text for one in workflow.schedules}
    for condition, what in ((job.condition, f"job {job.id!r}"), *((one.condition, _named(one)) for one in job.steps)):
        if _ALTERNATIVE.search(condition.text):
            continue
        asked = next((one for one in _EVENT.finditer(condition.text) if one.group(1) not in events), None)
        planned = next((one for one in _SCHEDULE.finditer(condition.text) if one.group(1) not in schedules), None)
        if asked is not None:
            message = (
                f"The {what} waits for the event {asked.group(1)!r}, which does not start this workflow: it never runs."
            )
            yield Hit(path, condition.line, condition.line, message, job.id)
        elif planned is not None:
            message = f"The {what} waits for the schedule {planned.group(1)!r}, which this workflow does not have: it never runs."
            yield Hit(path, condition.line, condition.line, message, job.id)


def _named(step: Step) -> str:
    return f"step {step.name or step.uses.text!r}"


def _behind_never(path: str, jobs: tuple[Job, ...]) -> Iterator[Hit]:
    """Jobs that need one that never runs: what is skipped skips them too, unless their condition says otherwise."""
    dead = {job.id for job in jobs if _NEVER.search(job.condition.text)}
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
        "Only what the files themselves rule out counts: missing and circular needs, failure() without needs, false, events and schedules that start nothing; of GitLab also stages and "
        "templates that are not there, and rules that all say never. Where a pipeline includes files of other projects, or its own that could not be read, nothing is missing."
    ),
    fix="Name the jobs that must be done (or fail) before in 'needs', or remove the job.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"github-workflow", "gitlab-ci"}),
    check_repository=_check,
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
            title="GitLab: a job, a stage and a template that are in no file, and rules that all say never",
            files={
                ".gitlab-ci.yml": (
                    "include:\n  - local: /.gitlab/deploy.yml\n  - local: /.gitlab/planned.yml\nstages: [test, release]\nunit:\n  stage: test\n  script: make test\n"
                    "off:\n  stage: test\n  script: make scan\n  rules:\n    - when: never\n"
                ),
                ".gitlab/deploy.yml": (
                    "deploy:\n  stage: deploy\n  extends: .kubernetes\n  needs: [unit, integration]\n  script: make deploy\n"
                ),
            },
            found=(".gitlab-ci.yml:11", ".gitlab/deploy.yml:2", ".gitlab/deploy.yml:3", ".gitlab/deploy.yml:4"),
        ),
        Example(
            title="GitLab: jobs, stages and templates of included files, and of a project that cannot be seen",
            files={
                ".gitlab-ci.yml": (
                    "include:\n  - local: .gitlab/base.yml\nstages: [test, release]\ntest:\n  extends: .base\n  needs: [prepare]\n  script: make\n"
                ),
                ".gitlab/base.yml": ".base:\n  stage: test\n  image: python\nprepare:\n  stage: test\n  script: make prepare\n",
                "other/.gitlab-ci.yml": "include:\n  - project: shared/ci\n    file: base.yml\ntest:\n  stage: check\n  extends: .shared\n  needs: [set-up]\n",
            },
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
