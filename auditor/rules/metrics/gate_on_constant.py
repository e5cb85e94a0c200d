"""AUD231: a gate on a value that is always the same."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job
from auditor.facts.result_literals import literal_outputs
from auditor.facts.shell_effects import always_leaves
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STEP = pattern(r"steps\.([\w-]+)\.outputs\.([\w-]+)")
_NEED = pattern(r"needs\.([\w-]+)\.outputs\.([\w-]+)")
_COMPARES = frozenset({"[", "[[", "((", "test", "bc", "awk"})


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    if workflow is None:
        return
    constants = {job.id: dict(_constants(source, job)) for job in workflow.jobs}
    outputs = {(job.id, name): value for job in workflow.jobs for name, value in _declared(job, constants[job.id])}
    for job in workflow.jobs:
        for expression in job.expressions:
            if not _decides(job, expression.line):
                continue
            values = [constants[job.id].get((m.group(1), m.group(2))) for m in _STEP.finditer(expression.text)]
            values += [outputs.get((m.group(1), m.group(2))) for m in _NEED.finditer(expression.text)]
            for value in values:
                if value is not None:
                    message = f"The gate compares {expression.text[:60]!r}, which is always {value!r}."
                    yield Hit(source.path, expression.line, expression.line, message, job.id)


def _constants(source: Source, job: Job) -> Iterator[tuple[tuple[str, str], str]]:
    for unit in units_of(source):
        step = unit.step
        if unit.job is job and step is not None and step.id and step.condition.text in ("", "always()"):
            for name, (value, _) in literal_outputs(unit).items():
                yield (step.id, name), value


def _declared(job: Job, constants: dict[tuple[str, str], str]) -> Iterator[tuple[str, str]]:
    for output in job.outputs:
        match = _STEP.search(output.text)
        if "${{" not in output.text and output.text.strip():
            yield output.name, output.text.strip()
        value = constants.get((match.group(1), match.group(2))) if match else None
        if value is not None:
            yield output.name, value


def _decides(job: Job, line: int) -> bool:
    """Whether the line is a condition, or lies in a program that compares and may end the run."""
    if line in (job.condition.line, *(step.condition.line for step in job.steps)):
        return True
    for step in job.steps:
        program = step.program
        if program is not None and program.line <= line <= program.end_line:
            names = {command.name for command in all_commands(program.body)}
            return bool(names & _COMPARES) and always_leaves(program.body)
    return False


RULE = Rule(
    id="AUD231",
    name="gate-on-constant",
    category=Category.MOCKED_METRIC,
    severity=Severity.CRITICAL,
    confidence=Confidence.MEDIUM,
    question="Do the gates of the pipeline decide on values that can differ?",
    why="A gate that compares a literal with a threshold always passes. It is the strongest false statement that a pipeline can make.",
    limits="A value counts as constant where a step without condition and without any work or test writes it as a literal; it is followed through the outputs of jobs.",
    fix="Feed the gate with a value that was measured in the same run.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"github-action", "github-workflow"}),
    triggers=("github_output", "outputs"),
    check_file=_check,
    examples=(
        Example(
            title="a gate on an output that is a literal by way of a variable",
            files={
                ".github/workflows/go.yml": 'on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - id: newest\n        run: |\n          hours=6\n          echo "age=$hours" >> $GITHUB_OUTPUT\n      - run: |\n          if [ ${{ steps.newest.outputs.age }} -gt 26 ]; then\n            exit 1\n          fi\n',
            },
            found=(".github/workflows/go.yml:11",),
        ),
        Example(
            title="a gate on the output of a job that is written out",
            files={
                ".github/workflows/go.yml": "on: push\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    outputs:\n      passed: 'true'\n      count: ${{ steps.a.outputs.n }}\n    steps:\n      - id: a\n        run: make test\n  gate:\n    needs: unit\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          if [ \"${{ needs.unit.outputs.passed }}\" != true ]; then\n            exit 1\n          fi\n",
            },
            found=(".github/workflows/go.yml:16",),
        ),
        Example(
            title="A gate on a literal pass rate",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - id: rate\n        run: echo "value=97.5" >> $GITHUB_OUTPUT\n      - run: |\n          RATE=${{ steps.rate.outputs.value }}\n          if [ "$(echo "$RATE < 95" | bc)" = 1 ]; then exit 1; fi\n'
            },
            found=(".github/workflows/deploy.yml:9",),
        ),
        Example(
            title="A gate on a measured pass rate, and one on what is only told where a program finds nothing",
            files={
                ".github/workflows/ready.yml": (
                    'on: push\njobs:\n  ready:\n    runs-on: ubuntu-latest\n    steps:\n      - id: pr\n        run: |\n          if gh pr view --json number --jq .number >> "${GITHUB_OUTPUT}"; then\n            echo "found"\n'
                    '          else\n            echo "skip=true" >> "${GITHUB_OUTPUT}"\n          fi\n      - if: steps.pr.outputs.skip != \'true\'\n        run: ./ready.sh\n'
                ),
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - id: rate\n        run: echo "value=$(jq .rate report.json)" >> $GITHUB_OUTPUT\n      - run: |\n          RATE=${{ steps.rate.outputs.value }}\n          if [ "$(echo "$RATE < 95" | bc)" = 1 ]; then exit 1; fi\n',
            },
        ),
    ),
)
