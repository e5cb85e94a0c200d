"""AUD400: a condition asks for a choice that the workflow does not offer."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Setting
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ASKED = pattern(r"(?:^|[^.\w])(?:github\.event\.)?inputs\.([\w-]+)\s*([!=]=)\s*'([^']*)'")
_SHOWN = 5


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    if workflow is None:
        return
    free = {one.name for one in workflow.called_inputs}
    offered = {one.name: one.options for one in workflow.inputs if one.options and one.name not in free}
    for job in workflow.jobs:
        for condition in (job.condition, *(step.condition for step in job.steps)):
            for name, sign, wanted in _asked(condition):
                # texts are equal in whatever letters: https://docs.github.com/en/actions/reference/evaluate-expressions-in-workflows-and-actions
                if name in offered and wanted and wanted.lower() not in {one.lower() for one in offered[name]}:
                    always = "never holds" if sign == "==" else "always holds"
                    shown = ", ".join(repr(one) for one in offered[name][:_SHOWN])
                    message = f"The input {name!r} is a choice of {shown}: that it is {wanted!r} is never so, and the comparison {always}."
                    yield Hit(source.path, condition.line, condition.line, message, job.id)


def _asked(condition: Setting) -> Iterator[tuple[str, str, str]]:
    for match in _ASKED.finditer(condition.text):
        if "${{" in match.group(3):
            continue  # an expression within a condition makes a text of the whole, and is no literal value
        yield match.group(1), match.group(2), match.group(3)


_HEAD = (
    "on:\n  workflow_dispatch:\n    inputs:\n      target:\n        type: choice\n        options: [staging, production]\n"
    "jobs:\n  ship:\n    runs-on: ubuntu-24.04\n"
)

RULE = Rule(
    id="AUD400",
    name="choice-never-offered",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every condition ask for a choice that whoever starts the workflow has?",
    why="The form offers `production`, the condition waits for `prod`: the job is skipped, and the run is green.",
    limits="Conditions of jobs and steps on inputs of type choice, in workflows started by hand; inputs of the same name that callers give may hold anything.",
    fix="Compare with a value that is offered.",
    since="0.6.0",
    effort=5,
    reads=frozenset({"github-workflow"}),
    triggers=("options",),
    check_file=_check,
    examples=(
        Example(
            title="another word for production",
            files={
                ".github/workflows/ship.yml": _HEAD
                + "    if: github.event.inputs.target == 'prod' || startsWith(github.ref, 'refs/tags/v')\n    steps:\n      - if: inputs.target != 'live'\n        run: ./check.sh\n",
            },
            found=(".github/workflows/ship.yml:10", ".github/workflows/ship.yml:12"),
        ),
        Example(
            title="a choice that is offered, none at all, and an input of callers",
            files={
                ".github/workflows/ship.yml": _HEAD
                + "    if: inputs.target == 'Production' && inputs.target != ''\n    steps:\n      - if: inputs.target == '${{ vars.PLACE }}'\n        run: ./ship.sh\n",
                ".github/workflows/called.yml": _HEAD.replace(
                    "on:\n", "on:\n  workflow_call:\n    inputs:\n      target:\n        type: string\n"
                )
                + "    if: inputs.target == 'prod'\n    steps:\n      - run: ./ship.sh\n",
            },
        ),
    ),
)
