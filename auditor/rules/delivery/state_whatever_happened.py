"""AUD530: a step that runs whatever happened reports success."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Step
from auditor.facts.shell_claims import claims_success
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ALWAYS = pattern(r"always\(\)|!\s*cancelled\(\)|(?:success|failure)\(\)\s*\|\|\s*(?:failure|success)\(\)")
_EITHER = pattern(r"(?:success|failure)\(\)\s*\|\|\s*(?:failure|success)\(\)")
_STATE = pattern(
    r"(?:\bstate|\bstatus|\bconclusion|\boutcome)[\"']?\s*[:=]\s*\\?[\"']?(?:success|succeeded|passed|healthy)\b"
)
_DEPENDS = pattern(
    r"job\.status|\.(?:outcome|conclusion|result)\b|\bneeds\.|(?:failure|success)\(\)|[\"']?\b(?:failure|failed|error|inactive)\b|&&\s*'"
)
"""What a step holds that tells a good end from a bad one."""
_TELLS = pattern(r"(?i)slack|notif|teams|discord|telegram|mail|webhook|statuspage|comment")
_TEXTS = pattern(r"(?i)^(?:text|payload|message|slack.?message|content|body|title|description|custom_payload)$")
_SIDE = pattern(r"(?i)upload|artifact|cache|codecov|comment|notif|report|label|download|summary")


def _check(source: Source) -> Iterator[Hit]:
    for job in jobs_of(source):
        always = (
            _ALWAYS.search(job.condition.text) is not None
            and bool(job.needs)
            and not _DEPENDS.search(job.condition.text)
        )
        tolerated = ""
        for step in job.steps:
            free = always or _ALWAYS.search(step.condition.text) is not None
            found = (
                _told(step, source)
                if (free or tolerated) and not _DEPENDS.search(_EITHER.sub("", step.condition.text))
                else None
            )
            if found is not None:
                line, text = found
                reason = f"{tolerated!r} may have failed" if tolerated and not free else "it runs whatever happened"
                message = f"The step {step.name or step.action!r} reports {text[:50]!r}, and {reason}."
                severity = None if free else Severity.MEDIUM
                yield Hit(source.path, line, line, message, f"{job.id}/{step.name}", severity)
            if step.continue_on_error.text.lower() == "true" and not _SIDE.search(f"{step.name} {step.action}"):
                tolerated = step.name or step.action or "a step"


def _told(step: Step, source: Source) -> tuple[int, str] | None:
    """The line on which a step says that all is well, with what it says; None where it tells a bad end, too."""
    lines = range(step.line, min(step.end_line, len(source.lines)) + 1)
    texts = {number: _EITHER.sub("", source.lines[number - 1]) for number in lines}
    if any(_DEPENDS.search(text) for text in texts.values()):
        return None
    given = [one.line for one in step.inputs if _TEXTS.search(one.name)] if _TELLS.search(step.action) else []
    for number, text in texts.items():
        if text.lstrip().startswith("#"):
            continue
        if _STATE.search(text):
            return number, text.strip()
        if given and number >= min(given) and claims_success(text):
            return number, text.strip()
    return None


_HEAD = "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Roll out\n        continue-on-error: {soft}\n        run: kubectl apply -f k8s\n"
_REPORT = "      - name: Report\n        if: {when}\n        uses: actions/github-script@v7\n        with:\n          script: |\n            await github.rest.repos.createDeploymentStatus({{\n              ...context.repo,\n              state: {state},\n            }});\n"

RULE = Rule(
    id="AUD530",
    name="state-whatever-happened",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the state that a pipeline reports depend on how its steps ended?",
    why="With `if: always()` a deployment that failed is marked as a success, and the dashboard is green.",
    limits="Steps that run whatever happened (`always()`, or after a step that may fail), give `success` as a state or in a message, and hold nothing that looks at a result or names a failure.",
    fix="Give the state that `job.status` or the results of the needed jobs have.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"github-workflow", "github-action"}),
    check_file=_check,
    examples=(
        Example(
            title="a state after success or failure, and one with the state of the job",
            files={
                ".github/workflows/go.yml": "on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n      - if: success() || failure()\n        run: gh api statuses/$SHA -f state=success\n      - if: always()\n        run: gh api statuses/$SHA -f state=${{ job.status }}\n",
            },
            found=(".github/workflows/go.yml:8",),
        ),
        Example(
            title="a deployment that is marked as a success always, and after a step that may fail",
            files={
                ".github/workflows/a.yml": _HEAD.format(soft="false")
                + _REPORT.format(when="always()", state="'success'"),
                ".github/workflows/b.yml": _HEAD.format(soft="true")
                + "      - name: Report\n        uses: chrnorm/deployment-status@v2\n        with:\n          state: success\n",
            },
            found=(".github/workflows/a.yml:16", ".github/workflows/b.yml:12"),
        ),
        Example(
            title="the state of the job, a step that runs on success, and a choice",
            files={
                ".github/workflows/a.yml": _HEAD.format(soft="false")
                + _REPORT.format(when="always()", state="'${{ job.status }}'"),
                ".github/workflows/b.yml": _HEAD.format(soft="false")
                + _REPORT.format(when="success()", state="'success'"),
                ".github/workflows/d.yml": _HEAD.format(soft="true")
                + "      - name: Report\n        uses: slackapi/slack-github-action@v2\n        with:\n          text: |\n            ${{{{\n              steps.now.outputs.sum > steps.last.outputs.sum\n              && 'deployed successfully'\n              || 'unchanged'\n            }}}}\n".replace(
                    "{{{{", "{{"
                ).replace("}}}}", "}}"),
                ".github/workflows/c.yml": _HEAD.format(soft="false")
                + _REPORT.format(when="always()", state="ok ? 'success' : 'failure'"),
            },
        ),
    ),
)
