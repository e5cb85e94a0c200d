"""AUD477: the first count of a script ends it, since counting from nought is a failure to bash."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.errexit import exempt_commands, strict_runs
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Assignment, Command, ShellProgram, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COUNTS = pattern(r"^\(?\(?\s*(\w+)(?:\+\+|--)\s*\)?\)?$")
_NOUGHT = pattern(r"^[\"']?0[\"']?$")


def _check(source: Source) -> Iterator[Hit]:
    for run in strict_runs(source):
        yield from _hits(source.path, run.program)


def _hits(path: str, program: ShellProgram) -> Iterator[Hit]:
    assigned: dict[str, list[Assignment]] = {}
    for command in all_commands(program.body):
        for one in command.assignments:
            assigned.setdefault(one.name, []).append(one)
    exempt = exempt_commands(program)
    seen: set[str] = set()
    for command in all_commands(program.body):
        name = _counted(command)
        begun = assigned.get(name, [])
        if not name or name in seen or id(command) in exempt or not begun:
            continue
        if all(_NOUGHT.search(one.value.text) for one in begun):
            seen.add(name)
            message = f"`(({name}++))` gives 1 to a shell with `set -e` while `{name}` is 0: the script ends at its first count."
            yield Hit(path, command.line, command.end_line, message)


def _counted(command: Command) -> str:
    if command.name not in ("((", "let"):
        return ""
    text = "".join(command.texts[1:] if command.name == "let" else command.texts).replace(" ", "")
    match = _COUNTS.search(text)
    return match.group(1) if match else ""


_LOOP = "for name in shop stock; do\n  if pg_dump $name > $name.sql; then\n    ((done++))\n  else\n    ((failed++))\n  fi\ndone\n"

RULE = Rule(
    id="AUD477",
    name="count-that-ends-the-script",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does a script that counts get past its first count?",
    why="The backup of ten databases ends after the first one, without a message; the failure that is counted ends the script before it is told.",
    limits="Scripts with `set -e`, steps of workflows, and counters that are set to 0 and nothing else. Conditions, and functions that are called in conditions at least once, are left alone.",
    fix="Write `count=$((count + 1))`, or `((++count))`.",
    since="0.3.0",
    effort=5,
    reads=SHELL_READERS,
    triggers=("++", "--"),
    check_file=_check,
    examples=(
        Example(
            title="a backup that counts from nought",
            files={"backup.sh": "#!/bin/bash\nset -euo pipefail\ndone=0\nfailed=0\n" + _LOOP},
            found=("backup.sh:7", "backup.sh:9"),
        ),
        Example(
            title="no leaving on errors, other ways to count, and counts that are made up for",
            files={
                "loose.sh": "#!/bin/bash\ndone=0\nfailed=0\n" + _LOOP,
                "count.sh": (
                    "#!/bin/bash\nset -e\na=0\nb=0\nc=0\nd=1\na=$((a + 1))\n((++b))\n((c++)) || true\n((d++))\n"
                    "check() {\n  e=0\n  ((e++))\n}\nif check; then\n  echo fine\nfi\n"
                    "f=0\npassed() {\n  ((f++))\n}\ntry() {\n  curl -f $1 && passed\n}\ntry a || true\npassed\n"
                ),
            },
        ),
    ),
)
