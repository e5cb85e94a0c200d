"""AUD531: a workflow of checks that only others can start, and none does."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.counted_commands import is_counted
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_program import all_commands
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CALLED = "workflow_call"
_CHECKS = pattern(
    r"(?i)test|lint|scan|secur|audit|verif|valid|smoke|gate|quality|check|roll-?back|backup|restore|drill|sast|codeql"
)
_SCANS = pattern(r"(?i)codeql|trivy|semgrep|gitleaks|snyk|scan|checkov|dependency-review|sonar")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    workflows = list(facts.of(GithubWorkflow))
    called = {job.uses.text.partition("@")[0].rpartition("/")[2] for _, one in workflows for job in one.jobs}
    if not any(trigger.name in ("push", "pull_request") for _, one in workflows for trigger in one.triggers):
        return  # a library of workflows: those who call them live elsewhere
    for file, workflow in workflows:
        if {one.name for one in workflow.triggers} != {_CALLED} or file.name in called:
            continue
        if _is_check(file.name, workflow):
            line = workflow.triggered_by(_CALLED).line
            message = (
                "This workflow runs when another one calls it, and none of the repository does: its checks never run."
            )
            yield Hit(file.path, line, line, message)


def _is_check(name: str, workflow: GithubWorkflow) -> bool:
    if _CHECKS.search(f"{name} {workflow.name}"):
        return True
    steps = [step for job in workflow.jobs for step in job.steps]
    return any(_SCANS.search(step.action) for step in steps) or any(
        is_counted(command) for step in steps if step.program for command in all_commands(step.program.body)
    )


_OWN = "name: Security\non:\n  workflow_call:\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - run: semgrep scan --error\n"
_CI = "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n"

RULE = Rule(
    id="AUD531",
    name="reusable-never-called",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does some workflow call every reusable workflow of checks?",
    why="A reusable workflow has no other start: the scan that it holds runs for nobody until a job says `uses:`.",
    limits="Workflows whose only trigger is `workflow_call` and that check, deploy or go back, in repositories with a workflow that pushes start; callers in other repositories are not seen.",
    fix="Call it from the pipeline (`uses: ./.github/workflows/...`), or give it a trigger.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="a scan that nothing calls",
            files={".github/workflows/security.yml": _OWN, ".github/workflows/ci.yml": _CI},
            found=(".github/workflows/security.yml:3",),
        ),
        Example(
            title="a scan that is called",
            files={
                ".github/workflows/security.yml": _OWN,
                ".github/workflows/ci.yml": f"{_CI}  scan:\n    uses: ./.github/workflows/security.yml\n",
            },
        ),
        Example(title="a library of workflows", files={".github/workflows/security.yml": _OWN}),
    ),
)
