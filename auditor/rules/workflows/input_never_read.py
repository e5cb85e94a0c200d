"""AUD476: a workflow asks for an input and reads it nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_action import GithubAction
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
_GONE = pattern(r"(?i)deprecat|no longer|obsolete|ignored|unused|leave blank|backwards? compat")
"""What says of an input that it is only still accepted."""
_NEAR = 4


def _check(source: Source) -> Iterator[Hit]:
    workflow, action = source.fact(GithubWorkflow), source.fact(GithubAction)
    inputs = workflow.inputs if workflow is not None else action.inputs if action and action.is_composite else ()
    if not inputs or _WHOLE.search(source.text):
        return
    text = "\n".join(line for line in source.lines if not line.lstrip().startswith("#"))
    read = {(match.group(1) or match.group(2)).lower() for match in _READ.finditer(text)}
    for one in inputs:
        told = " ".join(source.lines[one.line - 1 : one.line + _NEAR])
        if one.name.lower() not in read and not _GONE.search(told):
            message = f"The input {one.name!r} is asked for and read nowhere: what is chosen changes nothing."
            yield Hit(source.path, one.line, one.line, message, one.name)


_HEAD = "on:\n  workflow_dispatch:\n    inputs:\n      version:\n        required: true\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n"
_ACTION = (
    "name: Deploy\ninputs:\n  atomic:\n    default: 'true'\nruns:\n  using: composite\n  steps:\n    - shell: bash\n"
)


RULE = Rule(
    id="AUD476",
    name="input-never-read",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does the workflow do what whoever starts it chooses?",
    why="Somebody starts a deployment of version 2.1 by hand, and the workflow deploys whatever the branch holds.",
    limits="Inputs of workflows that are started by hand, and of composite actions; what callers give to a workflow is agreed with them. Those that hand all inputs on as one value, or read the event's file, are left alone.",
    fix="Use the input, or take it away.",
    since="0.3.0",
    effort=15,
    reads=frozenset({"github-action", "github-workflow"}),
    triggers=("inputs",),
    check_file=_check,
    examples=(
        Example(
            title="a version that is asked for in vain",
            files={".github/workflows/deploy.yml": _HEAD + '      - run: ./deploy.sh "$GITHUB_REF_NAME"\n'},
            found=(".github/workflows/deploy.yml:4",),
        ),
        Example(
            title="an action that promises to undo, and one that is told whether to",
            files={
                ".github/actions/deploy/action.yml": _ACTION + "      run: helm upgrade shop chart --install\n",
                ".github/actions/other/action.yml": _ACTION
                + "      run: helm upgrade shop chart --atomic=${{ inputs.atomic }}\n",
            },
            found=(".github/actions/deploy/action.yml:3",),
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
