"""Quotes and here-documents of a script that are still open where its text ends: what follows belongs to them.

Told for shell and for the scripts of actions, by their characters alone: both know ``"``, ``'`` and the backtick, and escape
with a backslash. A comment begins with ``#`` or ``//`` after a blank.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.facts.pattern import pattern

__all__ = ["closing_line"]

_TOKEN = pattern(
    r"\\.|<<<|<<-?[ \t]*(?:\"([\w.-]{1,60})\"|'([\w.-]{1,60})'|\\?([A-Za-z_][\w.-]{0,60}))|[\"'`]|(?:^|[ \t;])(?:#|//)"
)
_QUOTES = frozenset("\"'`")


def closing_line(lines: Sequence[str], start: int, end: int) -> int | None:
    """The index of the line that closes what the lines from `start` to before `end` leave open.

    None where they leave nothing open, or where no later line closes it.
    """
    quote = word = ""
    for index in range(start, len(lines)):
        line = lines[index]
        if word:
            word = "" if line.strip() == word else word
        else:
            quote, word = _after(line, quote)
        if index < end - 1:
            continue
        if not quote and not word:
            return index if index >= end else None
    return None


def _after(line: str, quote: str) -> tuple[str, str]:
    """The quote that is open after a line, and the word that ends the here-document that it begins."""
    word = ""
    for found in _TOKEN.finditer(line):
        token = found.group()
        if token.startswith(("\\", "<<<")):
            continue
        if quote:
            quote = "" if token.count(quote) % 2 else quote
        elif token in _QUOTES:
            quote = token
        elif token.startswith("<<"):
            word = word or found.group(1) or found.group(2) or found.group(3)
        else:
            break  # a comment
    return quote, word
