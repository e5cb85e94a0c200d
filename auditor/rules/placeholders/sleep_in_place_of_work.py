"""AUD113: a sleep where a wait, a check or the work itself should be."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.quiet_waits import quiet_waits
from auditor.facts.shell_claims import claims_waiting, claims_work
from auditor.facts.shell_effects import Effect, effects_of
from auditor.facts.source import Source
from auditor.facts.work_units import Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WAITS = pattern(
    r"(?i)\b(?:wait\w*|paus\w*|sleep\w*|delay\w*|cool\w*|settl\w*|propagat\w*|let|give|allow|until|soak\w*|stabili\w*|grace)\b"
)


_PAUSES = pattern(r"(?i)^\W*(?:wait|sleep|paus)\w*\s(?:for\s)?(?:\d+|\$\{?\w+\}?|a few|some)\s?(?:s|m|sec\w*|min\w*)\b")
"""A pause that is called one: ``Waiting 10 seconds before ...``."""


def _check(source: Source) -> Iterator[Hit]:
    for unit in units_of(source):
        if _only_sleeps(unit):
            message = f"The step {unit.name[:60]!r} says that it does work, and sleeps."
            yield Hit(source.path, unit.line, unit.end_line, message, unit.symbol)
            continue
        for wait in quiet_waits(unit):
            if (wait.whole and not _waits_again(unit)) or not (
                claims_waiting(wait.claim) or _PAUSES.search(wait.claim)
            ):
                message = f"A sleep of {wait.seconds} stands in for what is announced: {wait.claim[:60]!r}."
                # what is only waited for too briefly is told by the next step; work that never happens is told by none
                milder = Severity.MEDIUM if wait.whole and _WAITS.search(wait.claim) else None
                yield Hit(source.path, wait.line, wait.end_line, message, unit.symbol, milder)


def _waits_again(unit: Unit) -> bool:
    """Whether the next step waits for it in earnest: the sleep only lets it begin."""
    steps = unit.job.steps if unit.job is not None else ()
    after = next((one for one in steps if one.line > unit.line), None)
    if after is None or after.program is None or not claims_waiting(after.name):
        return False
    return Effect.WORK in effects_of(after.program.body, {})


def _only_sleeps(unit: Unit) -> bool:
    """Whether a step that is named for work, and not for a wait, does nothing but sleep."""
    if unit.step is None or unit.function or not claims_work(unit.name) or _WAITS.search(unit.name):
        return False
    return effects_of(unit.body, unit.functions) == {Effect.WAIT}


RULE = Rule(
    id="AUD113",
    name="sleep-in-place-of-work",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Is what scripts announce done, rather than slept through?",
    why="A sleep ends well whatever the state of the system; the line before it says that something is happening.",
    limits=(
        "A sleep counts where an announcement comes right before it and no command, test or loop looks at anything "
        "before the next announcement or the end; a delay before a real check is left alone."
    ),
    fix="Poll for the condition with a timeout and fail when it is not met, or do the announced work.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"shell", "github-action", "github-workflow", "gitlab-ci", "pipeline", "make-recipes"}),
    triggers=("sleep",),
    check_file=_check,
    examples=(
        Example(
            title="Waiting for a service by sleeping",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n"
                    '      - name: Wait for the service\n        run: |\n          echo "Waiting for readiness"\n'
                    "          sleep 30\n"
                )
            },
            found=(".github/workflows/deploy.yml:8",),
        ),
        Example(
            title="A step that is named for work, and one that is named for a wait",
            files={
                ".github/workflows/release.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Drain old pods\n        run: sleep 45\n"
                    "      - name: Let the deployment settle\n        run: sleep 45\n"
                )
            },
            found=(".github/workflows/release.yml:7",),
        ),
        Example(
            title="Traffic is shifted by sleeping",
            files={
                "scripts/release.sh": (
                    '#!/bin/bash\nkubectl apply -f green.yml\necho "Shifting 10% of the traffic"\nsleep 30\n'
                    'echo "Shifting 50% of the traffic"\nkubectl apply -f half.yml\n'
                )
            },
            found=("scripts/release.sh:3",),
        ),
        Example(
            title="Talk by a function of a sourced file",
            files={
                "bin/lib.sh": 'say() { printf "%s\\n" "$*"; }\n',
                "bin/move.sh": '#!/bin/bash\n. "$(dirname "$0")/lib.sh"\nsay "replicating what is left"\nsleep 45\nsay "nothing is left"\n',
            },
            found=("bin/move.sh:3",),
        ),
        Example(
            title="Weights that nobody is told, and a loop that looks",
            files={
                "shift.sh": '#!/bin/bash\necho "Shifting traffic"\nfor weight in 10 50 100; do\n  echo "weight $weight"\n  sleep 5\ndone\necho "all of it"\n',
                "look.sh": '#!/bin/bash\necho "Shifting traffic"\nfor weight in 10 50 100; do\n  ./weigh "$weight"\n  sleep 5\ndone\necho "all of it"\n',
            },
            found=("shift.sh:2",),
        ),
        Example(
            title="A recipe that sleeps",
            files={"Makefile": 'migrate:\n\t@echo "Migrating the database"\n\t@sleep 5\n\t@echo "Migrated"\n'},
            found=("Makefile:2",),
        ),
        Example(
            title="A delay before a check, and one before the work that is called a delay",
            files={
                "scripts/index.sh": '#!/bin/bash\necho "Waiting 10 seconds before building the index"\nsleep 10\necho "Building the index"\nshopctl index build\n',
                "scripts/release.sh": (
                    '#!/bin/bash\necho "Starting the service"\nsleep 5\ncurl -f https://api.internal/health\n'
                ),
                ".github/workflows/merge.yml": (
                    "on: push\njobs:\n  merge:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Wait for the checks to start\n        run: sleep 60\n"
                    "      - name: Wait for the checks to end\n        run: gh pr checks 1 --watch\n"
                ),
            },
        ),
    ),
)
