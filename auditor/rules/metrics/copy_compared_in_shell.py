"""AUD959: a script compares a figure with a copy of itself, or a file with the same file."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COPY = pattern(r"^\"?\$\{?(\w+)\}?\"?$")
_WORKED_OUT = pattern(r"\$\(|`|<\(|^-$")
_TESTS = frozenset({"[", "[[", "test", "(("})
_COMPARES = frozenset({"=", "==", "!=", "-eq", "-ne", "-lt", "-gt", "-le", "-ge"})
_DIFFERS = frozenset({"diff", "cmp", "colordiff"})
_FEWEST = 2


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        copies = _copies(unit)
        for command in all_commands(unit.body):
            same = _same_file(command)
            if same:
                message = f"`{command.name}` compares `{same}` with itself: it never finds a difference."
                yield Hit(source.path, command.line, command.end_line, message, unit.symbol)
            pair = _compared(command)
            for copy, original in copies.items():
                if {copy, original} == pair:
                    message = f"`{copy}` is a copy of `{original}`, with which it is compared: they never differ."
                    yield Hit(source.path, _line_of(copy, unit), command.end_line, message, unit.symbol)


def _copies(unit: Unit) -> dict[str, str]:
    """The variables that are set once, to another that is set once as well or given from outside."""
    set_to: dict[str, list[str]] = {}
    for command in all_commands(unit.body):
        for one in command.assignments:
            set_to.setdefault(one.name, []).append(one.value.text)
        if command.name in ("read", "mapfile", "local", "declare", "export", "readonly"):
            for text in command.texts[1:]:
                set_to.setdefault(text.partition("=")[0], []).append("")
    found = {name: _COPY.match(values[0]) for name, values in set_to.items() if len(values) == 1}
    return {
        name: match.group(1)
        for name, match in found.items()
        if match and match.group(1) != name and len(set_to.get(match.group(1), ())) <= 1
    }


def _same_file(command: Command) -> str:
    """The file that is given twice to what looks for differences of two; what is worked out for each may differ."""
    if command.name not in _DIFFERS:
        return ""
    given = [text.strip("\"'") for text in command.texts[1:] if not text.startswith("-") or text == "-"]
    same = len(given) == _FEWEST and given[0] == given[1]
    return given[0] if same and not _WORKED_OUT.search(given[0]) else ""


def _compared(command: Command) -> set[str]:
    """The two variables that a test compares."""
    if command.name not in _TESTS or not _COMPARES & set(command.texts):
        return set()
    names = [match.group(1) for text in command.texts[1:] if (match := _COPY.match(text))]
    return set(names) if len(names) == _FEWEST else set()


def _line_of(name: str, unit: Unit) -> int:
    return next(one.line for one in all_commands(unit.body) for each in one.assignments if each.name == name)


RULE = Rule(
    id="AUD959",
    name="copy-compared-in-shell",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do scripts compare two things?",
    why='`restored=$expected` before `[ "$expected" != "$restored" ]`: the backup is verified whatever is in it.',
    limits="Judged are variables of shell programs that are set once, to nothing but another variable that does not change, and compared with that, and files that are compared with themselves.",
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
            title="a file that is compared with itself, with another, and with what is worked out",
            files={
                ".github/workflows/drift.yml": (
                    "on: push\njobs:\n  drift:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          python render.py --output /tmp/live.yaml\n          diff -u config/live.yaml config/live.yaml\n          diff -u config/live.yaml /tmp/live.yaml\n"
                ),
                "scripts/same.sh": '#!/bin/bash\ncmp -s "$OLD" "$OLD" || exit 1\ndiff <(sort a) <(sort a)\ndiff "$(newest a)" "$(newest a)"\ndiff a b\n',
            },
            found=(".github/workflows/drift.yml:9", "scripts/same.sh:2"),
        ),
        Example(
            title="two counts, and a value that changes after it was kept",
            files={
                "scripts/verify.sh": '#!/bin/bash\nexpected=$(psql -Atc "SELECT 1")\nrestored=$(psql -d scratch -Atc "SELECT 1")\n[ "$expected" = "$restored" ] || exit 1\n',
                "scripts/wait.sh": '#!/bin/bash\nnow=$(status)\nbefore=$now\nwhile [ "$now" = "$before" ]; do\n  now=$(status)\ndone\n',
            },
        ),
    ),
)
