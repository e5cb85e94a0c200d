"""Text that we did not write, made inert: for Markdown (words, code, blocks) and for terminals.

Everything from an audited repository passes here on its way into a document. What comes out can be
neither a heading, list, table cell, link, HTML, signature marker nor a terminal sequence, and shows what
it holds: characters that are invisible or reorder their neighbours are written as ``⟨U+202E⟩``.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

__all__ = ["PIPE_IN_TABLE", "block", "code", "prose", "terminal", "visible"]

PIPE_IN_TABLE = "¦"
"""Stands for a pipe inside of a table: parsers do not agree on escaped ones."""

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_HIDDEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_VARIATIONS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_COLOURED = "\ufe0f"
_PLAIN_MARKS = frozenset("""'"(),.;?!%+-/=""")
_OPENING = "'\"("
_CLOSING = "'\"),.;:?"
_SHORT = 200
"""Characters of a text that is worth remembering: names and words that stand in many lines of a table."""
_LONGEST_HEX = 7
"""Sites link words of so many hexadecimal digits to commits."""


def visible(text: str) -> str:
    """The text on one line, with everything that cannot be seen written out as its code point.

    The mark that gives a symbol its colours (U+FE0F behind a symbol) stays: it hides and moves nothing.
    """
    if text.isascii() and text.isprintable():
        return text
    pairs = zip(" " + text, text, strict=False)
    return "".join(one if one == _COLOURED and _is_symbol(before) else _shown(one) for before, one in pairs)


def terminal(text: str) -> str:
    """The text as a terminal may show it: control, format and direction characters written out, lines kept."""
    return "\n".join(visible(line.expandtabs(4)) for line in text.split("\n"))


def code(text: str, *, table: bool = False) -> str:
    """The text as one Markdown code span, behind a fence that is longer than any inside of it.

    In a `table`, pipes are replaced. The empty text becomes the word ``(empty)``.
    """
    shown = visible(text)
    if not shown:
        return "(empty)"
    if table:
        shown = shown.replace("|", PIPE_IN_TABLE)
    fence = "`" * (_longest_run(shown) + 1)
    padded = shown[0] in "` " or shown[-1] in "` "
    return f"{fence} {shown} {fence}" if padded and shown.strip(" ") else f"{fence}{shown}{fence}"


def prose(text: str, *, table: bool = True) -> str:
    """The text as inert words on one line.

    What stands between backticks, and every word that Markdown could read as anything but a word,
    becomes a code span. In a `table`, pipes are replaced.
    """
    return _often(text, table=table) if len(text) <= _SHORT else _inert(text, table=table)


def _inert(text: str, *, table: bool) -> str:
    pieces = text.strip().split("`")
    if len(pieces) % 2 == 0:
        pieces = [text.strip().replace("`", "'")]
    shown = ""
    for index, piece in enumerate(pieces):
        marked = _quoted(piece, table=table) if index % 2 else _words(piece, table=table, opens=not shown)
        shown += " " + marked if shown.endswith("`") and marked.startswith("`") else marked
    return shown.strip() or "(empty)"


_often = lru_cache(maxsize=2048)(_inert)


def block(text: str, first_line: int = 1) -> str:
    """Lines of a file as one fenced block, each behind its number; the fence is longer than any inside."""
    lines = terminal(text).split("\n")
    width = len(str(first_line + len(lines) - 1))
    numbered = [f"{first_line + index:>{width}}  {line}".rstrip() for index, line in enumerate(lines)]
    fence = "`" * max(3, _longest_run(text) + 1)
    return "\n".join((f"{fence}text", *numbered, fence))


def _shown(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    point = ord(character)
    hidden = (
        unicodedata.category(character) in _HIDDEN_CATEGORIES
        or character in _HIDDEN
        or character.isspace()
        or any(point in span for span in _VARIATIONS)
    )
    return f"⟨U+{point:04X}⟩" if hidden else character


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) == "So"


def _longest_run(text: str) -> int:
    longest = run = 0
    for character in text if "`" in text else "":
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest


def _quoted(piece: str, *, table: bool) -> str:
    return code(piece, table=table) if piece.strip() else ""


def _words(piece: str, *, table: bool, opens: bool) -> str:
    """The words of a piece; the first word of a line is looked at more closely, as it may open a block."""
    shown = []
    for word in visible(piece).split(" "):
        inert = _is_inert(word) and not (opens and _opens_block(word))
        shown.append(word if inert else _code_in(word, table=table))
        opens = opens and not word
    return " ".join(shown)


def _code_in(word: str, *, table: bool) -> str:
    """The word as code, with the quotes, brackets and stops around it outside."""
    core = word.lstrip(_OPENING)
    lead = word[: len(word) - len(core)]
    core = core.rstrip(_CLOSING)
    tail = word[len(lead) + len(core) :]
    return f"{lead}{code(core, table=table)}{tail}" if core else code(word, table=table)


def _is_inert(word: str) -> bool:
    """Whether no reader of Markdown takes this word, inside of a line, for more than a word."""
    stem = word.removesuffix(":").lower()
    if not (stem.isalnum() or all(one.isalnum() or one in _PLAIN_MARKS or not one.isascii() for one in stem)):
        return False
    return not ("www." in stem or stem.startswith("gh-") or _is_hex(stem))


def _opens_block(word: str) -> bool:
    """Whether a line that begins with this word might be a list, a rule or an underline."""
    return bool(word) and (word[0] in "+-=" or (word[-1] in ".)" and word[:-1].isascii() and word[:-1].isdigit()))


def _is_hex(word: str) -> bool:
    return len(word) >= _LONGEST_HEX and all(one in "0123456789abcdef" for one in word)
