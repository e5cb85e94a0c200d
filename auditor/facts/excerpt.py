"""How lines of a file are quoted: masked, and cut to a readable size. Capture and verification share it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from auditor.facts.credentials import mask

__all__ = ["EXCERPT_COLUMNS", "EXCERPT_LINES", "cut", "excerpt_of", "lines_of"]

EXCERPT_LINES = 8
EXCERPT_COLUMNS = 200
_masked = lru_cache(maxsize=4)(mask)
"""Many findings on one long line look at it once."""


def lines_of(content: bytes) -> tuple[str, ...]:
    """The lines of a file's content; what is no UTF-8 is replaced, line ends are left out."""
    text = content.decode("utf-8-sig", "replace")
    lines = text.split("\n")
    return tuple(line.removesuffix("\r") for line in lines) if "\r" in text else tuple(lines)


def excerpt_of(lines: tuple[str, ...], start: int, end: int) -> str:
    """The lines `start` to `end` (1-based, inclusive), masked, and cut to a readable size."""
    last = min(end, start + EXCERPT_LINES - 1)
    return cut(map(_masked, lines[start - 1 : last]))


def cut(masked: Iterable[str]) -> str:
    """Lines in which every credential is masked, cut to a readable size."""
    return "\n".join(line[:EXCERPT_COLUMNS].rstrip() for line in islice(masked, EXCERPT_LINES))
