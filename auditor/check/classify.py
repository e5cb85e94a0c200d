"""What a few words decide, if anything: GO, CONDITIONAL, NO-GO, or that nothing was decided yet."""

from __future__ import annotations

from functools import lru_cache

from auditor.check.document import plain
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words
from auditor.model.outcome import Decision

__all__ = ["LEADING_MARKS", "classify", "normal", "signed", "unmarked"]

LEADING_MARKS = pattern(r"^[^\pL\pN\[<{(_?]+")
"""Marks and pictures in front of the first word."""
_CHOICE = pattern(r"\s(?:/|\||or)\s")
_BOXES = "\u2610\u2b1c\u25a1\u25fb"
_BOX = pattern(r"[\x{2610}\x{2611}\x{2612}\x{2B1C}\x{25A1}\x{25FB}\x{2705}\x{2B1B}]")
_PIECES = pattern(r"[.;]\s+|\s*\|\s*")
_SEVERAL, _SHORT = 3, 3
_LONGEST_VALUE = 220
_SIGNS = {
    "\u2705": Decision.GO, "\U0001f7e2": Decision.GO,
    "\u26a0": Decision.CONDITIONAL, "\U0001f7e1": Decision.CONDITIONAL,
    "\u274c": Decision.NO_GO, "\U0001f534": Decision.NO_GO, "\u26d4": Decision.NO_GO,
}  # fmt: skip


@lru_cache(maxsize=4_096)
def classify(text: str) -> tuple[bool, Decision | None]:
    """Whether the text is a decision at all, and which: None where it says that none was made.

    Unknown comes first, then a leading CONDITIONAL, then negatives, then conditions, then GO. Marks in letters in front
    decide where the words behind them do not, the last first.
    """
    value = normal(_ticked(text))
    marks: list[str] = []
    while mark := words("decision.marks").match(value):
        marks.append(mark.group(1))
        value = normal(value[mark.end() :])
    inwards = (normal(one) for one in dict.fromkeys(reversed(marks)))
    return next((found for found in map(_decided, (value, *inwards)) if found[0]), (False, None))


def _decided(value: str) -> tuple[bool, Decision | None]:
    """As `classify`, of words that are plain and have no mark in letters in front."""
    if not value or any(matches(name, value) for name in ("decision.options", "decision.tasks")) or _are_options(value):
        return False, None
    if matches("decision.none_yet", value):
        return True, None
    if matches("decision.conditional_lead", words("decision.unblamed").sub(" ", value)) or _is_divided(value):
        return True, Decision.CONDITIONAL
    decision = _in_head(value[:_LONGEST_VALUE])
    return decision is not None, decision


def unmarked(text: str) -> str:
    """The text without a mark in letters in front: ``[OK] APPROVED``."""
    mark = words("decision.marks").match(text)
    return text[mark.end() :] if mark else text


def _ticked(text: str) -> str:
    """The text without the choices that nobody ticked: ``[ ] GO  [x] NO-GO``, with drawn boxes; nothing where none is."""
    if not any(box in text for box in _BOXES):
        return text
    starts = [found.start() for found in _BOX.finditer(text)]
    choices = [text[start:end] for start, end in zip(starts, (*starts[1:], len(text)), strict=True)]
    ticked = [choice for choice in choices if choice[0] not in _BOXES]
    return text[: starts[0]] + " ".join(ticked) if ticked else ""


def _are_options(value: str) -> bool:
    """Whether a value offers several decisions to choose from: ``pass / pass with warnings / fail``."""
    pieces = [LEADING_MARKS.sub("", piece).strip() for piece in _CHOICE.sub("\n", value).split("\n")]
    found = {_in_head(piece) for piece in pieces} - {None}
    return len(found) > 1 and (len(pieces) >= _SEVERAL or all(piece.count(" ") < _SHORT for piece in pieces))


def _is_divided(value: str) -> bool:
    """Whether a value decides GO for one thing and then NO-GO for another: ``GO for the pilot. NO-GO for all others``."""
    pieces = (LEADING_MARKS.sub("", piece) for piece in _PIECES.sub("\n", value[:_LONGEST_VALUE]).split("\n"))
    found = [decision for decision in map(_in_piece, pieces) if decision]
    return found[:1] == [Decision.GO] and Decision.NO_GO in found


def _in_piece(piece: str) -> Decision | None:
    """What a sentence decides; its verb alone may do, as in ``The code is ready. The alerts are not.`` above."""
    if matches("decision.elliptic", piece):
        return Decision.NO_GO
    return _in_head(piece) or (Decision.GO if matches("decision.partly", piece) else None)


def _in_head(head: str) -> Decision | None:
    head = words("decision.unblamed").sub(" ", head).strip()
    if matches("decision.negative", head):
        return Decision.NO_GO
    head = words("decision.onward").sub(" ", head)
    if matches("decision.hypothetical", head) or matches("decision.short_of", head):
        return None
    if matches("decision.go", head):
        is_open = matches("decision.conditional_anywhere", head) or matches("decision.restricted", head)
        is_open = is_open and not matches("decision.mended", head)
        return Decision.CONDITIONAL if is_open else Decision.GO
    return Decision.CONDITIONAL if matches("decision.conditional", head) else None


def signed(value: str) -> tuple[bool, Decision | None]:
    """What a mark says at the end of words that say nothing: ``Decision: Phase 14 complete`` with a green one."""
    if any(box in value for box in _BOXES):
        return False, None  # choices that nobody ticked
    decision = _SIGNS.get(value.rstrip("\ufe0f ")[-1:])
    return decision is not None, decision


def normal(text: str) -> str:
    """The words in lower case, without marks around them; underscores are spaces."""
    value = plain(text).replace("_", " ").replace("\u2019", "'")
    value = LEADING_MARKS.sub("", value) if LEADING_MARKS.match(value) else value
    return value.strip(" \"'").lower()
