"""Decisions in the rows of tables."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.classify import classify
from auditor.check.decision_fields import Stated
from auditor.check.document import Document, Line, plain
from auditor.check.weight import FINAL, MEDIUM, PART, STRONG, WEAK, label_weight, unnumbered
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["is_on_topic", "of_row"]

_VARIABLE = pattern(r"^`[^`]+` \|.*`[^`]+` \| `")
"""A row that tells which values a variable may have."""
_LONGEST_CELL = 130
_NEAR = 10
_BY_THEIR_END = (STRONG - 15, MEDIUM - 15)
"""What labels weigh that only end with the name of a decision."""
_SEVERAL = 3


def of_row(document: Document, line: Line, place: int) -> Iterator[Stated]:
    """A row of a table that is named like a decision, or sums the table up; not one of several parts with their scores."""
    cells = [plain(cell) for cell in line.text.split(" | ")]
    if len(cells) < 2 or _VARIABLE.match(line.text):  # noqa: PLR2004 - a name and a value
        return
    name = unnumbered(cells[0])
    weight = label_weight(name)
    is_sum = matches("scores.overall", cells[0])
    is_part = line.number in document.derive(_part_rows)
    if is_part and weight < STRONG and not is_sum and not matches("scores.last_row", cells[0]):
        return
    if len(cells) > _SEVERAL and is_on_topic(document, name):
        return
    if not weight and is_sum:
        weight = WEAK
    if not weight or (weight <= WEAK and place < (PART if is_sum else 0)):
        return
    for cell in reversed(cells[1:]):
        decides, decision = classify(cell)
        if decides and decision and len(cell) <= _LONGEST_CELL:
            yield Stated(line.number, decision, weight + min(place, FINAL) - (0 if is_sum else _NEAR), line.plain)
            return


def is_on_topic(document: Document, label: str) -> bool:
    """Whether a label only ends with the name of a decision, and begins with what the document's title does not name."""
    return label_weight(label) in _BY_THEIR_END and label.lower().split()[0] not in document.title.lower()


def _part_rows(document: Document) -> frozenset[int]:
    """The rows of tables that give parts a score each."""
    found: set[int] = set()
    for table in document.tables:
        heads = [plain(cell).lower() for cell in table.header]
        is_scored = any(head.split()[-1:] in (["score"], ["rating"], ["grade"]) for head in heads[1:])
        if is_scored and matches("components.heads", heads[0]):
            found.update(row.number for row in table.rows)
    return frozenset(found)
