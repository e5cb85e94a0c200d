"""Sentences that decide, where no labelled line does."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.decision_fields import Stated
from auditor.check.document import Document, Kind, Line
from auditor.check.weight import FINAL, HEAD, asked_for, is_aside, is_behind_rule
from auditor.facts.pattern import Match, pattern
from auditor.facts.vocabulary import matches, words
from auditor.model.outcome import Decision

__all__ = ["PROSE", "of_prose"]

PROSE = 25
_SUPPOSED = pattern(r"\b(?:if|when)\W*$|\b(?:do|does|did|must|should) not (?:claim|mean|imply|say|suggest)\b")
_UNTIL = pattern(r"\buntil:?$")
_TASK = pattern(r"\b(?:task|step) \w+ is\b|^next steps?:")
_KINDS = (("negative", Decision.NO_GO), ("conditional", Decision.CONDITIONAL), ("go", Decision.GO))


def of_prose(document: Document, line: Line, place: int) -> Iterator[Stated]:
    """A sentence that decides, in the head or the end of a document."""
    text = line.plain.lower()
    is_supposed = text.startswith("none ") or bool(_SUPPOSED.search(text) or _TASK.search(text))
    if _UNTIL.search(text) and (place < FINAL or matches("decision.aside_sections", line.section.title)):
        return  # what a guide says must not be done yet
    if place <= 0:
        is_asked = asked_for(line.section) > 0 and not is_aside(line.section)
        place = HEAD if is_asked or _is_last_word(document, line) else 0
    if place <= 0 or line.kind is Kind.ITEM or text.endswith("?") or is_supposed:
        return
    for name, decision in _KINDS:
        found = words(f"decision.prose.{name}").search(text)
        if found and (decision is not Decision.GO or not matches("decision.indirect", text[: found.start()])):
            yield Stated(line.number, _qualified(decision, text, found), PROSE + place // 4, line.plain)
            return


def _qualified(decision: Decision, text: str, found: Match) -> Decision:
    """What a sentence decides with what else it says: ready, however with gaps; not ready without some more work."""
    after = text[found.end() :]
    if decision is Decision.NO_GO:
        return Decision.CONDITIONAL if matches("decision.short_without", after) else decision
    is_restricted = matches("decision.restricted", after) or matches("decision.conditional_anywhere", text)
    return Decision.CONDITIONAL if is_restricted else decision


def _is_last_word(document: Document, line: Line) -> bool:
    """Whether a paragraph ends the document behind a rule, or behind the list of its last section: it is no part of that."""
    if line.kind is not Kind.PARAGRAPH or line.number != document.texts[-1].number or len(document.texts) == 1:
        return False
    return document.texts[-2].kind is Kind.ITEM or is_behind_rule(document, line)
