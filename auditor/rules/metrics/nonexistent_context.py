"""AUD233: an expression reads a property that no context has."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.contexts import CONTEXTS
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_READ = pattern(r"(?:^|[^\w.'-])(github|runner|job|strategy)\.([A-Za-z_][\w-]*)")
_QUOTED = pattern(r"'[^']*'")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    if workflow is None:
        return
    shared = [("", expression) for expression in workflow.expressions]
    for symbol, expression in (*shared, *((job.id, one) for job in workflow.jobs for one in job.expressions)):
        for match in _READ.finditer(_QUOTED.sub("''", expression.text)):
            context, name = match.group(1), match.group(2)
            if name.lower() not in CONTEXTS[context]:
                message = f"The context {context!r} has no property {name!r}: the expression is always empty."
                yield Hit(source.path, expression.line, expression.line, message, symbol)


RULE = Rule(
    id="AUD233",
    name="nonexistent-context",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does everything that expressions read from the contexts exist?",
    why="A property that no context has is an empty text: a duration, status or name that is recorded as nothing.",
    limits="Checked are the properties of github, runner, job and strategy, as published; what lies below github.event is not.",
    fix="Read the value from where it is, for instance from a step that takes the time.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    triggers=("${{", "if:"),
    check_file=_check,
    examples=(
        Example(
            title="A duration that no context has",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo "took ${{ github.run_time }}s"\n'
            },
            found=(".github/workflows/deploy.yml:6",),
        ),
        Example(
            title="Properties that exist",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo "${{ github.run_id }} ${{ github.event.head_commit.message }} ${{ runner.os }} ${{ job.status }}"\n'
            },
        ),
    ),
)
