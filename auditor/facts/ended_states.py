"""The words in which a record says that an operation has come to its end, and the names under which it says so."""

from __future__ import annotations

import ast

from auditor.facts.pattern import pattern

__all__ = ["is_ended", "is_state_field", "state_word"]

_STATE = pattern(r"(?i)^(?:\w+_)?(?:state|status|phase|stage)$")
_ENDED = pattern(
    r"(?i)^(?:done|finished|complete[d]?|success(?:ful)?|succeeded|promoted|deployed|active|live|primary|secondary|switched|failed_?over|recovered|restored|rolled_?back|reverted|migrated|released|"
    r"drained|fenced|isolated|evicted|scaled|rotated|revoked|published|provisioned|replicated|cancel+ed|aborted|terminated|killed|stopped|paused|encrypted|backed_?up)$"
)


def is_state_field(name: str) -> bool:
    """Whether a field of this name holds how far an operation has come."""
    return _STATE.search(name) is not None


def is_ended(word: str) -> bool:
    """Whether a state of this name is one that an operation ends in."""
    return _ENDED.search(word) is not None


def state_word(value: ast.expr) -> str:
    """The word of a literal or of a member of an enumeration (``State.DONE``, ``State.DONE.value``); empty for others."""
    if isinstance(value, ast.Attribute) and value.attr == "value":
        value = value.value
    match value:
        case ast.Attribute(attr=word) | ast.Constant(value=str(word)):
            return word
        case _:
            return ""
