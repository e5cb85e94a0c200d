"""What a shell program tells of bad states and of losses, and does nothing about."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import identifier_words
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import Command, Node, all_commands
from auditor.facts.work_units import Unit

__all__ = ["bad_state_of", "keeps_data", "tells_of_loss"]

_STATE = pattern(r"❌|🔴|🚨|\b(?:FAIL(?:ED|URE)?|ERROR|DOWN|UNHEALTHY|UNREACHABLE|CRITICAL)\b")

_KEEPS = pattern(r"(?i)\b(?:back ?ups?|restore|roll ?back|recover\w*|snapshots?|dump|disaster|failover)\b")
"""Programs in which what is missing is what they are for."""
_LOST = pattern(
    r"(?i)\bunencrypted\b|\bskipping (?:the )?(?:s3|gcs|azure|remote|cloud|off-?site|upload|encryption|verification)\b|\bcannot (?:upload|encrypt|verify)\b|"
    r"\b(?:backup|archive|dump|snapshot|model|data|database|volume|key)\b.{0,20}\b(?:not found|missing|does not exist)\b|\bno (?:\w+ ){0,2}(?:backups?|archives?|dumps?|snapshots?)\b.{0,30}\b(?:found|exists?|available|to (?:upload|restore|verify)|in)\b"
)
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
        uses = [each for each in all_commands(unit.body) if _reads(each, one.name)]
        shown = bool(uses) and all(effect_of(each, unit.functions) is Effect.PRINT for each in uses)
        if shown and _STATE.search(one.value.text):
            return one.value.text
    return ""


def _reads(command: Command, name: str) -> bool:
    texts = (*(word.text for word in command.words), *(one.value.text for one in command.assignments))
    return any(f"${name}" in text or f"${{{name}" in text for text in texts)
