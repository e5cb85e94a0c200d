"""Decisions in blocks of plain text, and in titles that answer the one above, or are answered by one beside them."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.classify import classify
from auditor.check.decision_fields import Stated, of_field
from auditor.check.decision_shape import FIELD, is_whole, opens
from auditor.check.document import Document, Fence, Kind, Line
from auditor.check.weight import FINAL, HEAD, MEDIUM, WEAK, asked_for, is_aside, label_weight, unnumbered
from auditor.model.outcome import Decision

__all__ = ["is_opposed_by_title", "of_answer", "of_block", "of_subject"]

_FRAME = " \t\u2502\u2503\u2551|"
"""What a box is drawn with at both ends of its lines."""
BLOCK, ASKED = 28, 12
_LONGEST_FIELD = 300
_DEEP = 5


def of_block(fence: Fence) -> Iterator[Stated]:
    """Fields in a block of plain text, which count where nothing else decides."""
    lines = [
        Line(fence.number + offset, text.strip(_FRAME)[:_LONGEST_FIELD], Kind.PARAGRAPH, fence.section)
        for offset, text in enumerate(fence.lines)
    ]
    is_asked = asked_for(fence.section) >= MEDIUM
    least = WEAK if is_asked else MEDIUM
    for line, after in zip(lines, (*lines[1:], None), strict=False):
        found = of_field(line, 0, after) or _alone(line, is_asked=is_asked)
        if found is not None and found.decision and found.weight >= least:
            yield Stated(line.number, found.decision, BLOCK + is_asked * ASKED, found.text)


def _alone(line: Line, *, is_asked: bool) -> Stated | None:
    """A line of a block that is a decision and nothing else, below a title that asks for one."""
    text = unnumbered(line.plain)
    decides, decision = classify(text) if is_asked and text else (False, None)
    if not decides or decision is None or not opens(text) or not is_whole(text):
        return None
    return Stated(line.number, decision, MEDIUM, text)


def of_answer(title: Line, line: Line) -> Iterator[Stated]:
    """A title that answers the one right above it, at whatever level: ``## Verdict`` and then ``# READY WITH CAVEATS``."""
    asked = label_weight(unnumbered(title.plain))
    text = unnumbered(line.plain)
    is_inner = line.section.level > _below_chapter(title)
    if line.kind is not Kind.HEADING or asked < MEDIUM or is_inner or is_aside(title.section):
        return
    decides, decision = classify(text)
    if decides and decision and opens(text) and is_whole(text):
        yield Stated(line.number, decision, asked + (HEAD if line.section.level <= 2 else 0) - 5, text)  # noqa: PLR2004


def _below_chapter(title: Line) -> int:
    """The level below a title that is a chapter though its level is that of the document's own; that of the title otherwise."""
    return title.section.level + (title.section.level == 1 and title.section.number > 1)


def of_subject(document: Document, line: Line, place: int) -> Stated | None:
    """The status of what the title names, at the end: ``Backup status: production-ready`` in a review of backups."""
    field = FIELD.match(line.plain)
    if field is None or place < FINAL - _DEEP or line.kind is not Kind.PARAGRAPH:
        return None
    *subject, last = field.group(1).strip().lower().split()
    if last != "status" or not subject or not document.title.lower().split().count(subject[0]):
        return None
    decides, decision = classify(field.group(2))
    if not decides or decision is None or not opens(field.group(2)):
        return None
    return Stated(line.number, decision, WEAK + place - _DEEP, line.plain)


def is_opposed_by_title(document: Document, line: Line) -> bool:
    """Whether a title behind this one is the opposite: ``### Approved for production`` and ``### Requires refactoring``."""
    return document.derive(_last_refusals).get(line.section.path[:-1], 0) > line.section.number


def _last_refusals(document: Document) -> dict[tuple[str, ...], int]:
    """The numbers of the last sections that are called a NO-GO, by the titles above them."""
    titles = ((one, unnumbered(one.title)) for one in document.sections if one.level > 1)
    refused = (
        one for one, title in titles if opens(title) and is_whole(title) and classify(title)[1] is Decision.NO_GO
    )
    return {one.path[:-1]: one.number for one in refused}
