"""AUD232: a condition that is always true."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import If, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TRUE = pattern(r"^\s*(\$\{\{\s*)?(true|always\(\)\s*\|\|.*|.*\|\|\s*true)(\s*\}\})?\s*$")
_TEXT_AROUND = pattern(r"^\s*\$\{\{[^}]*\}\}\s*\S|\S\s*\$\{\{[^}]*\}\}\s*$")
_WHOLE = pattern(r"^\s*(\$\{\{[^}]*\}\}|!\s*\$\{\{.*)\s*$")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    for job in workflow.jobs if workflow is not None else ():
        for condition in (job.condition, *(step.condition for step in job.steps)):
            if _is_true(condition.text):
                message = f"The condition {condition.text[:60]!r} is always true."
                yield Hit(source.path, condition.line, condition.line, message, job.id)
    for unit in units_of(source):
        if not unit.function:
            yield from _status_of_nothing(source, unit)


def _is_true(text: str) -> bool:
    if _TRUE.search(text):
        return True
    return _TEXT_AROUND.search(text) is not None and not _WHOLE.search(text) and text.count("${{") == 1


def _status_of_nothing(source: Source, unit: Unit) -> Iterator[Hit]:
    """``$?`` in the first command of a step: nothing ran before it."""
    first = unit.body[0] if unit.body and unit.step is not None else None
    if not isinstance(first, If) or not first.branches:
        return
    tests = [command for command in all_commands(first.branches[0].condition) if "$?" in command.texts]
    if tests and first.branches[0].body:
        line = first.branches[0].body[0].line
        message = "The step asks for the exit status of a command, and none ran before: it is always 0."
        yield Hit(source.path, first.line, line, message, unit.symbol)


RULE = Rule(
    id="AUD232",
    name="always-true-condition",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can every condition of the pipeline be false?",
    why="A condition that is always true guards nothing: whatever it announces as checked was not.",
    limits="Only what the text itself proves counts: a literal, an expression with text around it (which makes it a non-empty text, and so true), and an exit status that is asked for before any command.",
    fix="Write the condition that is meant, or remove it.",
    since="0.1.0",
    effort=20,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    check_file=_check,
    examples=(
        Example(
            title="An exit status of nothing, and an expression that is a text",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          if [ $? -eq 0 ]; then echo \"pipeline passed\"; fi\n      - if: ${{ github.ref }} == 'refs/heads/main'\n        run: ./deploy.sh\n"
            },
            found=(".github/workflows/deploy.yml:7", ".github/workflows/deploy.yml:8"),
        ),
        Example(
            title="Conditions that may be false",
            files={
                ".github/workflows/deploy.yml": "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - if: ${{ github.ref == 'refs/heads/main' }}\n        run: |\n          ./deploy.sh\n          if [ $? -ne 0 ]; then exit 1; fi\n      - if: always()\n        run: ./cleanup.sh\n"
            },
        ),
    ),
)
