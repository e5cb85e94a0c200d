"""The words, strings and brackets of a text in Groovy: enough to tell the blocks of a Jenkinsfile apart.

https://groovy-lang.org/syntax.html
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.pattern import pattern

__all__ = ["Token", "tokens_of"]

_MOST = 500_000
_PART = pattern(r"(?s)(\n)|([ \t\r]+)|([A-Za-z_][\w.]*)|(.)")
_MARK = pattern(r"(?s)\\.|['\"\n]")
_QUOTES = ("'''", '"""', "'", '"')
_ESCAPED = (('\\"', '"'), ("\\'", "'"), ("\\$", "$"), ("\\\\", "\\"))


@dataclass(frozen=True, slots=True)
class Token:
    """A word (`kind` ``word``), the content of a string (``text``) or a sign (``sign``); `first` where a statement may begin with it."""

    kind: str
    text: str
    line: int
    first: bool


def tokens_of(text: str) -> Iterator[Token]:
    """All tokens of the text in order, comments and blanks left out."""
    text = text[:_MOST]
    ends = _Ends(text)
    line, first, done = 1, True, 0
    for match in _PART.finditer(text):
        start = match.start()
        if start < done:
            continue
        whole, done = match.group(), match.end()
        if match.group(1):
            first = True
        elif match.group(3):
            yield Token("word", whole, line, first)
            first = False
        elif end := ends.of_comment(start):
            done = end
        elif quote := ends.quote(start):
            done = ends.of_string(start, quote)
            yield Token("text", _plain(text[start + len(quote) : done - len(quote)]), line, first)
            first = False
        elif match.group(4):
            yield Token("sign", whole, line, first)
            first = whole in "{};"
        line += text.count("\n", start, done)


class _Ends:
    """Where comments and strings end.

    All marks are looked up once: a search from every place where something begins that is never closed would take time with the
    square of the text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._last_comment = text.rfind("*/")
        self._marks: dict[str, list[int]] = {mark: [] for mark in (*_QUOTES, "\n")}
        for match in _MARK.finditer(text):
            for mark in (match.group(), match.group() * 3):
                if mark in self._marks and text.startswith(mark, match.start()):
                    self._marks[mark].append(match.start())

    def of_comment(self, start: int) -> int:
        """Where the comment ends that begins here; 0 where none does."""
        if self._text.startswith(("//", "#!"), start):
            end = self._text.find("\n", start)
            return len(self._text) if end < 0 else end
        if self._text.startswith("/*", start) and start + 2 <= self._last_comment:
            return self._text.index("*/", start + 2) + 2
        return 0

    def quote(self, start: int) -> str:
        """The quotes around the string that begins here; empty where none does, or none that ends."""
        return next((one for one in _QUOTES if self._text.startswith(one, start) and self._closes(start, one)), "")

    def of_string(self, start: int, quote: str) -> int:
        """Where the string ends that begins here with these quotes."""
        return self._next(quote, start + len(quote)) + len(quote)

    def _closes(self, start: int, quote: str) -> bool:
        end = self._next(quote, start + len(quote))
        return end < len(self._text) and (len(quote) > 1 or end < self._next("\n", start))

    def _next(self, mark: str, start: int) -> int:
        """The next place of a mark that no backslash stands before; the end of the text where there is none."""
        places = self._marks[mark]
        at = bisect_left(places, start)
        return places[at] if at < len(places) else len(self._text)


def _plain(text: str) -> str:
    """The text without its backslashes, as far as they do not stand for a sign that cannot be written."""
    for written, meant in _ESCAPED:
        text = text.replace(written, meant)
    return text
