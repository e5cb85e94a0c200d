"""Linear-time patterns: the only way to match text of the audited repository.

google-re2 (https://github.com/google/re2/wiki/Syntax) has no backtracking, and so no lookaround and no
backreferences: a hostile file cannot make it slow. Python's `re` can be made exponential.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import re2

__all__ = ["Match", "Pattern", "pattern"]


_Spans = list[tuple[int, int]]
_ANCHORS: Any = getattr(getattr(getattr(re2, "_re2", None), "RE2", None), "Anchor", None)
_HOW = {"search": "UNANCHORED", "match": "ANCHOR_START", "fullmatch": "ANCHOR_BOTH"}
_SEARCH, _MATCH, _FULLMATCH = (getattr(_ANCHORS, name, how) for how, name in _HOW.items())
"""How the native matcher is told where a match may lie; the names of re2's methods where there is no such matcher."""


class Match:
    """A match: the text of its groups and its character positions."""

    __slots__ = ("_pattern", "_spans", "_text")

    def __init__(self, text: str, spans: _Spans, pattern: Pattern) -> None:
        self._text = text
        self._spans = spans
        self._pattern = pattern

    def group(self, group: int | str = 0) -> str:
        """The text of a group; empty where the group took no part."""
        start, end = self._spans[self._pattern.place(group) if isinstance(group, str) else group]
        return self._text[start:end] if start >= 0 else ""

    def start(self, group: int = 0) -> int:
        """Where the group begins; -1 where it took no part."""
        return self._spans[group][0]

    def end(self, group: int = 0) -> int:
        """Where the group ends; -1 where it took no part."""
        return self._spans[group][1]


class Pattern:
    """A compiled pattern over text. Lone surrogates in the text are matched as question marks."""

    __slots__ = ("_by_line", "_compiled", "_expression", "_native")

    def __init__(self, expression: str) -> None:
        self._expression = expression

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - re2 has no types
        # Only reached while the slot is empty: hundreds of patterns are declared, and a command may use none.
        if name == "_compiled":
            value = re2.compile(self._expression)
        elif name == "_native":
            value = _native(self._compiled)
        elif name == "_by_line":
            value = pattern("(?m)" + self._expression)
        else:
            raise AttributeError(name)
        setattr(self, name, value)
        return value

    @property
    def expression(self) -> str:
        """As it was written."""
        return self._expression

    def search(self, text: str) -> Match | None:
        """The first match anywhere in the text."""
        # Asked with bytes, which re2 takes as they are: most texts do not match, and positions in ASCII are the same.
        data = text.encode("utf-8", "replace")
        spans = self._native(_SEARCH, data, 0, len(data))
        return None if spans[0][0] < 0 else self._found("search", text, data, spans)

    def in_lines(self, text: str) -> bool:
        """Whether any line of the text might match on its own: what lets one search stand for one of each line.

        Never False where a line matches; True, too, where only several lines together do.
        """
        data = text.encode("utf-8", "replace")
        spans: _Spans = self._by_line._native(_SEARCH, data, 0, len(data))  # noqa: SLF001 - of its own class
        return spans[0][0] >= 0

    def match(self, text: str) -> Match | None:
        """A match at the beginning of the text."""
        data = text.encode("utf-8", "replace")
        spans = self._native(_MATCH, data, 0, len(data))
        return None if spans[0][0] < 0 else self._found("match", text, data, spans)

    def fullmatch(self, text: str) -> Match | None:
        """A match of the whole text."""
        data = text.encode("utf-8", "replace")
        spans = self._native(_FULLMATCH, data, 0, len(data))
        return None if spans[0][0] < 0 else self._found("fullmatch", text, data, spans)

    def finditer(self, text: str) -> Iterator[Match]:
        """All matches that do not overlap, from left to right."""
        data = text.encode("utf-8", "replace")
        spans = self._native(_SEARCH, data, 0, len(data))
        if spans[0][0] < 0:
            return iter(())
        if len(data) == len(text):
            return self._each(text, data, spans)
        text = data.decode()
        return (self._wrapped(text, one) for one in self._compiled.finditer(text))

    def sub(self, replacement: str, text: str) -> str:
        """The text with every match replaced; the replacement is literal."""
        text = text if text.isascii() else text.encode("utf-8", "replace").decode()
        parts: list[str] = []
        position = 0
        for match in self.finditer(text):
            parts += (text[position : match.start()], replacement)
            position = match.end()
        return "".join((*parts, text[position:])) if parts else text

    def place(self, name: str) -> int:
        """The number of a group with a name."""
        return int(self._compiled.groupindex[name])

    def _each(self, text: str, data: bytes, spans: _Spans) -> Iterator[Match]:
        """As `finditer`, for text of ASCII: `spans` are those of the first match."""
        position, size = 0, len(data)
        while spans[0][0] >= 0:
            yield Match(text, spans, self)
            end = spans[0][1]
            if position == size:
                return
            position = end + 1 if end == position else end  # as re2 does it: past an empty match by one
            spans = self._native(_SEARCH, data, position, size)

    def _found(self, how: str, text: str, data: bytes, spans: _Spans) -> Match:
        if len(data) == len(text):
            return Match(text, spans, self)
        text = data.decode()
        return self._wrapped(text, getattr(self._compiled, how)(text))

    def _wrapped(self, text: str, found: Any) -> Match:  # noqa: ANN401 - re2 has no types
        return Match(text, [found.span(group) for group in range(self._compiled.groups + 1)], self)


def _native(compiled: Any) -> Callable[[Any, bytes, int, int], _Spans]:  # noqa: ANN401 - re2 has no types
    """What gives the spans of a match in bytes, the first of them negative where there is none.

    The methods of re2 wrap each match in a generator and an object of Python, which takes as long as most matches do: what
    lies beneath them is asked where this version has it.
    """
    native = getattr(getattr(compiled, "_regexp", None), "Match", None)
    return native if native is not None and _ANCHORS is not None else partial(_spans, compiled)


def _spans(compiled: Any, how: str, data: bytes, start: int, end: int) -> _Spans:  # noqa: ANN401 - re2 has no types
    found = getattr(compiled, how)(data, start, end)
    return [(-1, -1)] if found is None else [found.span(group) for group in range(compiled.groups + 1)]


@cache
def pattern(expression: str) -> Pattern:
    """Compile an expression of re2 once. Flags are written inside: ``(?i)``, ``(?m)``, ``(?s)``."""
    return Pattern(expression)
