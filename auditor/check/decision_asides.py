"""Lines that look like a decision and are none: choices that are explained, and the state of a plan or a design."""

from __future__ import annotations

from auditor.check.classify import classify, normal
from auditor.check.decision_fields import Stated
from auditor.check.decision_rows import is_on_topic
from auditor.check.decision_shape import FIELD
from auditor.check.document import Document, Kind, Line
from auditor.check.weight import ASIDE, PART, WEAK, label_weight, place_of, unnumbered
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches
from auditor.model.outcome import Decision

__all__ = ["choices", "is_in_front", "is_of_many", "is_of_paper", "is_of_part"]

_RULE = "---"
_MANY_SECTIONS = 3
_CHAPTER = 2
_COMMAND = pattern(r"`[^`]+ [^`]+`\W*$")
_CHOSEN = pattern(r"(?i)^(go|no[- ]?go)\s?(?::|\x{2013}|\x{2014}|-\s|if\b|when\b|\()")
_WHEN_CHOSEN = pattern(r"(?i)^(go|no[- ]?go) (?:only )?(?:if|when)\b")
_CHOICE = pattern(r"(?i)^(go|no[- ]?go)(?:$| [(\x{2013}\x{2014}-])")


def is_of_paper(stated: Stated) -> bool:
    """Whether a line of a plan or a design tells the state of the paper, or that of a step in it."""
    field = FIELD.match(unnumbered(stated.text))
    is_state = field is not None and label_weight(field.group(1)) <= WEAK
    return is_state and (
        stated.weight < WEAK or matches("decision.paper_state", normal(field.group(2) if field else ""))
    )


def is_in_front(document: Document, number: int) -> bool:
    """Whether a line is one of the fields between two rules in front of a document: they tell the state of the paper."""
    return 1 < number <= document.derive(_end_of_front)


def _end_of_front(document: Document) -> int:
    """The line of the rule that closes the front of a document, the last one where none does; 0 where it has no front."""
    if not document.lines or document.lines[0].rstrip() != _RULE:
        return 0
    behind = enumerate(document.lines[1:], 2)
    return next((number for number, text in behind if text.rstrip() == _RULE), len(document.lines))


def choices(document: Document, found: dict[int, Stated]) -> frozenset[int]:
    """The headings that name what may be chosen: one is called GO, and another of the same chapter NO-GO."""
    named: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for number in found:
        line = document.by_number.get(number)
        choice = _CHOICE.match(unnumbered(line.plain)) if line is not None and line.kind is Kind.HEADING else None
        if line is not None and choice:
            named.setdefault(line.section.path[:-1], []).append((number, choice.group(1).lower()))
    both = (lines for lines in named.values() if len({name[:2] for _, name in lines}) > 1)
    return (
        frozenset(number for lines in both for number, _ in lines)
        | _labels_of_choices(document, found)
        | _conditions_of_choices(document)
    )


def _labels_of_choices(document: Document, found: dict[int, Stated]) -> frozenset[int]:
    """The labels above lists of what may be chosen: ``Decision:`` and then ``- GO: all is met`` and ``- NO-GO: something is not``."""
    named: dict[tuple[int, str], set[str]] = {}
    for line in document.texts:
        choice = _CHOSEN.match(unnumbered(line.plain)) if line.kind is Kind.ITEM else None
        if choice:
            named.setdefault((line.section.number, line.label), set()).add(choice.group(1).lower()[:2])
    offered = {key for key, names in named.items() if len(names) > 1}
    if not offered:
        return frozenset()
    lines = (document.by_number.get(number) for number in found)
    return frozenset(
        line.number for line in lines if line is not None and (line.section.number, _listed_below(line)) in offered
    )


def _conditions_of_choices(document: Document) -> frozenset[int]:
    """The lines of one section that tell when each would be chosen: ``Go if: all is met`` and ``No-go if: something is not``."""
    named: dict[int, list[tuple[int, str]]] = {}
    for line in document.texts:
        choice = _WHEN_CHOSEN.match(unnumbered(line.plain)) if line.kind is Kind.PARAGRAPH else None
        if choice:
            named.setdefault(line.section.number, []).append((line.number, choice.group(1).lower()[:2]))
    both = (lines for lines in named.values() if len({name for _, name in lines}) > 1)
    return frozenset(number for lines in both for number, _ in lines)


def _listed_below(line: Line) -> str:
    """What the items that belong to a line stand below: its own text, or that of the list which it is in."""
    return line.plain if line.kind is Kind.PARAGRAPH else line.label


def is_of_many(document: Document, stated: Stated) -> bool:
    """Whether what a line calls its decision is told in several sections, most of them without one: each of its own part."""
    label = _last_word_of_label(stated.text)
    return len(document.derive(_sections_of_labels).get(label, ())) >= _MANY_SECTIONS


def is_beside(document: Document, stated: Stated) -> bool:
    """Whether a line speaks of something else: an example, a check, or one of many topics (``Storage verdict: pass``)."""
    line = document.by_number.get(stated.line)
    field = FIELD.match(unnumbered(stated.text))
    if line is None or field is None:
        return False
    place = place_of(document, line)
    if place in (ASIDE, PART) and any(matches("decision.example_sections", title) for title in line.section.path[1:]):
        return True
    if place != PART:
        return False
    if line.kind is Kind.HEADING and _is_one_of_titles(document, line):
        return True  # the state of one part, beside those of others
    if _COMMAND.search(line.text):
        return True  # what a check came to: ``Release readiness: passed - `make ready now` ``
    return is_on_topic(document, field.group(1).strip()) and is_of_many(document, stated)


def _is_one_of_titles(document: Document, line: Line) -> bool:
    """Whether several titles beside each other give a state each, and not all the same: ``Code status: ready``."""
    key = (line.section.path[:-1], _last_word_of_label(unnumbered(line.plain)))
    states = document.derive(_states_in_titles).get(key, [])
    return len(states) >= _MANY_SECTIONS and len(set(states)) > 1


def _states_in_titles(document: Document) -> dict[tuple[tuple[str, ...], str], list[tuple[bool, Decision | None]]]:
    """What titles give as a state, by those above them and the last word of their label."""
    found: dict[tuple[tuple[str, ...], str], list[tuple[bool, Decision | None]]] = {}
    for line in document.texts:
        label = _last_word_of_label(unnumbered(line.plain)) if line.kind is Kind.HEADING else ""
        if label:
            found.setdefault((line.section.path[:-1], label), []).append(classify(line.plain.partition(":")[2]))
    return found


def are_deep(document: Document, stated: list[Stated]) -> bool:
    """Whether lines tell, each in its own section below the chapters, the states of as many parts."""
    lines = [document.by_number.get(one.line) for one in stated]
    deep = {line.section.number for line in lines if line is not None and line.section.level > _CHAPTER}
    return len(deep) == len(stated) and all(_is_state(one) for one in stated)


def are_some_of_many(document: Document, stated: list[Stated]) -> bool:
    """Whether lines within chapters tell what a few of many parts came to, where the others came to something else."""
    lines = [document.by_number.get(one.line) for one in stated]
    fields = [FIELD.match(one.text) for one in stated]
    labels = {field.group(1).strip().lower() if field else " " for field in fields}
    is_one = len(labels) == 1 < len(stated) and not any(" " in label for label in labels)
    if not is_one or any(line is None or place_of(document, line) != PART for line in lines):
        return False
    sections = {line.section.number for line in lines if line is not None}
    return _MANY_SECTIONS <= len(document.derive(_sections_of_labels).get(labels.pop(), ())) > len(sections)


def _is_state(stated: Stated) -> bool:
    field = FIELD.match(unnumbered(stated.text))
    return field is not None and label_weight(field.group(1)) <= WEAK


def _sections_of_labels(document: Document) -> dict[str, set[int]]:
    """The numbers of the sections in which a field stands, by the last word of its label."""
    found: dict[str, set[int]] = {}
    for line in document.texts:
        label = _last_word_of_label(line.plain) if line.kind is Kind.PARAGRAPH else ""
        if label:
            found.setdefault(label, set()).add(line.section.number)
    return found


def is_of_part(document: Document, stated: Stated) -> bool:
    """Whether a line names nothing and stands below a title within a chapter, not in the head or the end: it speaks of that title."""
    line = document.by_number.get(stated.line)
    field = FIELD.match(stated.text)
    is_nameless = field is None or " " not in field.group(1).strip()
    return is_nameless and line is not None and line.section.level > _CHAPTER and place_of(document, line) == PART


def _last_word_of_label(text: str) -> str:
    field = FIELD.match(text)
    return field.group(1).strip().lower().rpartition(" ")[2] if field else ""
