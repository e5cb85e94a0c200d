"""The words, strings and brackets of a text in Groovy: enough to tell the blocks of a Jenkinsfile apart.

https://groovy-lang.org/syntax.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.pattern import pattern

__all__ = ["Token", "tokens_of"]

_MOST = 500_000
_TOKEN = pattern(
    r"(?s)(\n)|([ \t\r]+)|(//[^\n]*|/\*.*?\*/|#![^\n]*)|'''((?:[^\\]|\\.)*?)'''|\"\"\"((?:[^\\]|\\.)*?)\"\"\"|'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"|([A-Za-z_][\w.]*)|(.)"
)
_TWO_OF_THREE = 6
"""Signs of an empty string in three quotes on each side."""
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
    line, first = 1, True
    for match in _TOKEN.finditer(text[:_MOST]):
        whole = match.group()
        if match.group(1):
            first = True
        elif match.group(8):
            yield Token("word", whole, line, first)
            first = False
        elif whole[0] in "'\"" and len(whole) > 1:
            quote = 3 if whole.startswith(("'''", '"""')) and len(whole) >= _TWO_OF_THREE else 1
            yield Token("text", _plain(whole[quote:-quote]), line, first)
            first = False
        elif match.group(9):
            yield Token("sign", whole, line, first)
            first = whole in "{};"
        line += whole.count("\n")


def _plain(text: str) -> str:
    """The text without its backslashes, as far as they do not stand for a sign that cannot be written."""
    for written, meant in _ESCAPED:
        text = text.replace(written, meant)
    return text
