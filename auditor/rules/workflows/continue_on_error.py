"""AUD401: a check that may fail without failing the run."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Setting, Step
from auditor.facts.shell_program import all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SIDE_SHOW = pattern(
    r"(?i)upload|codecov|coveralls|comment|notif|slack|cache|artifact|badge|telemetry|announce|label|publish[- ](unit-)?test|"
    r"test-report|download|clean ?up|teardown|debug|diagnos|log(s|ging)?\b|summary|free disk|^(print|show|list|display) |^clean|^stop|restore"
)
_GRAVE = pattern(
    r"(?i)secur|bandit|safety|audit|scan|trivy|snyk|codeql|secret|deploy|migrat|roll ?back|backup|test|smoke|health"
)


def _check(source: Source) -> Iterator[Hit]:
    for job in jobs_of(source):
        if _is_on(job.continue_on_error) and not job.manual:
            yield _hit(source, job.continue_on_error, f"job {job.name or job.id!r}", job.id)
        examined = " ".join(expression.text for expression in job.expressions)
        for step in job.steps:
            if _is_on(step.continue_on_error) and not _may_fail(step, examined):
                yield _hit(source, step.continue_on_error, f"step {_title(step)!r}", f"{job.id}/{_title(step)}", step)


def _is_on(value: Setting) -> bool:
    return value.is_set and value.text.strip().lower() in ("true", "${{ true }}")


def _may_fail(step: Step, examined: str) -> bool:
    if step.id and (f"steps.{step.id}.outcome" in examined or f"steps.{step.id}.conclusion" in examined):
        return True
    return _SIDE_SHOW.search(f"{step.name} {step.action}") is not None


def _title(step: Step) -> str:
    if step.name or step.uses.is_set:
        return step.name or step.uses.text
    first = next(all_commands(step.program.body), None) if step.program else None
    return first.text[:60] if first else step.id or "without a name"


def _hit(source: Source, value: Setting, what: str, symbol: str, step: Step | None = None) -> Hit:
    name = "allow_failure" if value.name == "allow_failure" else "continue-on-error"
    message = f"The {what} may fail without failing the run ({name})."
    grave = _GRAVE.search(what) or (step is not None and _GRAVE.search(step.action))
    return Hit(source.path, value.line, value.line, message, symbol, Severity.HIGH if grave else Severity.MEDIUM)


RULE = Rule(
    id="AUD401",
    name="continue-on-error",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does every check of the pipeline stop it when it fails?",
    why="A check that may fail is green whatever it finds; nobody reads the log of a green run.",
    limits=(
        "Uploads, comments, notifications and the like may fail; so may a step whose outcome a later step examines, a "
        "manual job, and one whose tolerance is computed (a matrix of experimental versions)."
    ),
    fix="Remove the tolerance, and mend or narrow the check until it passes.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"github-workflow", "gitlab-ci"}),
    triggers=("continue-on-error", "allow_failure"),
    check_file=_check,
    examples=(
        Example(
            title="A security scan and a GitLab job that may fail",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Security scan\n"
                    "        run: bandit -r src\n        continue-on-error: true\n"
                ),
                ".gitlab-ci.yml": "unit-tests:\n  script: [pytest]\n  allow_failure: true\n",
            },
            found=(".github/workflows/ci.yml:8", ".gitlab-ci.yml:3"),
        ),
        Example(
            title="An upload that may fail, and a step whose outcome is examined",
            files={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - name: Upload coverage\n        uses: codecov/codecov-action@v4\n        continue-on-error: true\n"
                    "      - id: unit\n        run: pytest\n        continue-on-error: true\n"
                    "      - if: steps.unit.outcome == 'failure'\n        run: exit 1\n"
                )
            },
        ),
    ),
)
