"""AUD817: a script takes the time of its own waits, and gives it as that of an operation."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from auditor.facts.errexit import shell_runs
from auditor.facts.pattern import Match, pattern
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
_DISCARDS = frozenset({"/dev/null"})
_LESS_IN_ARITHMETIC = pattern(r"-\s*\$?\{?([A-Za-z_]\w*)")
_LESS = pattern(r"(?:\$\{?\w+\}?|[)`])\s*-\s*\$\{?([A-Za-z_]\w*)")
"""What is taken away from something, in an arithmetic expansion and in the text that a program like `bc` is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """How often a list of statements up to some place loops with a condition, waits, works, and looks at an answer or branches."""

    loops: int = 0
    waits: int = 0
    works: int = 0
    looks: int = 0

    def __add__(self, other: _Done) -> _Done:
        return _Done(
            loops=self.loops + other.loops,
            waits=self.waits + other.waits,
            works=self.works + other.works,
            looks=self.looks + other.looks,
        )


def _check(source: Source) -> Iterator[Hit]:
    runs = sorted((one.program.line, one.ends) for one in shell_runs(source))
    for unit in units_of(source):
        if _WAITING.search(unit.name) and unit.function:
            continue
        at = bisect_right(runs, (unit.line, True)) - 1
        strict = at < 0 or runs[at][1]  # taken for granted where nothing tells how it is run, as for a recipe of make
        for statements in sequences(unit.body):
            for name, end, what in _timed(statements, unit, strict=strict):
                message = f"The time since {name} is that of {what}, and is told as that of an operation."
                yield Hit(source.path, end.line, end.end_line, message, unit.symbol)


def _timed(statements: tuple[Node, ...], unit: Unit, *, strict: bool) -> Iterator[tuple[str, Node, str]]:
    """The names of clocks, the first statement that takes the difference from each, and what alone lies between the two."""
    if not any(map(_clocks, statements)):
        return
    done = list(accumulate((_done(one, unit, strict=strict) for one in statements), initial=_Done()))
    running: dict[str, int] = {}
    for at, node in enumerate(statements):
        for name in sorted(_subtracted(node) & running.keys()):
            what = _what(done[running.pop(name)], done[at])
            if what:
                yield name, node, what
        running.update(dict.fromkeys(_clocks(node), at + 1))


def _clocks(node: Node) -> list[str]:
    """The names that a statement gives the time."""
    assignments = node.assignments if isinstance(node, Command) else ()
    return [one.name for one in assignments if _CLOCK.search(one.value.text.strip('"'))]


def _subtracted(node: Node) -> set[str]:
    """The names whose value a statement takes away from something."""
    return {match.group(1) for command in all_commands((node,)) for match in _differences(command)}


def _differences(command: Command) -> Iterator[Match]:
    yield from _LESS_IN_ARITHMETIC.finditer(command.text) if command.name in ("((", "let") else ()
    for text in (
        *command.texts,
        *(one.value.text for one in command.assignments),
        *(one.target.text for one in command.redirects),
    ):
        yield from (_LESS_IN_ARITHMETIC if "((" in text else _LESS).finditer(text)


def _done(node: Node, unit: Unit, *, strict: bool) -> _Done:
    """What one statement does. What it works without throwing the answer away, and every branch, counts as a look at one."""
    run = [one for one in commands((node,)) if not _clocks(one)]
    effects = [effect_of(one, unit.functions) for one in run]
    works = [
        one
        for one, effect in zip(run, effects, strict=True)
        if effect in (Effect.WORK, Effect.WRITE, Effect.RECORD) or one.substitutions
    ]
    inside = list(walk((node,)))
    branches = not isinstance(node, Command) or any(isinstance(one, If | Chain) for one in inside)
    return _Done(
        loops=sum(isinstance(one, Loop) and one.keyword != "for" for one in inside),
        waits=sum(effect is Effect.WAIT for effect in effects),
        works=len(works),
        looks=branches + sum(not _asks_in_vain(one, strict=strict) for one in works),
    )


def _what(before: _Done, after: _Done) -> str:
    """What a stretch consists of, where that is no operation: waits, or a request whose answer nobody looks at."""
    works, waits = after.works - before.works, after.waits - before.waits
    if after.loops > before.loops:
        return ""
    if waits and 2 * works <= waits:
        return "its own waits"
    return "a request whose answer nobody looks at" if works and after.looks == before.looks else ""


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
            title="a shell that goes on after a failure, whatever a comment says of `set -e`",
            files={
                "ops/fast.sh": (
                    "#!/bin/bash\n# no set -e here\nbegun=$(date +%s%N)\ncurl -fs https://api.internal/orders > /dev/null\nended=$(date +%s%N)\n"
                    'echo "$(( (ended - begun) / 1000000 ))"\n'
                ),
            },
            found=("ops/fast.sh:6",),
        ),
        Example(
            title="shells that end at a failure, and the difference from another clock",
            files={
                "ops/fast.sh": (
                    "#!/bin/bash\nset -o errexit\nbegun=$(date +%s%N)\ncurl -fs https://api.internal/orders > /dev/null\nended=$(date +%s%N)\n"
                    'echo "$(( (ended - begun) / 1000000 ))"\n'
                ),
                ".github/workflows/fast.yml": (
                    "on: push\njobs:\n  fast:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n          begun=$(date +%s%N)\n"
                    '          curl -fs https://api.internal/orders > /dev/null\n          echo "$(( $(date +%s%N) - begun ))"\n'
                ),
                "ops/drill.sh": (
                    '#!/bin/bash\nset -e\nbegun=$(date +%s)\nsleep 5\necho "copy-$begun and re-begun"\nbegun_again=$(date +%s)\n./promote.sh eu-2\n'
                    'echo "$(( $(date +%s) - begun_again ))"\n'
                ),
            },
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
