"""AUD720: an expression reads an output that nobody declares."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NEED = pattern(r"\bneeds\.([\w-]+)\.(outputs\.([\w-]+)|result)")
_STEP = pattern(r"\bsteps\.([\w-]+)\.(outputs|outcome|conclusion)\b")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    for job in workflow.jobs if workflow is not None else ():
        seen: set[tuple[int, str]] = set()
        for expression in job.expressions:
            for message in (*_needs(workflow, job, expression.text), *_steps(job, expression.text)):
                if (expression.line, message) not in seen:
                    seen.add((expression.line, message))
                    yield Hit(source.path, expression.line, expression.line, message, job.id)


def _needs(workflow: GithubWorkflow | None, job: Job, text: str) -> Iterator[str]:
    assert workflow is not None
    needed = {need.job for need in job.needs}
    for match in _NEED.finditer(text):
        name, output = match.group(1), match.group(3)
        other = workflow.job(name)
        if name not in needed:
            yield f"The job {job.id!r} reads from needs.{name}, and does not need that job: the value is empty."
        elif (
            other is not None and output and not other.uses.is_set and output not in {one.name for one in other.outputs}
        ):
            yield f"The job {name!r} declares no output {output!r}: the value is empty."


def _steps(job: Job, text: str) -> Iterator[str]:
    known = {step.id for step in job.steps}
    for match in _STEP.finditer(text):
        if match.group(1) not in known:
            yield f"No step of the job {job.id!r} has the id {match.group(1)!r}: the value is empty."


RULE = Rule(
    id="AUD720",
    name="undeclared-job-output",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Is every output that expressions read declared by the job or step that they name?",
    why="An output that nobody declares is an empty text: a version, pass rate or backup id that silently is nothing.",
    limits="Read are needs.<job>.outputs, needs.<job>.result and steps.<id>; outputs of reusable workflows and of actions are not known.",
    fix="Declare the output in the job's 'outputs', name the job in 'needs', or give the step the id.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"github-workflow"}),
    triggers=("needs.", "steps."),
    check_file=_check,
    examples=(
        Example(
            title="An output that is not declared, a job that is not needed, a step without that id",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    outputs:\n      version: ${{ steps.v.outputs.version }}\n    steps:\n      - run: echo "version=1" >> $GITHUB_OUTPUT\n  deploy:\n    needs: build\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh ${{ needs.build.outputs.pass_rate }}\n      - run: ./restore.sh ${{ needs.backup.outputs.id }}\n'
            },
            found=(
                ".github/workflows/deploy.yml:6",
                ".github/workflows/deploy.yml:13",
                ".github/workflows/deploy.yml:14",
            ),
        ),
        Example(
            title="Outputs that are declared",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    outputs:\n      version: ${{ steps.v.outputs.version }}\n    steps:\n      - id: v\n        run: echo "version=1" >> $GITHUB_OUTPUT\n  deploy:\n    needs: build\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh ${{ needs.build.outputs.version }}\n'
            },
        ),
    ),
)
