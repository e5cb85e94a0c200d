"""AUD895: where a check cannot be made, a script simulates it and says that it passed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import claims_success
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import If, Node, commands, walk
from auditor.facts.source import Source
from auditor.facts.unverified_claims import spoken
from auditor.facts.work_units import ALL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SIMULATES = pattern(
    r"(?i)\b(?:simulat(?:e|ed|es|ing|ion)|pretend(?:s|ing)?|emulat(?:e|es|ing)|mock(?:ed|ing)|fak(?:ed|ing))\b"
)
_QUIET = frozenset({Effect.PRINT, Effect.WAIT, Effect.SET})
_TRIAL = pattern(r"(?i)dry[ _-]?run|no[ _-]?op\b|\bwhat[ _-]?if\b")


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    for unit in units_of(source):
        for node in walk(unit.body):
            for block in _ways(node) if isinstance(node, If) else ():
                line = _passed(block, unit)
                if line and line not in seen:
                    seen.add(line)
                    message = "What cannot be asked here is simulated, and the simulation has passed."
                    yield Hit(source.path, line, line, message, unit.symbol)


def _ways(node: If) -> Iterator[Sequence[Node]]:
    """What is done in each case, but for what a trial run does: it is asked for."""
    asked = " ".join(one.text for branch in node.branches for one in commands(branch.condition))
    if not _TRIAL.search(asked):
        yield from (branch.body for branch in node.branches)
        yield node.otherwise


def _passed(block: Sequence[Node], unit: Unit) -> int:
    """The line that tells of success in a block that says it simulates, and does nothing else; 0 where there is none."""
    every = list(commands(block))
    if not every or any(effect_of(one, unit.functions) not in _QUIET for one in every):
        return 0
    said = [(one.line, spoken(one, unit.functions)) for one in every if effect_of(one, unit.functions) is Effect.PRINT]
    if not any(_SIMULATES.search(text) for _, text in said) or any(_TRIAL.search(text) for _, text in said):
        return 0
    return next((line for line, text in said if claims_success(text)), 0)


RULE = Rule(
    id="AUD895",
    name="simulation-passed",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a check that cannot be made fail, or say that it was not made?",
    why="Without the key of the environment the check is simulated and passes: the pipeline is green exactly where nothing was asked.",
    limits="Cases of conditions in shell programs that only print and wait, say that they simulate, and tell of success; dry runs are left alone.",
    fix="Fail, or skip the step and say so, where the environment cannot be reached.",
    since="0.8.0",
    effort=30,
    reads=ALL_READERS,
    triggers=("simulat", "pretend", "emulat", "mock", "fak"),
    check_file=_check,
    examples=(
        Example(
            title="a smoke test without an environment",
            files={
                ".github/workflows/stage.yml": (
                    'on: push\njobs:\n  smoke:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          if [ -n "$HOST" ]; then\n            curl -f "https://$HOST/health"\n'
                    "          else\n            echo 'Simulating the smoke test...'\n            sleep 2\n            echo 'Smoke test passed'\n          fi\n"
                ),
            },
            found=(".github/workflows/stage.yml:12",),
        ),
        Example(
            title="what is skipped and says so, a simulation that is the work, and a dry run",
            files={
                "ops/smoke.sh": (
                    "#!/bin/bash\nif [ -z \"$HOST\" ]; then\n  echo 'No host: smoke test skipped'\nfi\nif [ \"$LOAD\" ]; then\n  echo 'Simulating load'\n  k6 run load.js\n  echo 'Load test passed'\nfi\n"
                    "if [ \"$DRY_RUN\" ]; then\n  echo 'Simulating the release'\n  echo 'Release successful'\nfi\n"
                ),
            },
        ),
    ),
)
