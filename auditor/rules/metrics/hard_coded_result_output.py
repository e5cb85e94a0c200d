"""AUD230: a result that is a literal."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.result_literals import result_literals
from auditor.facts.source import Source
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_REPORTS = pattern(r"(failure|success)\(\)|\.(result|outcome|conclusion)\b|job\.status")


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        if unit.step is not None and _REPORTS.search(unit.step.condition.text):
            continue
        for literal in result_literals(unit):
            message = f"{literal.name} is given as {literal.value!r}: a literal that nothing measured."
            severity = Severity.CRITICAL if literal.measure else Severity.MEDIUM
            yield Hit(source.path, literal.line, literal.line, message, unit.symbol, severity)


RULE = Rule(
    id="AUD230",
    name="hard-coded-result-output",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Are the results that steps and scripts write down measured?",
    why="A pass rate or status that is a literal looks like a measurement to every gate, record and reader downstream.",
    limits="Names of results are told from names of thresholds and settings. A status counts only where nothing ran before it that could have failed.",
    fix="Compute the value from what ran, or write no result.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    check_file=_check,
    examples=(
        Example(
            title="A pass rate and a status that nothing measured",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Calculate pass rate\n        run: echo "pass_rate=97.5" >> $GITHUB_OUTPUT\n      - run: |\n          cat > record.json <<EOF\n          {\n            "version": "$VERSION",\n            "status": "success"\n          }\n          EOF\n'
            },
            found=(".github/workflows/deploy.yml:7", ".github/workflows/deploy.yml:12"),
        ),
        Example(
            title="The time that a recovery is said to have taken",
            files={
                ".github/workflows/drill.yml": 'on: push\njobs:\n  drill:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Measure the time of recovery\n        run: echo "minutes=9" >> "$GITHUB_OUTPUT"\n      - name: Choose the shards\n        run: echo "shards=4" >> "$GITHUB_OUTPUT"\n'
            },
            found=(".github/workflows/drill.yml:7",),
        ),
        Example(
            title="A threshold, a measured rate, and a status after work",
            files={
                ".github/workflows/deploy.yml": 'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          echo "min_coverage=90" >> $GITHUB_OUTPUT\n          echo "pass_rate=$(jq .rate out.json)" >> $GITHUB_OUTPUT\n          ./deploy.sh\n          echo "status=success" >> $GITHUB_OUTPUT\n'
            },
        ),
    ),
)
