"""AUD751: a workflow or action of the repository is called with an input that it does not take, or without one that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.called_workflow import local_action, local_workflow
from auditor.facts.checkouts import brings_other_files
from auditor.facts.github_action import GithubAction
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pipeline_model import Input, Job, Setting
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OF_CONTAINERS = frozenset({"args", "entrypoint"})


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    for file, workflow in repository.of(GithubWorkflow):
        for job in workflow.jobs:
            yield from _workflow_call(repository, file.path, job)
            yield from _actions(repository, file.path, job)
    for file, action in repository.of(GithubAction):
        yield from _actions(repository, file.path, action.job)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    path: str
    what: str
    uses: Setting
    given: tuple[Setting, ...]
    symbol: str


def _workflow_call(repository: RepositoryFacts, path: str, job: Job) -> Iterator[Hit]:
    called = local_workflow(repository, job.uses.text)
    if called is None:
        return
    if not called.triggered_by("workflow_call").is_set:
        message = (
            f"The job {job.id!r} calls {job.uses.text!r}, which cannot be called: it has no trigger workflow_call."
        )
        yield Hit(path, job.uses.line, job.uses.line, message, job.id, Severity.HIGH)
        return
    call = _Call(path=path, what="workflow", uses=job.uses, given=job.inputs, symbol=job.id)
    yield from _compared(call, called.called_inputs)


def _actions(repository: RepositoryFacts, path: str, job: Job) -> Iterator[Hit]:
    for step in job.steps:
        action = None if brings_other_files(job) else local_action(repository, step.uses.text)
        whole = next((key.text for key in step.keys if key.name == "with"), "")
        if action is None or whole:  # an expression gives all inputs at once
            continue
        symbol = f"{job.id}/{step.name or step.uses.text}"
        call = _Call(path=path, what="action", uses=step.uses, given=step.inputs, symbol=symbol)
        yield from _compared(call, action.inputs)


def _compared(call: _Call, declared: tuple[Input, ...]) -> Iterator[Hit]:
    known = {one.name.lower() for one in declared} | (_OF_CONTAINERS if call.what == "action" else frozenset())
    called = f"The {call.what} {call.uses.text!r}"
    for one in call.given:
        if one.name.lower() not in known:
            message = f"{called} declares no input {one.name!r}: what is passed goes nowhere."
            yield Hit(call.path, one.line, one.line, message, call.symbol)
    passed = {one.name.lower() for one in call.given}
    missing = [one.name for one in declared if one.required and not one.default and one.name.lower() not in passed]
    if missing:
        message = f"{called} requires the input {missing[0]!r}, and is not given it."
        yield Hit(call.path, call.uses.line, call.uses.line, message, call.symbol)


RULE = Rule(
    id="AUD751",
    name="input-mismatch",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Do callers give the workflows and actions of the repository the inputs that these declare?",
    why="GitHub refuses a workflow call with a wrong or missing input, and ignores a wrong input of an action: it works with its default, or with nothing.",
    limits="Only workflows and actions of the same repository, called by their path, are compared.",
    fix="Name the input as it is declared, pass what is required, or declare it.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"github-workflow", "github-action"}),
    check_repository=_check,
    examples=(
        Example(
            title="A misspelt input of a workflow, one that is left out, and a workflow that cannot be called",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  deploy:\n    uses: ./.github/workflows/deploy.yml\n    with:\n      environmnet: production\n"
                    "  other:\n    uses: ./.github/workflows/nightly.yml\n"
                ),
                ".github/workflows/deploy.yml": (
                    "on:\n  workflow_call:\n    inputs:\n      environment:\n        required: true\n        type: string\n"
                    "jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps: [{run: make deploy}]\n"
                ),
                ".github/workflows/nightly.yml": "on: push\njobs:\n  run:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n",
            },
            found=(
                ".github/workflows/release.yml:4",
                ".github/workflows/release.yml:6",
                ".github/workflows/release.yml:8",
            ),
        ),
        Example(
            title="An input that an action does not take",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - uses: ./.github/actions/set-up\n        with:\n          python: '3.12'\n          cache: pip\n"
                ),
                ".github/actions/set-up/action.yml": "name: set up\ninputs:\n  python:\n    required: true\nruns:\n  using: composite\n  steps: []\n",
            },
            found=(".github/workflows/ci.yml:10",),
        ),
        Example(
            title="Inputs as they are declared, with a default, and in other letters",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  deploy:\n    uses: ./.github/workflows/deploy.yml\n    with:\n      Environment: production\n"
                ),
                ".github/workflows/deploy.yml": (
                    "on:\n  workflow_call:\n    inputs:\n      environment:\n        required: true\n        type: string\n"
                    "      level: {required: true, default: info, type: string}\n"
                    "jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps: [{run: make deploy}]\n"
                ),
            },
        ),
    ),
)
