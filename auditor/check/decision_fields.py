"""Decisions that stand in a field: ``Label: value``, in a heading as well as in a line."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.check.classify import classify, normal, signed
from auditor.check.decision_shape import FIELD, opens
from auditor.check.document import Kind, Line
from auditor.check.weight import MEDIUM, PER_PART, STRONG, WEAK, asked_for, label_weight, unnumbered
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches
from auditor.model.outcome import Decision

__all__ = ["ITEM", "WITHIN", "Stated", "of_field"]

ITEM = -20
"""What an item of a list weighs less."""
WITHIN = 8
"""Within so many words a value has to decide, in order to count fully."""
_LATE = -40
_LONGEST_SIGNED = 60
_ANY = pattern(r"(?i)^(?:every|each|any|all|no)\s")
_SCORE = pattern(r"\d+(?:\.\d+)?\s?(?:/\s?\d+|%)")


@dataclass(frozen=True, slots=True)
class Stated:
    """One line that decides: the decision (None: it says that there is none yet), and how much the line weighs."""

    line: int
    decision: Decision | None
    weight: int
    text: str


def of_field(line: Line, place: int, after: Line | None) -> Stated | None:
    """The decision in a field; the value may stand in the line after."""
    words_of = unnumbered(line.plain)
    match = FIELD.match(words_of)
    if not match or PER_PART.match(words_of) or _ANY.match(words_of) or line.box is False:
        return None
    label, value = match.group(1).strip(" "), match.group(2)
    if (value.startswith(('"', "'")) and "=" in words_of) or value.endswith("?") or value.startswith("[ ]"):
        return None  # code, a question, or a box that nobody ticked
    weight = label_weight(label)
    if not weight:
        return _of_unit(line, label, value, place)
    if not value and weight >= MEDIUM and after is not None and _may_answer(line, after):
        value = after.plain if opens(after.plain) else ""
    if matches("decision.postures", label) and not matches("decision.readiness", normal(value)):
        return None  # it may be good without anything being ready
    if label.lower().endswith("classification") and matches("decision.confidential", normal(value)):
        return None  # who may read it
    if weight <= WEAK and line.kind is not Kind.ITEM:
        weight = max(weight, asked_for(line.section) - 5)
    if matches("decision.conditional_lead", normal(label)):
        value = label  # a decision with a dash behind it
    text = line.plain if match.group(2) else f"{line.plain} {value}"
    return _weighed(line, value, weight, place, text)


def _may_answer(line: Line, after: Line) -> bool:
    """Whether the value of a field may stand in the line after: not in a table, nor in the title of the next section."""
    return after.kind is not Kind.ROW and (after.kind is not Kind.HEADING or line.kind is Kind.HEADING)


def _weighed(line: Line, value: str, weight: int, place: int, text: str) -> Stated | None:
    """What a value decides below a label of this weight."""
    decides, decision = _decision(value, weight)
    if not decides:
        return None
    if decision is None and weight <= WEAK:
        return Stated(line.number, None, 0, line.plain)  # a state of work is no decision
    inner = ITEM if line.kind is Kind.ITEM and line.depth > 1 else 0
    late = 0 if opens(value, WITHIN) else _LATE
    if decision is Decision.GO and matches("decision.imperative", normal(value)):
        return None  # what is to be done, and what will be ready then
    if weight + place < WEAK and matches("decision.needed", normal(value)):
        return None  # what is left to do for one part
    return Stated(line.number, decision, weight + place + inner + late, text)


def _decision(value: str, weight: int) -> tuple[bool, Decision | None]:
    decides, decision = classify(value)
    if not decides and weight >= MEDIUM and matches("decision.verdict", normal(value)):
        is_checked_yet = not matches("decision.ready_to_check", normal(value))
        return is_checked_yet, Decision.GO if is_checked_yet else None
    if not decides and (weight >= STRONG or not normal(value)) and len(value) < _LONGEST_SIGNED:
        return signed(value)
    return decides, decision


def _of_unit(line: Line, label: str, value: str, place: int) -> Stated | None:
    """A label of its own in a heading, behind which a decision is shouted: ``Overall score: 8.7/10 (READY)``."""
    if not matches("scores.overall", label) or not _SCORE.search(value) or matches("decision.short_of", value.lower()):
        return None
    rest = _SCORE.sub(" ", value)
    decides, decision = classify(rest.strip(" ()-\u2013\u2014[]."))
    if decides and decision and not matches("decision.rating", rest):
        return Stated(line.number, decision, WEAK + min(place, 0), line.plain)
    return None
