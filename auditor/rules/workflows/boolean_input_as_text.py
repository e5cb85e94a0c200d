"""AUD470: a condition takes an input for a boolean that is a text there, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Setting
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DENIED = pattern(r"(?:^|[^!=<>])!\s*\(?\s*github\.event\.inputs\.([\w-]+)\s*\)?\s*(?:$|&&|\|\||\)|\}\})")
_ALONE = pattern(r"(?:^|&&|\$\{\{)\s*\(?\s*github\.event\.inputs\.([\w-]+)\s*\)?\s*(?:$|&&|\}\})")
_TEXT_TO_BOOLEAN = pattern(r"\bgithub\.event\.inputs\.([\w-]+)\s*[!=]=\s*(?:true|false)\b")
_BOOLEAN_TO_TEXT = pattern(r"(?:^|[^.\w])inputs\.([\w-]+)\s*[!=]=\s*'(?:true|false)'")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    if workflow is None:
        return
    declared = (*workflow.inputs, *workflow.called_inputs)
    booleans = {one.name for one in declared if one.boolean} - {one.name for one in declared if not one.boolean}
    given_by_hand = booleans & {one.name for one in workflow.inputs}
    if not booleans:
        return
    for job in workflow.jobs:
        for condition in (job.condition, *(step.condition for step in job.steps)):
            problem = _problem(condition, booleans, given_by_hand)
            if problem:
                yield Hit(source.path, condition.line, condition.line, problem, job.id)


def _problem(condition: Setting, booleans: set[str], given_by_hand: set[str]) -> str:
    text = condition.text
    for one in (_DENIED, _ALONE):
        for match in one.finditer(text):
            if match.group(1) in given_by_hand:
                return (
                    f"`github.event.inputs.{match.group(1)}` is a text: 'false' counts as true, so that the condition "
                    "does not depend on what is chosen."
                )
    for match in _TEXT_TO_BOOLEAN.finditer(text):
        if match.group(1) in given_by_hand:
            return f"`github.event.inputs.{match.group(1)}` is a text, which is never equal to a boolean."
    for match in _BOOLEAN_TO_TEXT.finditer(text):
        if match.group(1) in booleans:
            return f"`inputs.{match.group(1)}` is a boolean, which is never equal to a text."
    return ""


_HEAD = (
    "on:\n  workflow_dispatch:\n    inputs:\n      skip_scan:\n        type: boolean\n        default: false\n"
    "jobs:\n  scan:\n    runs-on: ubuntu-24.04\n"
)

RULE = Rule(
    id="AUD470",
    name="boolean-input-as-text",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every condition on a boolean input depend on what was chosen?",
    why=(
        "`github.event.inputs` holds texts and `inputs` holds booleans. A switch that is compared with the wrong one "
        "always or never holds: a scan is skipped, or a dry run deploys."
    ),
    limits="Judges conditions of jobs and steps on inputs that are declared boolean wherever they are declared.",
    fix="Write `if: inputs.name` or `if: ${{ !inputs.name }}`.",
    since="0.3.0",
    effort=10,
    reads=frozenset({"github-workflow"}),
    triggers=("boolean",),
    check_file=_check,
    examples=(
        Example(
            title="a switch that is denied as a text, and one that is compared with a text",
            files={
                ".github/workflows/scan.yml": _HEAD
                + "    if: ${{ !github.event.inputs.skip_scan }}\n    steps:\n      - run: make scan\n"
                "      - if: inputs.skip_scan == 'true'\n        run: make report\n"
                "      - if: github.event.inputs.skip_scan == true\n        run: make notice\n"
            },
            found=(
                ".github/workflows/scan.yml:10",
                ".github/workflows/scan.yml:13",
                ".github/workflows/scan.yml:15",
            ),
        ),
        Example(
            title="compared as what it is",
            files={
                ".github/workflows/scan.yml": _HEAD
                + "    if: ${{ !inputs.skip_scan }}\n    steps:\n      - if: github.event.inputs.skip_scan == 'true'\n        run: make scan\n"
                "      - if: inputs.skip_scan == true || github.event.inputs.skip_scan != 'true'\n        run: make report\n"
            },
        ),
    ),
)
