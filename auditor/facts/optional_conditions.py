"""Conditions that ask for a setting, a tool or a mode: what is optional."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, Node, children

__all__ = ["TESTS", "asked", "asks_for_optional"]

TESTS = frozenset({"[", "[[", "test"})
"""Commands that compare and look, and change nothing."""
_OPTIONAL = pattern(
    r"(^|\s)\$#(\s|$)|DRY|dry|VERBOSE|DEBUG|FORCE|CONFIRM|EUID|id -u|(?i:duration|elapsed|took\b).* -(?:gt|ge|lt|le) "
)
_PRESENCE = pattern(r"(?:^|\s)-[nzvtwx](?:\s|$)")
_LOOK_UPS = frozenset({"command", "which", "type", "hash"})


def asked(condition: tuple[Node, ...]) -> Iterator[Command]:
    """The commands on whose status a condition depends: not those in their substitutions."""
    for node in condition:
        yield from [node] if isinstance(node, Command) else asked(children(node))


def asks_for_optional(command: Command) -> bool:
    """Whether a condition asks for a setting, a tool or a mode: ``-n`` is no such question where it is the namespace of kubectl."""
    if _LOOK_UPS & {command.name, *(word.text for word in command.words[:1])} or _OPTIONAL.search(command.text):
        return True
    return command.name in TESTS and _PRESENCE.search(command.text) is not None
