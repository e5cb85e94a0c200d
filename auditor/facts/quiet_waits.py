"""Sleeps that nothing follows up: announced, slept through, and taken for done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.shell_claims import announces_work
from auditor.facts.shell_effects import Effect, effect_of, effects_of
from auditor.facts.shell_program import Command, Loop, Node, commands
from auditor.facts.unverified_claims import is_quiet_wait, sequences, spoken
from auditor.facts.work_units import Unit

__all__ = ["QuietWait", "looks_at_nothing", "quiet_waits"]

_IDLE = frozenset({Effect.PRINT, Effect.WAIT, Effect.SET})


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietWait:
    """An announcement and the sleep that stands in for it. `whole` where the unit does nothing else, `last` where nothing comes after."""

    claim: str
    seconds: str
    line: int
    end_line: int
    whole: bool
    last: bool = False


def quiet_waits(unit: Unit) -> Iterator[QuietWait]:
    """The quiet waits of one unit, in order."""
    found = list(commands(unit.body))
    sleeps = [command for command in found if command.name == "sleep"]
    if not sleeps:
        return
    if is_quiet_wait(unit):
        lines = [command.line for command in found]
        yield QuietWait(claim=unit.name, seconds=_seconds(sleeps[0]), line=min(lines), end_line=max(lines), whole=True)
        return
    for statements in sequences(unit.body):
        yield from _in_sequence(statements, unit)


def _in_sequence(statements: tuple[Node, ...], unit: Unit) -> Iterator[QuietWait]:
    for before, sleep, after in zip(statements, statements[1:], (*statements[2:], None), strict=False):
        found = _sleep_in(sleep, unit)
        if not isinstance(before, Command) or found is None:
            continue
        claim = spoken(before, unit.functions)
        if not announces_work(claim):
            continue
        if after is None or looks_at_nothing(after, unit):
            yield QuietWait(
                claim=claim,
                seconds=_seconds(found),
                line=before.line,
                end_line=sleep.end_line,
                whole=False,
                last=after is None,
            )


def _sleep_in(node: Node, unit: Unit) -> Command | None:
    """The sleep that a statement is, or that a loop over words is together with prints."""
    if isinstance(node, Command):
        return node if node.name == "sleep" else None
    if not isinstance(node, Loop) or node.keyword != "for" or not effects_of(node.body, unit.functions) <= _IDLE:
        return None
    return next((one for one in commands(node.body) if one.name == "sleep"), None)


def looks_at_nothing(node: Node, unit: Unit) -> bool:
    """Whether the statement looks at nothing: a print. Compound statements are taken for a look."""
    return isinstance(node, Command) and effect_of(node, unit.functions) is Effect.PRINT


def _seconds(sleep: Command) -> str:
    return " ".join(sleep.texts[1:]) or "some time"
