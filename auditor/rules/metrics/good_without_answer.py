"""AUD846: a check in shell takes for good what nobody answered: a default of jq, or a figure that the script wrote down itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.facts.claims import is_metric_name, is_target_name
from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import writes_to
from auditor.facts.shell_figures import changed_names, compared_operands, given_values, variable_name
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DEFAULT = pattern(
    r"(?i)//\s*\"(ready|ok|healthy|success|successful|succeeded|passed|pass|up|green|available|verified|complete|completed|operational)\""
)
_NUMBER = pattern(r"^[\"']?(\d+(?:\.\d+)?)[\"']?$")
_FIGURE = pattern(r"\b\d+(?:\.\d+)?\b")
_JUDGED = pattern(
    r"(?i)(?:^|_)(?:score|spend|spent|costs?|usage|vulnerabilit(?:y|ies)|findings|violations|readiness|maturity)$"
)
"""What scripts call a figure that a gate hangs on, besides the names of metrics."""
_WORD = pattern(r"[^\s\"'`()<>|;&=]+")
"""A word of a substitution."""
_WANTED = pattern(
    r"(?i)^(?:max|min|warn|crit|limit|default|want|expect|allow|slo|sla|target|threshold)|limit|thresh|port|timeout|interval|retries|_max|_min"
)


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    for unit in units_of(source):
        every = list(all_commands(unit.body))
        for command in every:
            found = _DEFAULT.search(" ".join(command.texts[1:])) if command.name in ("jq", "yq", "gojq") else None
            if found and command.line not in seen:
                seen.add(command.line)
                message = f"What gives no answer is taken to be {found.group(1)!r}: an error page passes."
                yield Hit(source.path, command.line, command.end_line, message, unit.symbol)
        for name, line in _written_down(every):
            if line not in seen:
                seen.add(line)
                message = f"`{name}` is compared as if it had been measured: its figure stands in the script."
                yield Hit(source.path, line, line, message, unit.symbol)


def _written_down(every: list[Command]) -> Iterator[tuple[str, int]]:
    """The variables named for a measurement that only ever get one literal number, and are compared with a limit."""
    given: dict[str, list[tuple[str, int]]] = {}
    changed: set[str] = set()
    compared: set[str] = set()
    planted: dict[str, str] = {}
    for command in every:
        planted.update(_planted(command))
        for name, value in given_values(command):
            given.setdefault(name, []).append((_read_back(value, planted), command.line))
        changed.update(changed_names(command))
        compared.update(_compared(command))
    for name in sorted(compared & given.keys() - changed):
        value, line = given[name][0]
        if len(given[name]) == 1 and _is_figure(value) and value.strip("\"'0.") and _is_measured(name):
            yield name, line


def _read_back(value: str, planted: Mapping[str, str]) -> str:
    """The figure that a substitution reads from a file which the script wrote it into; any other value as it is."""
    words = _WORD.finditer(value) if planted and "$(" in value else ()
    return next((planted[path] for word in words if (path := word.group().removeprefix("./")) in planted), value)


def _planted(command: Command) -> Iterator[tuple[str, str]]:
    """The file that a command writes a literal figure into, with that: ``echo '{"score": 97}' > score.json``."""
    if command.name not in ("echo", "printf") or not all(word.literal for word in command.words):
        return
    figure = _FIGURE.search(" ".join(command.texts[1:]))
    if figure is not None:
        yield from ((path.removeprefix("./"), figure.group()) for path in writes_to(command) if "/dev/" not in path)


def _compared(command: Command) -> Iterator[str]:
    """The variables that a command compares with a number, or with what is named for a limit."""
    for left, right in compared_operands(command):
        for one, other in ((left, right), (right, left)):
            if one.startswith("$") and (_is_figure(other) or _is_limit(variable_name(other))):
                yield variable_name(one)


def _is_limit(name: str) -> bool:
    return is_target_name(name.lower()) or _WANTED.search(name) is not None


def _is_measured(name: str) -> bool:
    return (is_metric_name(name.lower()) or _JUDGED.search(name) is not None) and not _is_limit(name)


def _is_figure(value: str) -> bool:
    return _NUMBER.search(value) is not None


RULE = Rule(
    id="AUD846",
    name="good-without-answer",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a check in shell judge what was answered, and nothing else?",
    why="`jq -r '.verdict // \"ready\"'` makes of every error page a service that is ready; `lag=0.4` is below every limit, on the day on which the replica stands still, too.",
    limits="Judged are words for the good state behind `//` in programs for jq, and variables named for a measurement that get one number, written in the script, and are compared with a number or a limit in the same stretch.",
    fix="Fail when there is no answer; ask for the figure.",
    since="0.6.0",
    effort=15,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    check_file=_check,
    examples=(
        Example(
            title="a gate on a figure of its own, and on a report that it wrote itself",
            files={
                ".github/workflows/gate.yml": (
                    'on: push\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          score=96\n          if [ "$score" -ge 90 ]; then echo ready; fi\n'
                    '      - run: |\n          echo \'{"readiness": 97}\' > out/gate.json\n          readiness=$(jq .readiness out/gate.json)\n          if [ "$readiness" -lt 90 ]; then exit 1; fi\n'
                    '      - run: |\n          readiness=$(jq .readiness out/measured.json)\n          if [ "$readiness" -lt 90 ]; then exit 1; fi\n          max_score=5\n          if [ "$max_score" -lt 9 ]; then exit 1; fi\n'
                    '      - run: |\n          echo 97 > a\n          readiness=$(jq .readiness stats.json)\n          if [ "$readiness" -lt 90 ]; then exit 1; fi\n'
                ),
            },
            found=(".github/workflows/gate.yml:7", ".github/workflows/gate.yml:11"),
        ),
        Example(
            title="limits that others are compared with, a name within another, and what is assigned in other ways",
            files={
                "ops/look.sh": (
                    '#!/bin/bash\ncoverage=80\n[ "$actual" -lt "$coverage" ] && exit 1\nsuccess_rate=95\n[[ $found -ge $success_rate ]] || exit 1\n'
                    'memory_usage=80\nawk -v m="$memory_usage" -v a="$now" \'BEGIN { exit !(a < m) }\'\nuptime=99\n[ "$uptime_max" -gt 98 ]\n'
                    'lag=1\nprintf -v lag %s "$(ask)"\n[ "$lag" -lt 5 ]\nlatency=1\neval "latency=$(ask)"\n[ "$latency" -lt 5 ]\n'
                )
            },
        ),
        Example(
            title="figures that are compared with a number, or a name for a limit",
            files={
                "ops/look.sh": (
                    '#!/bin/bash\ncoverage=87\n[ "${coverage%.*}" -lt 80 ] && exit 1\nsuccess_rate=99.5\nif (( $(echo "$success_rate >= $MIN_RATE" | bc -l) )); then echo fine; fi\n'
                    'uptime=99\n[ 98 -lt "$uptime" ]\nlag=3\nbc <<< "$lag < 5"\nlatency=4\nawk "BEGIN { exit !($latency < 9) }"\n'
                )
            },
            found=("ops/look.sh:2", "ops/look.sh:4", "ops/look.sh:6", "ops/look.sh:8", "ops/look.sh:10"),
        ),
        Example(
            title="a verdict by default, and a lag that the script knows",
            files={
                "ops/look.sh": (
                    '#!/bin/bash\nready() {\n  local state\n  state="$(curl -s "$URL/state" | jq -r \'.state // "ready"\')"\n  [ "$state" = ready ]\n}\n'
                    "replica() {\n  local lag=0.4\n  awk -v l=\"$lag\" 'BEGIN { exit !(l < 5) }' && echo fine\n}\nready && replica\n"
                )
            },
            found=("ops/look.sh:4", "ops/look.sh:8"),
        ),
        Example(
            title="a state that must be told, a lag that is asked for, and limits",
            files={
                "ops/look.sh": (
                    '#!/bin/bash\nstate="$(curl -s "$URL/state" | jq -r \'.state // "unknown"\')"\n[ "$state" = ready ]\n'
                    'lag=$(psql -tAc "$QUERY")\nmax_lag=5\n[ "$lag" -lt "$max_lag" ]\nlatency=0\nlatency=$(measure)\n[ "$latency" -lt 9 ]\n'
                )
            },
        ),
    ),
)
