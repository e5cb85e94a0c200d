"""Linear-time patterns: the only way to match text of the audited repository.

google-re2 (https://github.com/google/re2/wiki/Syntax) has no backtracking, and so no lookaround and no
backreferences: a hostile file cannot make it slow. Python's `re` can be made exponential.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import re2

__all__ = ["Match", "Pattern", "pattern"]


class Match:
    """A match: the text of its groups and its character positions."""

    __slots__ = ("_match",)

    def __init__(self, match: Any) -> None:  # noqa: ANN401 - re2 has no types
        self._match = match

    def group(self, group: int | str = 0) -> str:
        """The text of a group; empty where the group took no part."""
        found: str | bytes = self._match.group(group) or ""
        return found.decode() if isinstance(found, bytes) else found

    def start(self, group: int = 0) -> int:
        """Where the group begins; -1 where it took no part."""
        return int(self._match.start(group))

    def end(self, group: int = 0) -> int:
        """Where the group ends; -1 where it took no part."""
        return int(self._match.end(group))


class Pattern:
    """A compiled pattern over text. Lone surrogates in the text are matched as U+FFFD."""

    __slots__ = ("_compiled", "_expression")

    def __init__(self, expression: str) -> None:
        self._expression = expression

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - re2 has no types
        # Only reached while the slot is empty: hundreds of patterns are declared, and a command may use none.
        if name != "_compiled":
            raise AttributeError(name)
        self._compiled = re2.compile(self._expression)
        return self._compiled

    def search(self, text: str) -> Match | None:
        """The first match anywhere in the text."""
        return self._first(self._compiled.search, text)

    def in_lines(self, text: str) -> bool:
        """Whether any line of the text might match on its own: what lets one search stand for one of each line.

        Never False where a line matches; True, too, where only several lines together do.
        """
        return pattern("(?m)" + self._expression).search(text) is not None

    def match(self, text: str) -> Match | None:
        """A match at the beginning of the text."""
        return self._first(self._compiled.match, text)

    def fullmatch(self, text: str) -> Match | None:
        """A match of the whole text."""
        return self._first(self._compiled.fullmatch, text)

    def finditer(self, text: str) -> Iterator[Match]:
        """All matches that do not overlap, from left to right."""
        data = text.encode("utf-8", "replace")
        if len(data) == len(text):
            return map(Match, self._compiled.finditer(data))
        if self._compiled.search(data) is None:
            return iter(())
        return map(Match, self._compiled.finditer(data.decode()))

    def sub(self, replacement: str, text: str) -> str:
        """The text with every match replaced; the replacement is literal."""
        text = text if text.isascii() else text.encode("utf-8", "replace").decode()
        parts: list[str] = []
        position = 0
        for match in self.finditer(text):
            parts += (text[position : match.start()], replacement)
            position = match.end()
        return "".join((*parts, text[position:]))

    @staticmethod
    def _first(ask: Callable[[Any], Any], text: str) -> Match | None:
        """Ask with bytes, which re2 takes as they are: most texts do not match, and positions in ASCII are the same."""
        data = text.encode("utf-8", "replace")
        found = ask(data)
        if found is None:
            return None
        if len(data) == len(text):
            return Match(found)
        return Match(ask(data.decode()))


@cache
def pattern(expression: str) -> Pattern:
    """Compile an expression of re2 once. Flags are written inside: ``(?i)``, ``(?m)``, ``(?s)``."""
    return Pattern(expression)
