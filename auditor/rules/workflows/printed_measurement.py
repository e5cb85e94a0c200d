"""AUD425: a script prints a figure as measured that stands in the script."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.result_literals import result_literals
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import Command, Function, Node, commands
from auditor.facts.source import Source
from auditor.facts.unverified_claims import spoken
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MEASURE = (
    r"(?:error|success|failure|pass|hit|loss) rate|(?:replication |consumer |queue )?lag|latency|p(?:50|9[059]|99\.9)|throughput|coverage|uptime|availability|accuracy|"
    r"(?:open |active |database )?connections|backlog|queue (?:depth|length)|packet loss|recovery point|response times?|downtime|data loss|drift|cpu(?: usage)?|memory(?: usage)?|requests?/s|tps|rps|qps|(?:recovery|restore) time|rto|rpo"
)
_FIGURE = r"\d+(?:\.\d+)?\s?(?:%|ms\b|s\b|secs?\b|seconds?\b|minutes?\b|min\b|req(?:uests)?/s|rps\b|tps\b|qps\b|bytes\b|[kmg]b\b)"
_COUNTED = r"(?:scenarios?|(?:\w+ )?tests?|checks?|cases?|specs?|assertions?|probes?|records?|rows|tables|files|objects|services?|endpoints?|pods?|nodes?|regions?|vulnerabilit(?:y|ies)|errors?|issues?|findings?)"
_GOOD = r"(?:passed|succeeded|verified|restored|migrated|healthy|ok|green|checked|compared|validated|found|ready|match(?:ed)?|up)"
_SAID = pattern(
    rf"(?i)\b(?:{_MEASURE})\b(?: (?:is|was|at|of|stays? at|now))?\W{{0,3}}~?{_FIGURE}"
    rf"|\b{_FIGURE}\s(?:{_MEASURE})\b"
    rf"|\b(?:sl[oi]|sla|service level|objective)?\s?(?:attainment|attained|achieved|achievement|measured)\W{{1,3}}~?{_FIGURE}"
    rf"|\b(?:[1-9]\d*|0|no) {_COUNTED} (?:(?:were|are|have been) )?{_GOOD}\b"
    rf"|\b{_GOOD}:? (?:[1-9]\d*/[1-9]\d*|(?:all )?[1-9]\d+ {_COUNTED})\b"
    rf"|\b(?:100|[1-9]\d*)/[1-9]\d*\s(?:{_COUNTED} )?(?:{_GOOD}|production.ready)\b"
    r"|\b(?:load|stress|soak|performance|benchmark) (?:test )?(?:passed|succeeded|ok|completed)\b.*\b\d+\s?(?:users|vus|rps|requests|connections)"
)
_ATTAINED = pattern(r"(?i)attain|achiev|measured")
"""What was reached, also of an objective."""
_ZERO_FOUND = pattern(r"(?i)\bno \w")
_CONFIGURED = pattern(
    r"(?i)required?|threshold|target|minimum|maximum|\bmin(?:imum)?\b|\bmax(?:imum)?\b|\blimit\b|goal|budget|\bsl[ao]s?\b|must|should|at (?:least|most)|above|below|over\b|under\b|exceed|"
    r"more than|less than|within \d|up to|timeout|default|e\.g\.|example|usage:|expect|[<>≥≤]|aim|simulat|dry.?run|interval|every|retain|retention|keep|objective|window|wait|sleep"
)


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        known = {one.line for one in result_literals(unit) if one.measure or not one.worked}
        quiet = not any(effect_of(one, unit.functions) in (Effect.WORK, Effect.TEST) for one in _own(unit))
        for command in _own(unit):
            text = spoken(command, unit.functions)
            said = _SAID.search(text) if text and command.line not in known else None
            if (
                said
                and "$" not in said.group()
                and (not _CONFIGURED.search(text) or _ATTAINED.search(said.group()))
                and (quiet or not _ZERO_FOUND.search(said.group()))
            ):
                message = (
                    f"{said.group()[:60]!r} is printed as if it had been measured: the figure stands in the program."
                )
                yield Hit(source.path, command.line, command.end_line, message, unit.symbol)


def _own(unit: Unit) -> Iterator[Command]:
    """The commands of a unit that run whatever is asked: not those of functions that it defines."""
    return commands(_plain(unit.body))


def _plain(body: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(node for node in body if not isinstance(node, Function))


RULE = Rule(
    id="AUD425",
    name="printed-measurement",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every figure that a script reports come from somewhere?",
    why="The log of the deployment says that the error rate was 0.02 %; it will say so on the day on which every request fails.",
    limits="Texts without variables that name what is measured with its figure, or counts of what passed; thresholds, limits and targets are left alone.",
    fix="Measure it and print what came out, and stop when it is bad.",
    since="0.4.0",
    effort=60,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow", "make-recipes"}),
    check_file=_check,
    examples=(
        Example(
            title="an error rate, a lag and tests that nobody counted",
            files={
                "bin/lib.sh": 'say() { printf "%s\\n" "$*"; }\n',
                "bin/ship.sh": '#!/bin/bash\n. bin/lib.sh\nkubectl apply -f web.yml\nsleep 60\nsay "error rate 0.04 %, fine"\n',
                ".github/workflows/ship.yml": (
                    "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          kubectl apply -f web.yml\n"
                    '          echo "✅ Replication lag: 0 s"\n          echo "37 scenarios passed"\n          echo "Load test passed at 500 users"\n'
                ),
                "Makefile": 'bench:\n\t./bench > /dev/null\n\t@echo "p95 latency 84 ms"\n',
            },
            found=(
                ".github/workflows/ship.yml:8",
                ".github/workflows/ship.yml:9",
                ".github/workflows/ship.yml:10",
                "Makefile:3",
                "bin/ship.sh:5",
            ),
        ),
        Example(
            title="an attainment that nobody worked out",
            files={
                ".github/workflows/report.yml": (
                    "on: push\njobs:\n  report:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n"
                    '          echo "SLO attainment: 99.9%" >> "$GITHUB_STEP_SUMMARY"\n          echo "SLO target: 99.5%" >> "$GITHUB_STEP_SUMMARY"\n'
                ),
            },
            found=(".github/workflows/report.yml:7",),
        ),
        Example(
            title="thresholds, figures that come from somewhere, and a verdict on what was looked for",
            files={
                "scripts/check.sh": (
                    '#!/bin/bash\nrate=$(./rate)\necho "error rate: $rate %"\necho "Coverage must be 80 %"\necho "p95 latency above 500 ms"\n'
                    'if ./scan; then\n  echo "no errors found"\nfi\necho "waiting 30 s"\necho "Response time target: 200 ms"\n'
                )
            },
        ),
    ),
)
