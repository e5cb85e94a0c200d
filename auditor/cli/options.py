"""What groups of options have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

__all__ = ["names_in", "own_rubric_option", "with_options"]

Command = Callable[..., Any]

own_rubric_option = click.option(
    "--own-rubric", is_flag=True, help="Let a rubric that is a file of the repository itself judge it."
)


def with_options(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    """The command with these options, which its help lists in this order."""
    for option in reversed(options):
        command = option(command)
    return command


def names_in(text: str | None) -> tuple[str, ...]:
    """The names of ``A,B``; none where nothing is given."""
    return tuple(name.strip() for name in text.split(",")) if text else ()
