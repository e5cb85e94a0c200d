"""AUD817: a script takes the time of its own waits, and gives it as that of an operation."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import Chain, Command, If, Loop, Node, all_commands, commands, walk
from auditor.facts.source import Source
from auditor.facts.unverified_claims import sequences
from auditor.facts.work_units import SHELL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CLOCK = pattern(r"^\$\(date \+%s[\w%]*\)$|^`date \+%s[\w%]*`$|^\$\{?(?:SECONDS|EPOCHSECONDS|EPOCHREALTIME)\}?$")
_WAITING = pattern(r"(?i)sleep|wait|timer|countdown|poll|retry|backoff|pause")
_LEAST = 1
_DISCARDS = frozenset({"/dev/null"})


def _check(source: Source) -> Iterator[Hit]:
    strict = "set -e" in source.text
    for unit in units_of(source):
        if _WAITING.search(unit.name) and unit.function:
            continue
        for statements in sequences(unit.body):
            for start, name in _starts(statements):
                end = _end(statements, start, name)
                if end is None:
                    continue
                what = _timed(statements[start + 1 : end], unit, strict=strict)
                if what:
                    message = f"The time since {name} is that of {what}, and is told as that of an operation."
                    yield Hit(source.path, statements[end].line, statements[end].end_line, message, unit.symbol)


def _starts(statements: tuple[Node, ...]) -> Iterator[tuple[int, str]]:
    for at, node in enumerate(statements):
        if isinstance(node, Command):
            for one in node.assignments:
                if _CLOCK.search(one.value.text.strip('"')):
                    yield at, one.name


def _end(statements: tuple[Node, ...], start: int, name: str) -> int | None:
    """The first statement after the start that takes the difference from it."""
    for at in range(start + 1, len(statements)):
        for command in all_commands((statements[at],)):
            texts = [
                *command.texts,
                *(one.value.text for one in command.assignments),
                *(one.target.text for one in command.redirects),
            ]
            if any(
                f"- {name}" in text
                or f"-{name}" in text
                or f"- ${name}" in text
                or f"- ${{{name}}}" in text
                or f"-${name}" in text
                for text in texts
            ):
                return at
    later = [at for at in range(start + 1, len(statements)) if _reads_clock(statements[at])]
    return later[0] if later and _subtracts(statements[later[0] :], name) else None


def _reads_clock(node: Node) -> bool:
    return isinstance(node, Command) and any(_CLOCK.search(one.value.text.strip('"')) for one in node.assignments)


def _subtracts(statements: tuple[Node, ...], name: str) -> bool:
    return _end(statements[1:], -1, name) is not None if len(statements) > 1 else False


def _timed(statements: tuple[Node, ...], unit: Unit, *, strict: bool) -> str:
    """What the stretch consists of, where that is no operation: waits, or a request whose answer nobody looks at."""
    if any(isinstance(one, Loop) and one.keyword != "for" for one in walk(statements)):
        return ""
    run = [one for one in commands(statements) if not _reads_clock(one)]
    effects = [effect_of(one, unit.functions) for one in run]
    waits = sum(effect is Effect.WAIT for effect in effects)
    works = [
        one
        for one, effect in zip(run, effects, strict=True)
        if effect in (Effect.WORK, Effect.WRITE, Effect.RECORD) or one.substitutions
    ]
    if waits >= _LEAST and 2 * len(works) <= waits:
        return "its own waits"
    plain = all(isinstance(one, Command) for one in statements) and not any(
        isinstance(one, If | Chain) for one in walk(statements)
    )
    if plain and works and all(_asks_in_vain(one, strict=strict) for one in works):
        return "a request whose answer nobody looks at"
    return ""


def _asks_in_vain(command: Command, *, strict: bool) -> bool:
    """Whether a request throws away what it gets, and goes on where it fails."""
    if command.name not in ("curl", "wget"):
        return False
    texts = command.texts[1:]
    discards = any(one.target.text in _DISCARDS for one in command.redirects) or bool(_DISCARDS & set(texts))
    told = any(one in ("-w", "--write-out") or one.startswith("--write-out") for one in texts)
    fails = command.name == "wget" or any(
        one == "--fail" or (one.startswith("-") and not one.startswith("--") and "f" in one) for one in texts
    )
    return discards and not told and not (strict and fails)


RULE = Rule(
    id="AUD817",
    name="time-of-waiting",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is the time that a script reports that of the operation?",
    why="A drill that sleeps for five seconds reports a recovery time of five seconds; a refused connection is the fastest answer of all.",
    limits=(
        "Judged are differences from a clock that was read into a variable in the same list of statements, where between the two at least two of three commands wait, or all that is done are "
        "requests whose answer is thrown away and whose failure ends nothing."
    ),
    fix="Do what is timed between the two readings, and look at how it ended.",
    since="0.5.0",
    effort=60,
    reads=SHELL_READERS | {"make-recipes"},
    triggers=("date +%s", "seconds", "epochrealtime"),
    check_file=_check,
    examples=(
        Example(
            title="a recovery that was waited for, and an answer that nobody looked at",
            files={
                "ops/drill.sh": (
                    "#!/bin/bash\nset -e\nstarted=$(date +%s)\necho 'promoting the copy'\nsleep 3\necho 'moving the address'\nsleep 2\n"
                    'elapsed=$(( $(date +%s) - started ))\necho "recovered in ${elapsed}s"\n'
                ),
                "ops/fast.sh": (
                    "#!/bin/bash\nanswer_time() {\n  local begun=$(date +%s%N)\n  curl -s https://api.internal/orders > /dev/null\n  local ended=$(date +%s%N)\n"
                    '  local took=$(( (ended - begun) / 1000000 ))\n  [ "$took" -lt 500 ] && echo "fast"\n}\n'
                ),
            },
            found=("ops/drill.sh:8", "ops/fast.sh:6"),
        ),
        Example(
            title="work that is timed, and an answer that is looked at",
            files={
                "ops/drill.sh": (
                    "#!/bin/bash\nset -e\nstarted=$(date +%s)\n./promote.sh eu-2\nsleep 2\n"
                    'elapsed=$(( $(date +%s) - started ))\necho "recovered in ${elapsed}s"\n'
                ),
                "ops/fast.sh": (
                    "#!/bin/bash\nset -e\nbegun=$(date +%s%N)\ncurl -fs https://api.internal/orders > /dev/null\nended=$(date +%s%N)\n"
                    'echo "$(( (ended - begun) / 1000000 ))"\n'
                ),
            },
        ),
    ),
)
