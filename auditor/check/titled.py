"""Lengths of documents that a text names by their titles: ``Privacy Policy (400+ lines)`` is of ``PRIVACY_POLICY.md``."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case, View
from auditor.check.document import Line
from auditor.check.mentions import Mention, mentions
from auditor.check.resolution import is_foreign_path
from auditor.facts.pattern import pattern

__all__ = ["titled_mentions"]

_LENGTH = pattern(r"\s\(([~≈]?)(\d{1,3}(?:,\d{3})+|\d{2,6})(\+?) lines\)")
_WORD = pattern(r"[A-Za-z0-9]+")
_FEWEST, _MOST = 2, 6
"""Words of a title: one alone, such as ``README``, is that of many files."""


def titled_mentions(case: Case) -> Iterator[Mention]:
    """The one document of each title that a line gives a length of, where no file is named beside it."""
    if not case.views:
        return
    named = {mention.line.number for mention in mentions(case.document)}
    titles = _titles(case.views[0])
    for line in case.document.texts:
        found = _LENGTH.search(line.plain) if line.number not in named and "lines)" in line.plain else None
        path = _titled(line.plain[: found.start()], titles) if found else ""
        if found and path:
            yield _mention(line, path, int(found.group(2).replace(",", "")), found.group(1), found.group(3))


def _mention(line: Line, path: str, count: int, about: str, plus: str) -> Mention:
    return Mention(line, path, count=count, about=bool(about), at_least=bool(plus))


def _titled(before: str, titles: dict[str, str]) -> str:
    words = [one.group() for one in _WORD.finditer(before)][-_MOST:]
    for size in range(len(words), _FEWEST - 1, -1):
        path = titles.get("".join(words[-size:]).lower(), "")
        if path:
            return path
    return ""


def _titles(view: View) -> dict[str, str]:
    """The documents by the letters of their names; without those that share them."""
    found: dict[str, str] = {}
    for path in sorted(view.paths):
        if path.endswith(".md") and not is_foreign_path(path):
            name = path.rpartition("/")[2].removesuffix(".md").lower()
            letters = "".join(letter for letter in name if letter.isalnum())
            found[letters] = "" if letters in found else path
    return found
