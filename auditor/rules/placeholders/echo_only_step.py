"""AUD110: a step that says that it works, and only prints."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import announces_work, claims_waiting, claims_work, is_informational, printed, prints_of
from auditor.facts.shell_effects import Effect, effects_of
from auditor.facts.shell_program import commands
from auditor.facts.source import Source
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_IDLE = frozenset({Effect.PRINT, Effect.WAIT, Effect.SET, Effect.LEAVE})
_GRAVE = pattern(
    r"(?i)deploy|roll(ing)?[ _-]?back|back(ing)?[ _-]?up|restor|migrat|traffic|switch|smoke|health|failover"
)
_NOTICE = pattern(r"^::(error|warning|notice|debug|group|add-mask)|GITHUB_STEP_SUMMARY")
_REPORTS = pattern(r"(failure|success|cancelled)\(\)|\.(result|outcome|conclusion)\b|job\.status")
_STATUS_ONLY = pattern(
    r"(?i)deploy|roll(ing)?[ _-]?back|back(ing)?[ _-]?up|restor|migrat|traffic|notif|smoke|health|monitor"
)


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        if unit.step is None or unit.function or not _is_hollow(unit):
            continue
        lines = [command.line for command in commands(unit.body)]
        name = unit.name or "without a name"
        message = f"The step {name!r} says that it does work, and its commands only print, set or wait."
        severity = Severity.HIGH if _GRAVE.search(_texts(unit)) else Severity.MEDIUM
        yield Hit(source.path, min(lines), max(lines), message, unit.symbol, severity)


def _is_hollow(unit: Unit) -> bool:
    effects = effects_of(unit.body, unit.functions)
    if not effects <= _IDLE or Effect.PRINT not in effects:
        return False
    texts = [printed(command) for command in prints_of(unit.body, dict(unit.functions))]
    if not texts or any(_NOTICE.search(text) for text in texts) or _waits(unit, effects):
        return False
    claims = claims_work(unit.name) if unit.name else any(announces_work(text) for text in texts)
    return claims and not is_informational(unit.name) and not _is_gate(unit)


def _waits(unit: Unit, effects: frozenset[Effect]) -> bool:
    """What sleeps where it should wait or watch is AUD113's."""
    return Effect.WAIT in effects and claims_waiting(unit.name)


def _is_gate(unit: Unit) -> bool:
    """A job that only joins others, or a step that reports how they ended, prints and need do no more."""
    step, job = unit.step, unit.job
    if step is None or job is None or _STATUS_ONLY.search(unit.name):
        return False
    if _REPORTS.search(step.condition.text):
        return True
    return bool(job.needs) and len(job.steps) == 1


def _texts(unit: Unit) -> str:
    return unit.name or " ".join(printed(command) for command in commands(unit.body))


RULE = Rule(
    id="AUD110",
    name="echo-only-step",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does every step that claims to deploy, test, check, back up or notify do so?",
    why=(
        "A step named 'Deploy to production' that prints a line is green for ever. Whoever reads the run believes that "
        "the work was done."
    ),
    limits=(
        "A step counts as hollow only if every command in it prints, sets a variable, waits or exits. Steps that show, "
        "summarise or record something, and those that report how other jobs ended, are left alone."
    ),
    fix="Write the command that does the work, or remove the step and the claim with it.",
    since="0.1.0",
    effort=120,
    reads=frozenset({"github-workflow", "gitlab-ci"}),
    check_file=_check,
    examples=(
        Example(
            title="A deployment and a smoke test that print",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n"
                    '      - name: Deploy to staging\n        run: |\n          echo "Deploying ${{ github.sha }}"\n'
                    '          # kubectl apply -f k8s/\n          echo "done"\n'
                    '      - name: Run smoke tests\n        run: echo "Smoke tests passed"\n'
                )
            },
            found=(".github/workflows/release.yml:8", ".github/workflows/release.yml:12"),
        ),
        Example(
            title="A GitLab job that prints",
            files={
                ".gitlab-ci.yml": 'deploy-production:\n  stage: deploy\n  script:\n    - echo "Deploying to production"\n'
            },
            found=(".gitlab-ci.yml:4",),
        ),
        Example(
            title="A step that prints what it did, and one that shows a summary",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n"
                    '      - name: Deploy to staging\n        run: |\n          echo "Deploying"\n'
                    "          kubectl apply -f k8s/\n"
                    '      - name: Print deployment summary\n        run: echo "Deployed ${{ github.sha }}"\n'
                )
            },
        ),
    ),
)
