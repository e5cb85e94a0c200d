"""The shape of words that decide: whether a text is a decision and nothing else, and which parts of it may be one."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.classify import classify, normal
from auditor.check.document import plain
from auditor.check.weight import FAINT, MEDIUM, STRONG, WEAK, label_weight
from auditor.facts.pattern import Match, pattern
from auditor.facts.vocabulary import matches
from auditor.model.outcome import Decision

__all__ = ["FIELD", "answer", "behind_dash", "emphasised", "first_sentence", "is_whole", "opens"]

FIELD = pattern(r"^([^:=|]{2,80}?)\s*(?::|=|\s[-\x{2013}\x{2014}]\s|\?)\s*(.*)$")
_HYPOTHETICAL = pattern(r"(?i)^(?:why|how|when|what|if)\b|\bif\b.{0,40}:?$|:$|\?")
_ATTRIBUTE = pattern(r"(?i)^(?:production|enterprise|deployment)[- ]ready [a-z]")
_PREDICATE = pattern(
    r"(?i)^(?:production|enterprise|deployment)[- ]ready (?:with|for|and|pending|after|as|by|once|if|status)\b"
)
_PERSON = pattern(
    r"(?i)^(?:approved|authori[sz]ed|certified|cleared|blocked|rejected) (?:by|from|actions?|items?|features?|on)\b"
)
_ADJECTIVE = pattern(r"(?i)^(?:approved|authori[sz]ed|certified|cleared|rejected) (?:[a-z-]+ ){0,3}[a-z-]+$")
_RELATION = pattern(r"(?i) (?:for|with|to|as|and|by|without|pending|after|subject|in|on)(?: |$)")
"""What follows a verb that decides, and no adjective."""
_REMARK = pattern(r"(?i)^([^(\[]{3,80})[(\[]conditional\w*[)\]]\W*$")
_DASH = pattern(r"\s+[\x{2013}\x{2014}]\s+")
_SENTENCE_END = pattern(r"[.!?](?:\s|$)")
_EMPHASIS = pattern(r"(?:^|[.!?:]\s+)\*\*([^*]{2,40})\*\*[.!]?\s*$")


def is_whole(text: str) -> bool:
    """Whether a line that stands alone is a decision and nothing else: no attribute, no person, no other field."""
    field = FIELD.match(text)
    if field and (not classify(field.group(1))[0] or field.group(2)[:1].isdigit() or _is_undecided(field)):
        return False  # another field, or a count of those that were decided so
    if field and text[field.end(1) :].lstrip()[:1] == ":" and _is_attribute(field.group(1).strip()):
        return False  # what was approved once: ``Approved visual direction: ...``
    remark = _REMARK.match(text)
    if remark and not classify(remark.group(1))[0]:
        return False  # something that is made under a condition
    value = normal(text)
    if _ATTRIBUTE.match(value) and not _PREDICATE.match(value):
        return False
    return not _PERSON.match(value) and not _HYPOTHETICAL.search(text)


def _is_attribute(label: str) -> bool:
    return _ADJECTIVE.match(label) is not None and not _RELATION.search(label)


def answer(text: str) -> str:
    """What is said behind a decision that was only asked for: ``Ready to ship: NO (the tests)``; else all of the text."""
    field = FIELD.match(text)
    if field is None or text[field.end(1) :].lstrip()[:1] not in (":", "?"):
        return text
    if classify(field.group(1))[1] is not Decision.GO:
        return text
    is_answered = classify(field.group(2))[0] or matches("decision.awaited", normal(field.group(2)))
    return field.group(2) if is_answered else text


def behind_dash(text: str) -> str:
    """What is shouted behind a dash, where nothing before it decides: ``SHOP UAT \u2014 APPROVED FOR THE DEMO``; else all of the text."""
    found = _DASH.search(text)
    after = text[found.end() :] if found else ""
    is_shouted = after.isupper() and found is not None and not classify(text[: found.start()])[0]
    return after if is_shouted and opens(after) else text


def _is_undecided(field: Match) -> bool:
    """Whether the name of a decision says what its value does not: ``Go-live decision: next week``."""
    value = field.group(2)
    is_name = label_weight(field.group(1).strip()) in (STRONG, MEDIUM, WEAK, FAINT)
    return is_name and not classify(value)[0] and bool(value.strip())


def opens(text: str, most: int = 4) -> bool:
    """Whether the text begins with its decision: within its first words."""
    head = " ".join(normal(text).split(" ")[:most])
    return classify(head)[0]


def first_sentence(text: str) -> str:
    found = _SENTENCE_END.search(text)
    return text[: found.start()] if found else text


def emphasised(text: str) -> Iterator[str]:
    """What stands in bold at the end of a text, as a sentence of its own; without its last mark."""
    yield from (plain(found.group(1)).rstrip(".!") for found in _EMPHASIS.finditer(text))
