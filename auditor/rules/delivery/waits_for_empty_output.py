"""AUD522: a job runs where an output has a value, and nothing gives it one."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.source import Source
from auditor.facts.step_writes import written_outputs
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WANTED = pattern(r"\bneeds\.([\w-]+)\.outputs\.([\w-]+)\s*==\s*(?:'[^']+'|true\b)")
_STEP = pattern(r"^\s*\$\{\{\s*steps\.([\w-]+)\.outputs\.([\w-]+)\s*\}\}\s*$")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    if workflow is None:
        return
    jobs = {job.id.lower(): job for job in workflow.jobs}
    for job in workflow.jobs:
        text = job.condition.text
        if "||" in text or "!" in text.replace("!=", ""):
            continue
        for match in _WANTED.finditer(text):
            other = jobs.get(match.group(1).lower())
            if other is not None and not other.uses.is_set and _is_empty(other, match.group(2).lower()):
                message = f"The job {job.id!r} runs where {match.group(2)!r} of {other.id!r} has a value, and nothing sets that: it never runs."
                yield Hit(source.path, job.condition.line, job.condition.line, message, job.id)
                break


def _is_empty(job: Job, name: str) -> bool:
    """Whether an output of a job is certainly an empty text: not declared, or taken from a step that does not set it."""
    declared = next((one for one in job.outputs if one.name.lower() == name), None)
    if declared is None:
        return True
    match = _STEP.search(declared.text)
    if match is None:
        return False
    step = next((one for one in job.steps if one.id.lower() == match.group(1).lower()), None)
    if step is None:
        return True
    written = written_outputs(step) if step.program is not None else None
    return written is not None and match.group(2).lower() not in written


_WORKFLOW = (
    "on: push\njobs:\n  plan:\n    runs-on: ubuntu-latest\n    outputs:\n      changed: ${{ steps.look.outputs.changed }}\n      list: ${{ steps.look.outputs.list }}\n    steps:\n"
    '      - uses: actions/checkout@v4\n      - id: look\n        run: echo "list=$(jq -c . list.json)" >> "$GITHUB_OUTPUT"\n'
    "  slow:\n    needs: plan\n    if: github.event_name == 'push' && needs.plan.outputs.changed == 'true'\n    runs-on: ubuntu-latest\n    steps: [{run: make slow}]\n"
)

RULE = Rule(
    id="AUD522",
    name="waits-for-empty-output",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every output set on which the running of a job depends?",
    why="A job that is skipped is green: the integration tests behind `changed == 'true'` have never run, and nobody notices.",
    limits="Comparisons with a literal in conditions without an alternative, outputs of jobs of the same workflow, and steps whose program is known to set others only.",
    fix="Set the output in the step, or take the condition away.",
    since="0.8.0",
    effort=10,
    reads=frozenset({"github-workflow"}),
    triggers=(".outputs.",),
    check_file=_check,
    examples=(
        Example(
            title="an output that the step does not set",
            files={".github/workflows/ci.yml": _WORKFLOW},
            found=(".github/workflows/ci.yml:14",),
        ),
        Example(
            title="an output that no job declares",
            files={".github/workflows/ci.yml": _WORKFLOW.replace("outputs.changed ==", "outputs.touched ==")},
            found=(".github/workflows/ci.yml:14",),
        ),
        Example(
            title="outputs that are set, may be set by an action, or are one way of two",
            files={
                ".github/workflows/set.yml": _WORKFLOW.replace("outputs.changed ==", "outputs.list =="),
                ".github/workflows/action.yml": _WORKFLOW.replace(
                    '        run: echo "list=$(jq -c . list.json)" >> "$GITHUB_OUTPUT"\n',
                    "        uses: acme/look@v1\n",
                ),
                ".github/workflows/two.yml": _WORKFLOW.replace("'push' &&", "'push' ||"),
                ".github/workflows/program.yml": _WORKFLOW.replace("$(jq -c . list.json)", "$(./list)"),
            },
        ),
    ),
)
