"""How lines of a file are quoted: masked, and cut to a readable size. Capture and verification share it."""

from __future__ import annotations

from functools import lru_cache

from auditor.facts.credentials import mask

__all__ = ["EXCERPT_COLUMNS", "EXCERPT_LINES", "excerpt_of", "lines_of"]

EXCERPT_LINES = 8
EXCERPT_COLUMNS = 200
_masked = lru_cache(maxsize=4)(mask)
"""Many findings on one long line look at it once."""


def lines_of(content: bytes) -> tuple[str, ...]:
    """The lines of a file's content; what is no UTF-8 is replaced, line ends are left out."""
    text = content.decode("utf-8-sig", "replace")
    return tuple(line.removesuffix("\r") for line in text.split("\n"))


def excerpt_of(lines: tuple[str, ...], start: int, end: int) -> str:
    """The lines `start` to `end` (1-based, inclusive), masked, and cut to a readable size."""
    last = min(end, start + EXCERPT_LINES - 1)
    return "\n".join(_masked(line)[:EXCERPT_COLUMNS].rstrip() for line in lines[start - 1 : last])
