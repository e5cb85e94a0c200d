"""AUD235: a step that runs nothing reports success."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_success, prints_of
from auditor.facts.source import Source
from auditor.facts.unverified_claims import is_hollow, is_quiet_wait, spoken
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_VERIFIES = pattern(
    r"(?i)test|check|verif|valid|health|smoke|perform|scan|pass|rollback|backup|migrat|deploy|monitor|gate|quality|secur"
)
_NOTHING_BAD = pattern(
    r"(?i)\b(?:no|zero|0) (?:\w+ )?(?:regressions?|errors?|issues?|anomal(?:y|ies)|problems?|vulnerabilit(?:y|ies)|violations?|failures?|incidents?|secrets?)\b[^.]{0,20}\b(?:detected|found|seen|observed)\b"
)


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        if unit.step is None or not (is_hollow(unit) or is_quiet_wait(unit)):
            continue
        for command in prints_of(unit.body, unit.functions):
            text = spoken(command, unit.functions)
            claims = (claims_success(text) and _VERIFIES.search(text)) or _NOTHING_BAD.search(text)
            if claims and "$" not in unit.name:
                message = f"The step runs nothing, and reports {text[:60]!r}."
                yield Hit(source.path, command.line, command.line, message, unit.symbol)


RULE = Rule(
    id="AUD235",
    name="success-without-work",
    category=Category.MOCKED_METRIC,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    question="Does every success that a step reports rest on something that ran?",
    why="The step runs nothing, and reports that tests passed. Every reader of the log is told something that is not so.",
    limits="Only steps and functions that do nothing but print, set and wait count, and only texts that report a success.",
    fix="Run the check, and let its exit status speak.",
    since="0.1.0",
    effort=90,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    check_file=_check,
    examples=(
        Example(
            title="Smoke tests that pass without running",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Run smoke tests\n        run: |\n          echo "Running smoke tests..."\n          echo "Smoke tests passed"\n'
            },
            found=(".github/workflows/deploy.yml:9",),
        ),
        Example(
            title="A watch that sleeps, and has seen nothing bad",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Watch error rate\n        run: |\n          sleep 300\n          echo "No regressions detected"\n'
            },
            found=(".github/workflows/deploy.yml:9",),
        ),
        Example(
            title="Smoke tests that run",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Run smoke tests\n        run: |\n          pytest -m smoke\n          echo "Smoke tests passed"\n'
            },
        ),
    ),
)
