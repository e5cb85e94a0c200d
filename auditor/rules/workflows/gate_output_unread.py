"""AUD940: a job gives on whether its gate was passed, and no job asks."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_GATE = pattern(
    r"(?i)(?:^|[-_])(?:pass(?:ed)?|gate|approved|allowed|healthy|no-?go|verdict|blocked|ok|safe)$|^(?:should|can|is)[-_](?:deploy|release|promote|proceed)"
)
_ASKED = pattern(r"needs\.([\w-]+)\.outputs\.([\w-]+)")
_QUOTED = pattern(r"'([\w-]+)'")
_WHOLE = pattern(r"(?i)tojson\(\s*needs\b|needs\.\*|tojson\(\s*jobs\b|outputs\s*\[|outputs\.\*")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    if workflow is None or workflow.triggered_by("workflow_call").is_set:
        return
    texts = [one.text for one in workflow.expressions] + [one.text for job in workflow.jobs for one in job.expressions]
    told = "\n".join([*texts, *(job.condition.text for job in workflow.jobs)]).lower()
    if _WHOLE.search(told):
        return
    asked = {(match.group(1), match.group(2)) for match in _ASKED.finditer(told)}
    quoted = {match.group(1) for match in _QUOTED.finditer(told)}
    for job in workflow.jobs if len(workflow.jobs) > 1 else ():
        for output in job.outputs:
            key = (job.id.lower(), output.name.lower())
            read = key in asked or key[1] in quoted
            if _GATE.search(output.name) and not read:
                message = f"No job asks for the output {output.name!r} of {job.id!r}: this gate closes nothing."
                yield Hit(source.path, output.line, output.line, message, job.id)


_WORKFLOW = (
    "on: push\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    outputs:\n      tests-pass: ${{ steps.t.outputs.pass }}\n      load-pass: ${{ steps.l.outputs.pass }}\n      version: ${{ steps.l.outputs.version }}\n      go: ${{ steps.l.outputs.go }}\n"
    "    steps:\n      - id: t\n        run: make test\n      - id: l\n        run: make load\n  deploy:\n    needs: gate\n    if: needs.gate.outputs.tests-pass == 'true'\n    runs-on: ubuntu-latest\n    steps:\n      - run: make deploy\n"
)

RULE = Rule(
    id="AUD940",
    name="gate-output-unread",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does some job ask for the verdict of every gate that gives one on?",
    why="A gate that only writes `pass=false` stops nothing by itself: the job is green, and the deployment that should have asked goes on.",
    limits="Judged are outputs of jobs that are named for a verdict, in workflows that nobody calls, where no expression takes all outputs of a job.",
    fix="Ask for it in the condition of the jobs that it is to hold back, or let the step fail.",
    since="0.9.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    check_file=_check,
    examples=(
        Example(
            title="one verdict of two is asked for",
            files={".github/workflows/ci.yml": _WORKFLOW},
            found=(".github/workflows/ci.yml:7",),
        ),
        Example(
            title="both are, and a workflow that others call",
            files={
                ".github/workflows/ci.yml": _WORKFLOW.replace(
                    "== 'true'", "== 'true' && needs.gate.outputs.load-pass == 'true'"
                ),
                ".github/workflows/called.yml": _WORKFLOW.replace("on: push", "on: [push, workflow_call]"),
            },
        ),
    ),
)
