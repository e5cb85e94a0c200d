"""AUD451: nothing ever starts the workflow, or not as it says."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.base import Unreadable
from auditor.facts.cron import never_comes
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.glob import matches
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SPECIAL = pattern(r"[?+\[\]\\$]")
_MADE_BY_GITHUB = pattern(
    r"(?i)pages[- ]build|^codeql|^dependabot|^dependency (graph|review)|submission|^copilot|^claude|\$\{\{"
)


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    workflows = [(file.path, fact) for file, fact in repository.of(GithubWorkflow)]
    for path, workflow in workflows:
        yield from _filters(repository, path, workflow)
        yield from _schedules(path, workflow)
    if not any(file.path.startswith(".github/workflows/") for file, _ in repository.of(Unreadable)):
        names = {fact.name or path for path, fact in workflows}
        for path, workflow in workflows:
            yield from _follows(path, workflow, names)


def _filters(repository: RepositoryFacts, path: str, workflow: GithubWorkflow) -> Iterator[Hit]:
    for event in dict.fromkeys(one.name for one in workflow.filters):
        filters = [one for one in workflow.filters if one.name == event]
        wanted = [one for one in filters if not one.text.startswith("!")]
        if not wanted or any(_SPECIAL.search(one.text) for one in wanted):
            continue
        if not any(matches(one.text, file) for one in wanted for file in repository.all_paths):
            message = (
                f"No file of the repository is one of the paths of {event!r}: that event never starts the workflow."
            )
            yield Hit(path, wanted[0].line, wanted[-1].line, message, event)


def _schedules(path: str, workflow: GithubWorkflow) -> Iterator[Hit]:
    for schedule in workflow.schedules:
        reason = never_comes(schedule.text) if "$" not in schedule.text else ""
        if reason:
            message = f"The schedule {schedule.text!r} never comes: {reason}."
            yield Hit(path, schedule.line, schedule.line, message, "schedule")


def _follows(path: str, workflow: GithubWorkflow, names: set[str]) -> Iterator[Hit]:
    for one in workflow.follows:
        if one.text not in names and not _MADE_BY_GITHUB.search(one.text) and "*" not in one.text:
            message = f"The workflow runs after {one.text!r}, and no workflow has that name."
            yield Hit(path, one.line, one.line, message, "workflow_run")


RULE = Rule(
    id="AUD451",
    name="never-triggered",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Can every trigger of the workflow come about?",
    why="A scan, test or deployment that nothing starts is never run, and no red mark tells.",
    limits=(
        "Paths are compared with the files of this commit; filters of signs whose meaning is GitHub's own are left alone. "
        "Workflows that wait to be called are not judged: other repositories may call them."
    ),
    fix="Mend the path, name or schedule, call the workflow, or remove it.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="Paths that are gone, a workflow of another name, and the 31st of February",
            files={
                ".github/workflows/deploy.yml": (
                    "name: Deploy\non:\n  push:\n    paths:\n      - 'backend/**'\n      - '!backend/docs/**'\n  workflow_run:\n    workflows: [Tests]\n"
                    "  schedule:\n    - cron: '0 3 31 2 *'\n    - cron: '0 24 * * *'\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps: [{run: make deploy}]\n"
                ),
                ".github/workflows/ci.yml": "name: CI\non: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{run: make test}]\n",
                "services/api.py": "A = 1\n",
            },
            found=(
                ".github/workflows/deploy.yml:5",
                ".github/workflows/deploy.yml:8",
                ".github/workflows/deploy.yml:10",
                ".github/workflows/deploy.yml:11",
            ),
        ),
        Example(
            title="Triggers that come about, and a workflow for other repositories",
            files={
                ".github/workflows/deploy.yml": (
                    "name: Deploy\non:\n  push:\n    paths:\n      - '**.py'\n      - 'gone/**'\n  workflow_run:\n    workflows: [Deploy, pages-build-deployment]\n"
                    "  schedule:\n    - cron: '*/15 2-4 29 feb *'\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps: [{run: make deploy}]\n"
                ),
                ".github/workflows/shared.yml": "on: workflow_call\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{run: make test}]\n",
                "services/api.py": "A = 1\n",
            },
        ),
    ),
)
