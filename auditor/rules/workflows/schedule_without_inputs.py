"""AUD413: a scheduled run starts jobs that need an input which nobody gives."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.shell_program import ShellProgram, all_commands
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_INPUT = pattern(r"(?:github\.event\.)?inputs\.([\w-]+)")
_BY_EVENT = pattern(r"github\.event_name|github\.event\.|inputs\.")

_EMPTY = pattern(r"(?:^|\s)-[nz]\s|[=!]=?\s*(?:\"\"|''|$|\]|\x29)")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    if workflow is None:
        return
    unattended = [one for one in workflow.triggers if one.name in ("schedule", "push", "pull_request")]
    required = {one.name for one in workflow.inputs if one.required and not one.default}
    if not unattended or not required:
        return
    for job in workflow.jobs:
        missing = sorted(required & _used(job))
        if missing and not job.needs and not _BY_EVENT.search(job.condition.text):
            trigger = unattended[0]
            message = f"A run started by {trigger.name!r} has no input {missing[0]!r}, and the job {job.id!r} uses it."
            yield Hit(source.path, trigger.line, trigger.line + 2, message, job.id)
            return


def _used(job: Job) -> set[str]:
    programs = [step.program for step in job.steps if step.program is not None and not _asks_event(step.program)]
    ran = [one for one in job.expressions if any(part.line <= one.line <= part.end_line for part in programs)]
    texts = [one.text for one in ran if "||" not in one.text]
    tests = [one.text for part in programs for one in all_commands(part.body) if one.name in ("[", "[[", "test")]
    asked = {match.group(1) for text in tests if _EMPTY.search(text) for match in _INPUT.finditer(text)}
    return {match.group(1) for text in texts for match in _INPUT.finditer(text)} - asked


def _asks_event(program: ShellProgram) -> bool:
    """Whether a program asks what has started it."""
    tests = (one.text for one in all_commands(program.body) if one.name in ("[", "[[", "test"))
    return any("github.event_name" in text or "GITHUB_EVENT_NAME" in text for text in tests)


RULE = Rule(
    id="AUD413",
    name="schedule-without-inputs",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every way to start the workflow give the inputs that its jobs require?",
    why="A scheduled run has no inputs: a job that needs one works with an empty text, or fails every time.",
    limits="Only inputs that are required and have no default count, in jobs without a condition on the event; a program that asks whether the input is empty is taken to know what to do then.",
    fix="Give the job a condition on github.event_name, a default to the input, or the schedule its own workflow.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"github-workflow"}),
    triggers=("workflow_dispatch",),
    check_file=_check,
    examples=(
        Example(
            title="A nightly run of a deployment that needs a version",
            files={
                ".github/workflows/deploy.yml": (
                    "on:\n  workflow_dispatch:\n    inputs:\n      version:\n        required: true\n  schedule:\n    - cron: '0 2 * * *'\n"
                    "jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh ${{ inputs.version }}\n"
                )
            },
            found=(".github/workflows/deploy.yml:6",),
        ),
        Example(
            title="A program that asks whether the input is empty",
            files={
                ".github/workflows/deploy.yml": (
                    "on:\n  workflow_dispatch:\n    inputs:\n      version:\n        required: true\n  push:\n    tags: ['v*']\n"
                    'jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          if [ -n "${{ inputs.version }}" ]; then\n'
                    '            version="${{ inputs.version }}"\n          else\n            version="$GITHUB_REF_NAME"\n          fi\n          ./deploy.sh "$version"\n'
                )
            },
        ),
        Example(
            title="A program that asks what has started it",
            files={
                ".github/workflows/deploy.yml": (
                    "on:\n  workflow_dispatch:\n    inputs:\n      version:\n        required: true\n  push:\n    tags: ['v*']\n"
                    'jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          if [[ "${{ github.event_name }}" == "workflow_dispatch" ]]; then\n'
                    '            version="${{ inputs.version }}"\n          else\n            version="$GITHUB_REF_NAME"\n          fi\n          ./deploy.sh "$version"\n'
                )
            },
        ),
        Example(
            title="A job with a condition on the event",
            files={
                ".github/workflows/deploy.yml": (
                    "on:\n  workflow_dispatch:\n    inputs:\n      version:\n        required: true\n  schedule:\n    - cron: '0 2 * * *'\n"
                    "jobs:\n  deploy:\n    if: github.event_name == 'workflow_dispatch'\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - run: ./deploy.sh ${{ inputs.version }}\n"
                )
            },
        ),
    ),
)
