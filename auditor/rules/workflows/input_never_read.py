"""AUD476: a workflow asks for an input and reads it nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_READ = pattern(r"\binputs(?:\.([\w-]+)|\[\s*['\"]([\w-]+)['\"]\s*\])")
_WHOLE = pattern(
    r"(?i)tojson\(\s*(?:inputs|github\.event(?:\.inputs)?|github)\s*\)|\binputs\[[^'\"]|payload\.inputs|GITHUB_EVENT_PATH|\binputs\.\*"
)


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    if workflow is None or _WHOLE.search(source.text):
        return
    text = "\n".join(line for line in source.lines if not line.lstrip().startswith("#"))
    read = {(match.group(1) or match.group(2)).lower() for match in _READ.finditer(text)}
    for one in workflow.inputs:
        if one.name.lower() not in read:
            message = f"The input {one.name!r} is asked for and read nowhere: what is chosen changes nothing."
            yield Hit(source.path, one.line, one.line, message, one.name)


_HEAD = "on:\n  workflow_dispatch:\n    inputs:\n      version:\n        required: true\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n"

RULE = Rule(
    id="AUD476",
    name="input-never-read",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the workflow do what whoever starts it chooses?",
    why="Somebody starts a deployment of version 2.1 by hand, and the workflow deploys whatever the branch holds.",
    limits="Inputs of workflows that are started by hand; what callers give is agreed with them. Workflows that hand all inputs on as one value, or read the event's file, are left alone.",
    fix="Use the input, or take it away.",
    since="0.3.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    triggers=("inputs",),
    check_file=_check,
    examples=(
        Example(
            title="a version that is asked for in vain",
            files={".github/workflows/deploy.yml": _HEAD + '      - run: ./deploy.sh "$GITHUB_REF_NAME"\n'},
            found=(".github/workflows/deploy.yml:4",),
        ),
        Example(
            title="read by name, by index, and as a whole",
            files={
                ".github/workflows/deploy.yml": _HEAD + "      - run: ./deploy.sh ${{ inputs.version }}\n",
                ".github/workflows/other.yml": _HEAD
                + "      - run: ./deploy.sh ${{ github.event.inputs['version'] }}\n",
                ".github/workflows/third.yml": _HEAD + "      - run: ./deploy.sh '${{ toJSON(inputs) }}'\n",
            },
        ),
    ),
)
