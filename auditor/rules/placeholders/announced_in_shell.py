"""AUD127: checks that are announced one after the other, and none is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import is_informational, printed
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import Command, Node
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ANNOUNCES = pattern(
    r"(?i)\b(?:checking|testing|verifying|validating|scanning|running|analyzing|measuring)\b[^.:]{0,80}(?:\.\.\.|…)\W*$"
)
_SEVERAL = 3


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        first = _run(unit) or _last(unit)
        if first is not None:
            message = "This says that something is being done, and what follows does not do it."
            yield Hit(source.path, first.line, first.end_line, message, unit.symbol)


def _run(unit: Unit) -> Command | None:
    """The first of several announcements between which nothing is done."""
    row: list[Command] = []
    for node in unit.body:
        if _announces(node, unit):
            assert isinstance(node, Command)
            row.append(node)
            if len(row) == _SEVERAL:
                return row[0]
        elif not _prints_nothing(node, unit):
            row = []
    return None


def _last(unit: Unit) -> Command | None:
    """An announcement with which a function ends that does other things before."""
    if not unit.function or len(unit.body) <= 1 or is_informational(unit.name):
        return None
    node, before = unit.body[-1], unit.body[:-1]
    works = any(not isinstance(one, Command) or effect_of(one, unit.functions) is Effect.WORK for one in before)
    return node if works and isinstance(node, Command) and _announces(node, unit) else None


def _announces(node: Node, unit: Unit) -> bool:
    if not isinstance(node, Command) or effect_of(node, unit.functions) is not Effect.PRINT:
        return False
    return _ANNOUNCES.search(_text(node)) is not None


def _prints_nothing(node: Node, unit: Unit) -> bool:
    is_print = isinstance(node, Command) and effect_of(node, unit.functions) is Effect.PRINT
    return is_print and isinstance(node, Command) and not _text(node).strip()


def _text(command: Command) -> str:
    return printed(command) or " ".join(_without_options(command.texts[1:]))


def _without_options(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for text in texts if not text.startswith("-"))


RULE = Rule(
    id="AUD127",
    name="announced-in-shell",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every check made that a script announces?",
    why="'Checking access control...' in a summary reads like a check that was made; nothing looked at it.",
    limits=(
        "Three announcements in a row count, and one with which a function ends that does other work before. They end in "
        "an ellipsis. Whether work that follows is the work that was announced is not asked."
    ),
    fix="Make the checks and print their results, or take the lines out.",
    since="0.1.0",
    effort=60,
    reads=SHELL_READERS,
    triggers=("...", "…"),
    check_file=_check,
    examples=(
        Example(
            title="categories of a report, and a function that ends with a promise",
            files={
                ".github/workflows/audit.yml": (
                    "on: push\njobs:\n  audit:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          make audit\n"
                    '          echo "- Injection: Checking..." >> $GITHUB_STEP_SUMMARY\n'
                    '          echo "- Broken access: Checking..." >> $GITHUB_STEP_SUMMARY\n'
                    '          echo "- Logging: Checking..." >> $GITHUB_STEP_SUMMARY\n'
                ),
                "scripts/health.sh": (
                    '#!/bin/bash\ncheck_parts() {\n  curl -f $URL/db\n  echo "Checking external services..."\n  # none yet\n}\ncheck_parts\n'
                ),
            },
            found=(".github/workflows/audit.yml:8", "scripts/health.sh:4"),
        ),
        Example(
            title="each is made",
            files={
                "scripts/health.sh": (
                    '#!/bin/bash\ncheck_parts() {\n  echo "Checking database..."\n  curl -f $URL/db\n  echo "Checking cache..."\n  curl -f $URL/cache\n}\n'
                    'begin() {\n  echo "Checking..."\n}\nbegin\ncheck_parts\n'
                ),
            },
        ),
    ),
)
