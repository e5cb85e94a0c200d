"""What editors, mail and version control do to a text by themselves, each with the way back."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Change", "changes_that_explain"]

_BOM = "\ufeff"
_FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
_RULE = frozenset("-: ")


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done to the text, in words with the remedy, and what takes it back."""

    words: str
    undo: Callable[[str], str]


def changes_that_explain(text: str, is_right: Callable[[str], bool]) -> tuple[str, ...]:
    """The fewest changes that, taken back together, make a text that is right; empty where none do."""
    for form in _FORMS:
        steps = [*_CHANGES, _normalised(form)]
        if not is_right(_undone(text, steps)):
            continue
        for one in tuple(steps):
            rest = [step for step in steps if step is not one]
            if is_right(_undone(text, rest)):
                steps = rest
        return tuple(one.words for one in steps)
    return ()


def _undone(text: str, steps: list[Change]) -> str:
    for step in steps:
        text = step.undo(text)
    return text


def _normalised(form: Literal["NFC", "NFD"]) -> Change:
    other = "NFD" if form == "NFC" else "NFC"
    words = f"the text was normalised (Unicode, to {other} or the like): normalise it to {form}"
    return Change(words, lambda text: unicodedata.normalize(form, text))


def _without_trailing_blanks(text: str) -> str:
    return "\n".join(line.rstrip(" \t") for line in text.split("\n"))


def _tidy_tables(text: str) -> str:
    return "\n".join(_tidy_row(line) if line.lstrip().startswith("|") else line for line in text.split("\n"))


def _tidy_row(line: str) -> str:
    """A row of a table as the templates write it: one blank around each cell, rules as short as they can be."""
    cells = [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
    if all(cell and set(cell) <= _RULE for cell in cells):
        return f"|{'|'.join(map(_short_rule, cells))}|"
    return "".join(f"| {cell} " if cell else "| " for cell in cells) + "|"


def _short_rule(cell: str) -> str:
    if cell.startswith(":") and cell.endswith(":"):
        return ":-:"
    return "--:" if cell.endswith(":") else "---"


_CHANGES = (
    Change("a byte order mark was put before the text: take it away", lambda text: text.removeprefix(_BOM)),
    Change("line ends were changed to CRLF: convert them back to LF", lambda text: text.replace("\r\n", "\n")),
    Change("line ends were changed to CR: convert them back to LF", lambda text: text.replace("\r", "\n")),
    Change("blanks were added to the ends of lines: take them away", _without_trailing_blanks),
    Change("tables were indented anew: take the certificate as it was issued", _tidy_tables),
    Change(
        "line ends at the end of the file were added or cut off: it ends with exactly one",
        lambda text: text.rstrip("\n") + "\n",
    ),
)
