"""What a document says is not there, such as blockers, against what it lists of it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.check.document import Document, Kind, Line
from auditor.check.statement import Statement, contradicted, supported
from auditor.check.weight import is_aside
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["blocker_statements"]

_KINDS = {"blocker": "blockers", "critical": "critical issues", "open": "open issues"}
_DENIED = pattern(
    r"(?i)^\W*(?:none|no(?: \w+){0,3}|0|zero)\b[^A-Za-z0-9]{0,6}(?:identified|found|remain\w*|left|open)?\W*$"
)
_REACH = 60
_CHAPTER = 2
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class _Listed:
    """What is listed of one kind: the line that announces it, and its open items."""

    kind: str
    label: Line
    items: tuple[Line, ...]


def blocker_statements(document: Document) -> Iterator[Statement]:
    """Each statement that there are no blockers, critical or open issues, against the lists of them."""
    listed = document.derive(_listed)
    for line in document.texts:
        for kind, noun in _KINDS.items():
            if not _denies(line, kind):
                continue
            found = [one for one in listed if one.kind == kind and one.label.number != line.number]
            if found:
                first, last = found[0].items[0].number, found[0].items[-1].number
                told = f"No {noun} are said to be there, and {len(found[0].items)} are listed from line {first} on."
                yield contradicted(line.number, told, kind, 0 if last < line.number else line.number)
            else:
                yield supported(line.number, f"No list of {noun} stands against this.", kind)


def _denies(line: Line, kind: str) -> bool:
    """Whether a line says of the whole document that there are none."""
    text = line.plain
    if len(text) > _LONGEST or line.box is False or line.depth > 1 or matches("blockers.supposed", text):
        return False
    if is_aside(line.section) or any(matches("blockers.part", title) for title in line.section.path[1:]):
        return False
    if line.section.level > _CHAPTER and not any(_is_of_all(title) for title in line.section.path[1:]):
        return False
    if words(f"blockers.denied.{kind}").search(text):
        return True
    label, _, value = text.replace(" | ", ": ", 1).partition(":")
    return (
        words(f"blockers.label.{kind}").fullmatch(label.strip(" -*")) is not None and _DENIED.match(value) is not None
    )


def _is_of_all(title: str) -> bool:
    """Whether what stands below a title speaks for the whole document."""
    return matches("decision.head_sections", title) or matches("decision.final_sections", title)


def _listed(document: Document) -> tuple[_Listed, ...]:
    found: list[_Listed] = []
    for index, line in enumerate(document.texts):
        kind = _kind_of(line)
        if kind:
            items = tuple(_items(document.texts[index + 1 : index + 1 + _REACH], line))
            if items:
                found.append(_Listed(kind, line, items))
    return tuple(found)


def _kind_of(line: Line) -> str:
    """Which kind a heading or a label announces; empty for any other line."""
    if line.kind in (Kind.ROW, Kind.ITEM) or is_aside(line.section) or matches("blockers.over", line.plain):
        return ""
    label = line.plain.rstrip(": ")
    return next((kind for kind in _KINDS if words(f"blockers.list.{kind}").fullmatch(label.strip("*# "))), "")


def _items(after: tuple[Line, ...], label: Line) -> Iterator[Line]:
    """The items right behind a label, as far as none of them is done."""
    items: list[Line] = []
    for line in after:
        if line.kind is not Kind.ITEM or line.section != label.section:
            break
        if line.depth == 1:
            items.append(line)
        if line.box is True or matches("conditions.done", line.text) or matches("conditions.none", line.plain):
            return
    yield from items
