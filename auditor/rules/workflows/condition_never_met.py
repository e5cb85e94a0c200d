"""AUD481: a condition of a workflow compares what can never be equal, or asks what cannot be asked there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Setting
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REF = pattern(r"github\.ref\s*==\s*'([^']+)'|'([^']+)'\s*==\s*github\.ref(?:\s|$|\))")
_NAME = pattern(r"github\.(?:ref_name|head_ref|base_ref)\s*==\s*'(refs/[^']+)'")
_START = pattern(r"startsWith\(\s*github\.ref\s*,\s*'([^']+)'\s*\)")
_REFS = "refs/"
_QUOTED = pattern(r"'[^']*'")
_NOT_FOR_JOBS = pattern(r"(?:^|[^\w.'-])(secrets|env|matrix|steps|runner|job|strategy)\.[A-Za-z_]")
_NOT_FOR_STEPS = pattern(r"(?:^|[^\w.'-])(secrets)\.[A-Za-z_]")


def _check(source: Source) -> Iterator[Hit]:
    workflow = source.fact(GithubWorkflow)
    for job in workflow.jobs if workflow is not None else ():
        yield from _judged(source, job.condition, f"job {job.id!r}", job.id, in_step=False)
        for step in job.steps:
            what = f"step {step.name or step.uses.text or step.id!r}"
            yield from _judged(source, step.condition, what, f"{job.id}/{step.name}", in_step=True)


def _judged(source: Source, condition: Setting, what: str, symbol: str, *, in_step: bool) -> Iterator[Hit]:
    text = condition.text
    foreign = (_NOT_FOR_STEPS if in_step else _NOT_FOR_JOBS).search(_QUOTED.sub("''", text))
    if foreign is not None:
        message = f"The condition of the {what} reads {foreign.group(1)!r}, which is not to be had there: GitHub refuses the workflow."
        yield Hit(source.path, condition.line, condition.line, message, symbol, Severity.HIGH)
    elif "||" not in text and (unequal := _unequal(text)):
        message = f"The condition of the {what} asks for {unequal}: it is never met."
        yield Hit(source.path, condition.line, condition.line, message, symbol)


def _unequal(text: str) -> str:
    """The comparison that cannot hold; empty where there is none, or where what it is part of is denied."""
    if "!(" in text.replace(" ", "") or "!startsWith" in text.replace(" ", ""):
        return ""
    for one in _REF.finditer(text):
        value = one.group(1) or one.group(2)
        if not value.startswith(_REFS):
            return f"github.ref to be {value!r}, and it begins with 'refs/'"
    name = _NAME.search(text)
    if name is not None:
        return f"the name of a branch to be {name.group(1)!r}, and it has no 'refs/'"
    start = _START.search(text)
    if start is not None and not (start.group(1).startswith(_REFS) or _REFS.startswith(start.group(1))):
        return f"github.ref to begin with {start.group(1)!r}, and it begins with 'refs/'"
    return ""


def _job(condition: str, step: str = "") -> str:
    return f"    if: {condition}\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n{step}"


RULE = Rule(
    id="AUD481",
    name="condition-never-met",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can every condition of the workflows be met, and asked where it stands?",
    why="`github.ref == 'main'` is false on every branch: the deployment is skipped for ever, in green. A condition on a secret makes the whole workflow invalid.",
    limits="Comparisons of refs and names of branches with texts that they cannot be, without alternatives, and contexts that GitHub does not give to conditions of jobs or steps.",
    fix="Write `github.ref == 'refs/heads/main'` or `github.ref_name == 'main'`; hand a secret to `env` and ask for that in a step.",
    since="0.4.0",
    effort=5,
    reads=frozenset({"github-workflow"}),
    triggers=("github.", "secrets.", "env.", "matrix.", "steps.", "runner.", "job.", "strategy."),
    check_file=_check,
    examples=(
        Example(
            title="a branch that no ref is called, and a secret that is asked for",
            files={
                ".github/workflows/ship.yml": "on: push\njobs:\n  ship:\n"
                + _job("github.ref == 'main'", "      - if: secrets.TOKEN != ''\n        run: ./tell.sh\n")
                + "  tag:\n"
                + _job("startsWith(github.ref, 'v')")
                + "  other:\n"
                + _job("${{ env.SHIP == 'yes' }}")
                + "  named:\n"
                + _job("github.ref_name == 'refs/heads/main' && github.actor == 'me'"),
            },
            found=(
                ".github/workflows/ship.yml:4",
                ".github/workflows/ship.yml:8",
                ".github/workflows/ship.yml:11",
                ".github/workflows/ship.yml:16",
                ".github/workflows/ship.yml:21",
            ),
        ),
        Example(
            title="conditions that can be met",
            files={
                ".github/workflows/ship.yml": "on: push\njobs:\n  ship:\n"
                + _job(
                    "github.ref == 'refs/heads/main' || github.ref == 'main'",
                    "      - if: env.SHIP == 'yes' && github.ref_name == 'main'\n        run: ./tell.sh\n",
                )
                + "  tag:\n"
                + _job("startsWith(github.ref, 'refs/tags/v') && vars.NAME != 'secrets.x'"),
            },
        ),
    ),
)
