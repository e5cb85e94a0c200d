"""A document as its decision is read: sentences that go on in the next line are whole, and words of decision English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.check.document import Document, Kind, Line
from auditor.facts.glosses import Language, language_of
from auditor.facts.pattern import pattern

__all__ = ["is_foreign", "seen"]

_WRAPPED = 50
"""From so many characters on a line may have been broken for its length."""
_LONGEST = 1_200
_ENDED = pattern(r"(?:[.:!?|]|\*\*|  |\\)\s*$")
_OWN = pattern(r"^(?:[^\pL\pN(\x{201C}\"'`]|.{1,60}?:(?:\s|\*|$))")
"""How a line begins that goes on with no other: by a mark or a picture, or as a field."""


def seen(document: Document) -> Document:
    """The document for those who look for its decision; the numbers of the lines stay."""
    return document.derive(_seen)


def is_foreign(document: Document) -> bool:
    """Whether the document is in one of the languages that are known besides English."""
    return document.derive(_language) is not None


def _language(document: Document) -> Language | None:
    return language_of("\n".join(document.lines))


def _seen(document: Document) -> Document:
    whole = replace(document, texts=tuple(_joined(document)))
    language = document.derive(_language)
    return whole if language is None else _in_english(whole, language)


def _in_english(document: Document, language: Language) -> Document:
    """The document with the words of decision in English wherever they stand."""
    sections = {one.number: replace(one, path=tuple(map(language.english, one.path))) for one in document.sections}
    return replace(
        document,
        sections=tuple(sections.values()),
        texts=tuple(
            replace(
                line,
                text=language.english(line.text),
                label=language.english(line.label),
                section=sections[line.section.number],
            )
            for line in document.texts
        ),
        tables=tuple(
            replace(one, header=tuple(map(language.english, one.header)), section=sections[one.section.number])
            for one in document.tables
        ),
        fences=tuple(
            replace(one, lines=tuple(map(language.english, one.lines)), section=sections[one.section.number])
            for one in document.fences
        ),
    )


def _joined(document: Document) -> Iterator[Line]:
    open_line: Line | None = None
    last = 0
    for line in document.texts:
        if open_line is not None and line.number == last + 1 and _goes_on(document, open_line, line):
            open_line = replace(open_line, text=f"{open_line.text} {line.text}")
        else:
            if open_line is not None:
                yield open_line
            open_line = line
        last = line.number
    if open_line is not None:
        yield open_line


def _goes_on(document: Document, line: Line, after: Line) -> bool:
    """Whether a sentence that was broken for its length goes on in the line after."""
    above = document.lines[after.number - 2] if after.number - 2 < len(document.lines) else ""
    is_broken = len(above) >= _WRAPPED and not _ENDED.search(above)
    is_same = line.kind is after.kind is Kind.PARAGRAPH or (
        line.kind is after.kind is Kind.ITEM and after.depth > line.depth
    )
    return is_broken and is_same and len(line.text) < _LONGEST and not _OWN.match(after.text)
