"""How many lines of each part of a summary one screen holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Part", "room_for", "screen_lines"]

FEWEST = 20
"""Lines below which a summary says too little: a smaller screen scrolls."""


@dataclass(frozen=True, slots=True)
class Part:
    """A list of a summary: how many lines it would like, and how many it gets before any other gets more."""

    wanted: int
    least: int


def screen_lines(console: Console) -> int | None:
    """The lines of the terminal, but for that of the prompt; None where it is none, and nothing need be cut."""
    return max(console.size.height - 1, FEWEST) if console.is_terminal else None


def room_for(parts: Mapping[str, Part], lines: int | None) -> dict[str, int]:
    """The lines of each part: all that it wants where they fit, else its least, and what is left in the given order."""
    if lines is None:
        return {name: part.wanted for name, part in parts.items()}
    room = {name: min(part.least, part.wanted) for name, part in parts.items()}
    left = lines - sum(room.values())
    for name, part in parts.items():
        more = max(min(part.wanted - room[name], left), 0)
        room[name] += more
        left -= more
    return room
