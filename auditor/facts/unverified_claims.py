"""Claims of shell programs against what they do: hollow units, spoken texts, lists of statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import announces_work, claims_waiting, claims_work, is_informational, printed, prints_of
from auditor.facts.shell_effects import Effect, Effects, effect_of, effects_of
from auditor.facts.shell_program import Case, Command, Function, Group, If, Loop, Node, children
from auditor.facts.work_units import Unit

__all__ = ["IDLE", "is_hollow", "is_quiet_wait", "sequences", "spoken"]

IDLE = frozenset({Effect.PRINT, Effect.WAIT, Effect.SET, Effect.LEAVE})
"""The effects of a unit that does nothing to the world, and looks at nothing."""

_NOTICE = pattern(r"^::(error|warning|notice|debug|group|add-mask)|GITHUB_STEP_SUMMARY")
_REPORTS = pattern(r"(failure|success|cancelled)\(\)|\.(result|outcome|conclusion)\b|job\.status")
_GRAVE_NAME = pattern(
    r"(?i)deploy|roll(ing)?[ _-]?back|back(ing)?[ _-]?up|restor|migrat|traffic|notif|smoke|health|monitor"
)
_LEVEL = pattern(r"^(DEBUG|INFO|WARN|WARNING|ERROR|SUCCESS|OK|NOTICE|STEP)\s+")


def is_hollow(unit: Unit) -> bool:
    """Whether a step says that it works, and only prints, sets, waits or exits."""
    effects = effects_of(unit.body, unit.functions)
    if not effects <= IDLE or Effect.PRINT not in effects:
        return False
    texts = [printed(command) for command in prints_of(unit.body, unit.functions)]
    if not texts or any(_NOTICE.search(text) for text in texts):
        return False
    claims = claims_work(unit.name) if unit.name else any(announces_work(text) for text in texts)
    return claims and not is_informational(unit.name) and not _is_gate(unit)


def is_quiet_wait(unit: Unit) -> bool:
    """Whether the unit says that it waits or watches, and only sleeps."""
    effects = effects_of(unit.body, unit.functions)
    return effects <= IDLE and Effect.WAIT in effects and claims_waiting(unit.name)


def _is_gate(unit: Unit) -> bool:
    """A job that only joins others, or a step that reports how they ended, prints and need do no more."""
    step, job = unit.step, unit.job
    if step is None or job is None or _GRAVE_NAME.search(unit.name):
        return False
    return _REPORTS.search(step.condition.text) is not None or (bool(job.needs) and len(job.steps) == 1)


def spoken(command: Command, functions: Mapping[str, Effects]) -> str:
    """What a command prints, be it by echo or by a function that only prints; empty for other commands."""
    if not command.words or effect_of(command, functions) is not Effect.PRINT:
        return ""
    if command.name in functions:
        return _LEVEL.sub("", " ".join(command.texts[1:]))
    return printed(command)


def sequences(body: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
    """Every list of statements that run one after the other, outside of functions and loops."""
    waiting: list[tuple[Node, ...]] = [body]
    while waiting:
        statements = waiting.pop(0)
        yield statements
        for node in statements:
            if isinstance(node, If):
                waiting.extend(branch.body for branch in node.branches)
                waiting.append(node.otherwise)
            elif isinstance(node, Case):
                waiting.extend(node.arms)
            elif isinstance(node, Group):
                waiting.append(node.body)
            elif not isinstance(node, (Function, Loop, Command)):
                waiting.append(children(node))
