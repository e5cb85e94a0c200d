"""Words that the formats share."""

from __future__ import annotations

from auditor.model.escape import visible

__all__ = ["clipped", "counted", "single_line"]

_MARK = "…"


def single_line(text: str) -> str:
    """A message on one line, with everything that cannot be seen written out."""
    return visible(" ".join(text.split()))


def clipped(text: str, most: int) -> str:
    """The text, or its first `most` characters of which the last one says that something is left out."""
    return text if len(text) <= most else text[: most - 1] + _MARK


def counted(number: int, noun: str) -> str:
    """``1 finding``, ``2 findings``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
