"""AUD846: a check in shell takes for good what nobody answered: a default of jq, or a figure that the script wrote down itself."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import is_metric_name, is_target_name
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DEFAULT = pattern(
    r"(?i)//\s*\"(ready|ok|healthy|success|successful|succeeded|passed|pass|up|green|available|verified|complete|completed|operational)\""
)
_NUMBER = pattern(r"^[\"']?(\d+(?:\.\d+)?)[\"']?$")
_COMPARES = frozenset({"[", "[[", "test", "awk", "bc", "(("})
_WANTED = pattern(
    r"(?i)^(?:max|min|warn|crit|limit|default|want|expect|allow|slo|sla|target|threshold)|limit|thresh|port|timeout|interval|retries|_max|_min"
)


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    for unit in units_of(source):
        for command in all_commands(unit.body):
            found = _DEFAULT.search(" ".join(command.texts[1:])) if command.name in ("jq", "yq", "gojq") else None
            if found and command.line not in seen:
                seen.add(command.line)
                message = f"What gives no answer is taken to be {found.group(1)!r}: an error page passes."
                yield Hit(source.path, command.line, command.end_line, message, unit.symbol)
        for name, line in _written_down(unit):
            if line not in seen:
                seen.add(line)
                message = f"`{name}` is compared as if it had been measured: its figure stands in the script."
                yield Hit(source.path, line, line, message, unit.symbol)


def _written_down(unit: Unit) -> Iterator[tuple[str, int]]:
    """The variables named for a measurement that only ever get one literal number, and are compared."""
    given: dict[str, list[tuple[str, int]]] = {}
    compared: set[str] = set()
    every = list(all_commands(unit.body))
    for command in every:
        for one in command.assignments:
            given.setdefault(one.name, []).append((one.value.text, command.line))
        if command.name in ("local", "declare", "readonly", "export", "typeset"):
            for text in command.texts[1:]:
                name, _, value = text.partition("=")
                if value:
                    given.setdefault(name, []).append((value, command.line))
        if command.name == "read":
            given.update({name: [("", command.line), ("", command.line)] for name in command.texts[1:]})
    for name, values in given.items():
        number = _NUMBER.search(values[0][0]) if len(values) == 1 else None
        literal = number is not None and float(number.group(1)) > 0 and not _is_counted(name, every)
        if literal and is_metric_name(name.lower()) and not is_target_name(name.lower()) and not _WANTED.search(name):
            compared |= {name} if any(_asks(command, name) for command in every) else set()
    for name in sorted(compared):
        yield name, given[name][0][1]


def _is_counted(name: str, every: list[Command]) -> bool:
    """``((failed++))``: a counter begins with a number."""
    return any(
        f"{name}++" in text or f"++{name}" in text or f"{name}+=" in text.replace(" ", "")
        for command in every
        if command.name in ("((", "let")
        for text in (" ".join(command.texts),)
    )


def _asks(command: Command, name: str) -> bool:
    text = " ".join(command.texts[1:])
    piped = command.name in ("echo", "printf") and any(sign in text for sign in ("<", ">"))
    return (command.name in _COMPARES or piped) and (f"${name}" in text or f"${{{name}}}" in text)


RULE = Rule(
    id="AUD846",
    name="good-without-answer",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a check in shell judge what was answered, and nothing else?",
    why="`jq -r '.verdict // \"ready\"'` makes of every error page a service that is ready; `lag=0.4` is below every limit, on the day on which the replica stands still, too.",
    limits="Judged are words for the good state behind `//` in programs for jq, and variables named for a measurement that get one number, written in the script, and are compared in the same stretch.",
    fix="Fail when there is no answer; ask for the figure.",
    since="0.6.0",
    effort=15,
    reads=frozenset({"shell", "gitlab-ci", "pipeline", "github-action", "github-workflow"}),
    check_file=_check,
    examples=(
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
