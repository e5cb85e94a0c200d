"""What a shell program tells of bad states and of losses, and does nothing about."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import identifier_words
from auditor.facts.shell_effects import Effect, effect_of, effects_of
from auditor.facts.shell_program import Case, Command, Group, Loop, Node, Pipeline, all_commands, walk
from auditor.facts.work_units import Unit

__all__ = ["bad_state_of", "keeps_data", "tells_of_loss"]

_STATE = pattern(r"❌|🔴|🚨|\b(?:FAIL(?:ED|URE)?|ERROR|DOWN|UNHEALTHY|UNREACHABLE|CRITICAL)\b")

_KEEPS = pattern(r"(?i)\b(?:back ?ups?|restore|roll ?back|recover\w*|snapshots?|dump|disaster|failover)\b")
"""Programs in which what is missing is what they are for."""
_LOST = pattern(
    r"(?i)\bunencrypted\b|\bskipping (?:the )?(?:s3|gcs|azure|remote|cloud|off-?site|upload|encryption|verification)\b|\bcannot (?:upload|encrypt|verify)\b|"
    r"\b(?:backup|archive|dump|snapshot|model|data|database|volume|key)\b.{0,20}\b(?:not found|missing|does not exist)\b|\bno (?:\w+ ){0,2}(?:backups?|archives?|dumps?|snapshots?)\b.{0,30}\b(?:found|exists?|available|to (?:upload|restore|verify)|in)\b"
)
_READ = pattern(r"\$\{?[!#]?(\w+)")
_UNSET = pattern(r"(?i)\bnot (?:configured|set|enabled)\b|\bdisabled\b")


def keeps_data(unit: Unit) -> bool:
    """Whether a unit, or its file, is named for saving data or going back to what was saved."""
    return _KEEPS.search(identifier_words(f"{unit.name} {unit.context}")) is not None


def tells_of_loss(text: str) -> bool:
    """Whether a text says that what was to be saved, or the copy, is not there; that it was never wished for is no loss."""
    return _LOST.search(text) is not None and _UNSET.search(text) is None


def bad_state_of(body: Iterable[Node], unit: Unit) -> str:
    """The bad state that statements give a variable, all that the unit does with which is to print it: ``status="❌ FAILED"``.

    Empty where they do anything else, or where something else reads the variable.
    """
    nodes = tuple(body)
    if not nodes or not all(isinstance(one, Command) and not one.words for one in nodes):
        return ""
    for one in (each for command in all_commands(nodes) for each in command.assignments):
        if _STATE.search(one.value.text) and one.name in _only_printed(unit):
            return one.value.text
    return ""


@lru_cache(maxsize=2)
def _only_printed(unit: Unit) -> frozenset[str]:
    """The variables of a unit that commands print, and that nothing else reads."""
    shown: set[str] = set()
    other: set[str] = set()
    for node in walk(unit.body):
        prints = isinstance(node, Command) and effect_of(node, unit.functions) is Effect.PRINT
        names = {match.group(1) for text in _texts(node, unit) for match in _READ.finditer(text)}
        (shown if prints else other).update(names)
    return frozenset(shown - other)


def _texts(node: Node, unit: Unit) -> tuple[str, ...]:
    """What a statement itself reads variables in; what is handed on to another program is read by that."""
    match node:
        case Command():
            assigned = (one.value.text for one in node.assignments)
            return (*(word.text for word in node.words), *assigned, *(one.target.text for one in node.redirects))
        case Pipeline() if effects_of((node,), unit.functions) != {Effect.PRINT}:
            return tuple(word.text for one in all_commands((node,)) for word in one.words)
        case Group():
            return tuple(one.target.text for one in node.redirects)
        case Loop():
            return tuple(word.text for word in node.words)
        case Case():
            return (node.subject,)
        case _:
            return ()
