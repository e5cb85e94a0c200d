"""AUD959: a script compares a figure with a copy of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import Effect
from auditor.facts.shell_program import Case, Chain, Command, Group, If, Loop, Node, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COPY = pattern(r"^\"?\$\{?([A-Za-z_]\w*)\}?\"?$")
_TESTS = frozenset({"[", "[[", "test", "(("})
_COMPARES = frozenset({"=", "==", "!=", "-eq", "-ne", "-lt", "-gt", "-le", "-ge"})
_BINDS = frozenset({"read", "mapfile", "readarray", "local", "declare", "export", "readonly", "typeset", "unset", "getopts", "printf"})  # fmt: skip
_READS_CODE = frozenset({"source", ".", "eval"})
_SHELL_SETS = frozenset({
    "PWD", "OLDPWD", "RANDOM", "SRANDOM", "SECONDS", "LINENO", "EPOCHSECONDS", "EPOCHREALTIME", "REPLY", "OPTARG", "OPTIND", "BASHPID", "PIPESTATUS", "FUNCNAME",
})  # fmt: skip
"""Variables that change without being set by the script."""
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class _Copy:
    name: str
    original: str
    line: int


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        set_on = _set_on(unit)
        for block in _blocks(unit.body):
            for copy, end in _compared_copies(block, set_on, unit):
                message = f"`{copy.name}` is a copy of `{copy.original}`, with which it is compared: they never differ."
                yield Hit(source.path, copy.line, end, message, unit.symbol)


def _set_on(unit: Unit) -> dict[str, list[int]]:
    """The lines on which each variable of a program is set."""
    found: dict[str, list[int]] = {}
    for node in walk(unit.body):
        if isinstance(node, Loop) and node.variable:
            found.setdefault(node.variable, []).append(node.line)
        for name in _sets(node) if isinstance(node, Command) else ():
            found.setdefault(name, []).append(node.line)
    return found


def _sets(command: Command) -> list[str]:
    named = [text.partition("=")[0] for text in command.texts[1:]] if command.name in _BINDS else []
    return [one.name for one in command.assignments] or named


def _blocks(body: Iterable[Node]) -> Iterator[tuple[Node, ...]]:
    """Statements that run one after the other: what copies in one of them is done before the next."""
    waiting = [tuple(body)]
    while waiting:
        block = waiting.pop()
        yield block
        for node in block:
            waiting += _inner(node)


def _inner(node: Node) -> list[tuple[Node, ...]]:
    match node:
        case If():
            return [*(one.body for one in node.branches), node.otherwise]
        case Loop() | Group():
            return [node.body]
        case Case():
            return list(node.arms)
        case _:
            return []


def _compared_copies(block: tuple[Node, ...], set_on: dict[str, list[int]], unit: Unit) -> Iterator[tuple[_Copy, int]]:
    """The copies that a later statement compares with their original, and where that ends."""
    copies: dict[frozenset[str], _Copy] = {}
    for node in block:
        changes = bool(copies) and any(_may_change(one, unit) for one in all_commands([node]))
        if changes and not isinstance(node, If | Chain):
            copies.clear()
        for command in all_commands([node]) if copies else ():
            pair = _compared(command)
            if pair in copies:
                yield copies.pop(pair), command.end_line
        if changes:
            copies.clear()
        copy = _copied(node, set_on)
        if copy is not None:
            copies[frozenset({copy.name, copy.original})] = copy


def _may_change(command: Command, unit: Unit) -> bool:
    """Whether a command reads other code, or is a function of the script that sets something."""
    return command.name in _READS_CODE or Effect.SET in unit.functions.get(command.name, ())


def _copied(node: Node, set_on: dict[str, list[int]]) -> _Copy | None:
    """``restored=$expected``, of two variables that are set nowhere else behind that."""
    if not isinstance(node, Command) or node.words or len(node.assignments) != 1:
        return None
    name, match = node.assignments[0].name, _COPY.match(node.assignments[0].value.text)
    if match is None:
        return None
    original = match.group(1)
    once = len(set_on[name]) == 1 and len(set_on.get(original, ())) <= 1
    before = all(line <= node.line for line in set_on.get(original, ()))
    kept = original != name and original not in _SHELL_SETS and once and before
    return _Copy(name, original, node.line) if kept else None


def _compared(command: Command) -> frozenset[str]:
    """The two variables that a test compares."""
    if command.name not in _TESTS or not _COMPARES & set(command.texts):
        return frozenset()
    names = [match.group(1) for text in command.texts[1:] if (match := _COPY.match(text))]
    return frozenset(names) if len(names) == _FEWEST else frozenset()


RULE = Rule(
    id="AUD959",
    name="copy-compared-in-shell",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do scripts compare two things?",
    why='`restored=$expected` before `[ "$expected" != "$restored" ]`: the backup is verified whatever is in it.',
    limits="Judged are variables of shell programs that are set once, to nothing but another variable that is set before or never, and compared with that by a later statement of the same block; what a sourced file or a function of the script may set in between is left alone.",
    fix="Read the second figure from where it is to be checked.",
    since="0.9.0",
    effort=30,
    reads=SHELL_READERS,
    check_file=_check,
    examples=(
        Example(
            title="a restored count that is the expected one",
            files={
                "scripts/verify.sh": '#!/bin/bash\nexpected=$(psql -Atc "SELECT count(*) FROM orders")\nrestored=$expected\nif [ "$expected" != "$restored" ]; then\n  exit 1\nfi\necho verified\n'
            },
            found=("scripts/verify.sh:3",),
        ),
        Example(
            title="two counts, and a value that changes after it was kept",
            files={
                "scripts/verify.sh": '#!/bin/bash\nexpected=$(psql -Atc "SELECT 1")\nrestored=$(psql -d scratch -Atc "SELECT 1")\n[ "$expected" = "$restored" ] || exit 1\n',
                "scripts/wait.sh": '#!/bin/bash\nnow=$(status)\nbefore=$now\nwhile [ "$now" = "$before" ]; do\n  now=$(status)\ndone\n',
            },
        ),
        Example(
            title="what changes between the copy and the comparison, and copies for want of a value",
            files={
                "scripts/watch.sh": '#!/bin/sh\nwhile :; do\n  new=$(find src | md5sum)\n  if [ "$new" != "$old" ]; then\n    make\n  fi\n  old=$new\ndone\n',
                "scripts/lines.sh": '#!/bin/bash\nfor cur in a b; do\n  [ "$cur" = "$prev" ] && continue\n  prev=$cur\ndone\n',
                "scripts/given.sh": '#!/bin/bash\nfirst=$1\nshift\nif [ "$first" = "$1" ]; then\n  exit 1\nfi\norig=$PWD\ncd "$2"\n[ "$orig" != "$PWD" ] || exit 1\n',
                "scripts/want.sh": '#!/bin/bash\nif [ -z "$EXPECTED" ]; then\n  EXPECTED=$ACTUAL\nfi\n[ "$EXPECTED" = "$ACTUAL" ] || exit 1\n',
                "scripts/bump.sh": '#!/bin/bash\nbump() {\n  VERSION=$(next)\n}\nold=$VERSION\nbump\n[ "$old" != "$VERSION" ] || exit 1\nkept=$RELEASE\n. ./release.sh\n[ "$kept" != "$RELEASE" ] || exit 1\n',
            },
        ),
    ),
)
