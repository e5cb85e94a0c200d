"""What groups of options have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["names_in", "with_options"]

Command = Callable[..., Any]


def with_options(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    """The command with these options, which its help lists in this order."""
    for option in reversed(options):
        command = option(command)
    return command


def names_in(text: str | None) -> tuple[str, ...]:
    """The names of ``A,B``; none where nothing is given."""
    return tuple(name.strip() for name in text.split(",")) if text else ()
