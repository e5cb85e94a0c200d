"""Lengths that stand apart from the name of their file.

Those of documents that are named by their titles: ``Privacy Policy (400+ lines)`` is of ``PRIVACY_POLICY.md``. And those
at the end of an item that begins with the file: ``shop/cart.py - Totals and taxes (90 lines)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from auditor.check.case import Case, View
from auditor.check.document import Document, Kind, Line
from auditor.check.mentions import Mention, mentions
from auditor.check.resolution import is_foreign_path
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["item_lengths", "titled_mentions"]

_LENGTH = pattern(r"\s\(([~≈]?)(\d{1,3}(?:,\d{3})+|\d{2,6})(\+?) lines\)")
_AT_END = pattern(r"^[^()]{0,80}\s\(([~≈]?)(\d{1,3}(?:,\d{3})+|\d{2,6})(\+?) lines\)[\s*.;]{0,4}$")
_MARKS = pattern(r"^[^A-Za-z]{0,12}$")
_WORD = pattern(r"[A-Za-z0-9]+")
_FEWEST, _MOST = 2, 6
"""Words of a title: one alone, such as ``README``, is that of many files."""


def titled_mentions(case: Case) -> Iterator[Mention]:
    """The one document of each title that a line gives a length of, where no file is named beside it."""
    if not case.views:
        return
    named = {mention.line.number for mention in mentions(case.document)}
    for line in case.document.texts:
        found = _LENGTH.search(line.plain) if line.number not in named and "lines)" in line.plain else None
        path = _titled(line.plain[: found.start()], _titles(case.views[0])) if found else ""
        if found and path:
            yield _mention(line, path, int(found.group(2).replace(",", "")), found.group(1), found.group(3))


def item_lengths(document: Document) -> Iterator[Mention]:
    """The length at the end of each item that begins with its one file: of a part, unless files that were made are listed."""
    by_line: dict[int, list[Mention]] = {}
    for mention in mentions(document):
        by_line.setdefault(mention.line.number, []).append(mention)
    for found in by_line.values():
        one, line = found[0], found[0].line
        is_plain = len(found) == 1 and line.kind is Kind.ITEM and not (one.first or one.count or one.is_pattern)
        if not is_plain or not _MARKS.match(line.text[: one.start]):
            continue
        claim = _AT_END.match(line.text[one.end :])
        if claim:
            is_made = any(matches("references.made", text) for text in (line.label, *line.section.path[1:]))
            count = int(claim.group(2).replace(",", ""))
            about, plus = bool(claim.group(1)), bool(claim.group(3))
            yield replace(one, count=count, about=about, at_least=plus, is_part=not is_made)


def _mention(line: Line, path: str, count: int, about: str, plus: str) -> Mention:
    return Mention(line, path, count=count, about=bool(about), at_least=bool(plus))


def _titled(before: str, titles: dict[str, str]) -> str:
    words = [one.group() for one in _WORD.finditer(before)][-_MOST:]
    for size in range(len(words), _FEWEST - 1, -1):
        path = titles.get("".join(words[-size:]).lower(), "")
        if path:
            return path
    return ""


@lru_cache(maxsize=2)
def _titles(view: View) -> dict[str, str]:
    """The documents by the letters of their names; without those that share them."""
    found: dict[str, str] = {}
    for path in sorted(view.paths):
        if path.endswith(".md") and not is_foreign_path(path):
            name = path.rpartition("/")[2].removesuffix(".md").lower()
            letters = "".join(letter for letter in name if letter.isalnum())
            found[letters] = "" if letters in found else path
    return found
