"""Titles of documents that tell what they decide."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.classify import classify
from auditor.check.decision_fields import Stated
from auditor.check.decision_shape import is_whole, opens
from auditor.check.document import Document, Kind, Line
from auditor.check.weight import is_subtitle
from auditor.facts.pattern import pattern

__all__ = ["of_title"]

TITLE = 50
_DASH = pattern(r"\s[-\x{2013}\x{2014}:]\s|:\s")
_TO_DO = pattern(r"(?i)\bchecklists?\b")
_QUOTES = ('"', "\u201c", "\u2018", "'")


def of_title(document: Document) -> Iterator[Stated]:
    """A title that ends with a decision, or begins with one: ``Final audit - approved``, ``Ready to deploy - Shop``.

    A title right below it is a part of it. A checklist is called by what it is for.
    """
    headings = [line for line in document.texts[:2] if line.kind is Kind.HEADING]
    is_double = len(headings) > 1 and is_subtitle(document, headings[1].section)
    for heading in headings[: 1 + is_double]:
        if not _TO_DO.search(heading.plain):
            yield from _of_heading(heading)


def _of_heading(heading: Line) -> Iterator[Stated]:
    parts = _parts(heading.plain)
    for part in (parts[-1], parts[0]) if len(parts) > 1 else ():
        decides, decision = classify(part)
        is_own = part is parts[-1] or (opens(part) and is_whole(part))
        if decides and decision and is_own and not part.startswith(_QUOTES):
            yield Stated(heading.number, decision, TITLE, heading.plain)
            return


def _parts(text: str) -> list[str]:
    parts, position = [], 0
    for match in _DASH.finditer(text):
        parts.append(text[position : match.start()])
        position = match.end()
    return [*parts, text[position:]]
