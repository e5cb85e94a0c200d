"""AUD503: an action of others that is not pinned."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_BRANCH = pattern(r"^(main|master|develop|dev|trunk|latest|head|HEAD)$")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    for job in workflow.jobs if workflow is not None else ():
        for uses in (job.uses, *(step.uses for step in job.steps)):
            name, _, version = uses.text.partition("@")
            if name.startswith(("./", "$/", "docker://", "actions/", "github/")) or "/" not in name:
                continue
            if not version or _BRANCH.search(version):
                message = f"The action {name!r} is taken from {version or 'no version'!r}: what it does may change at any time."
                yield Hit(source.path, uses.line, uses.line, message, job.id)


RULE = Rule(
    id="AUD503",
    name="unpinned-action",
    category=Category.DELIVERY,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    question="Are the actions of others pinned to a version?",
    why="A branch of somebody else's action is whatever its owner, or who took over the account, pushed last; it runs with the secrets of the job.",
    limits="Counts are actions by branch (main, master, develop, latest) or without version, other than those of GitHub and of the same repository.",
    fix="Pin the action to a release, better to the commit of one.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"github-workflow"}),
    triggers=("uses:",),
    check_file=_check,
    examples=(
        Example(
            title="An action by branch",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: somebody/scan@main\n"
            },
            found=(".github/workflows/deploy.yml:6",),
        ),
        Example(
            title="Actions by version",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: $/.github/actions/build\n      - uses: somebody/scan@v2\n"
            },
        ),
    ),
)
