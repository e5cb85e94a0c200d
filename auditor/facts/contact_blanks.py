"""Lines of documents that say whom to reach, and have nobody and no number in the place of that."""

from __future__ import annotations

from auditor.facts.pattern import pattern

__all__ = ["reaches_nobody"]

_SOMEBODY = pattern(
    r"(?i)^[ \t>]*(?:[-*+][ \t]+|\d+\.[ \t]+)?(?:\*\*|__)?[\w /&'-]{0,30}\b(?:manager|contacts?|owner|lead|engineer|phone|telephone|hotline|e-?mail|on-?call|responsible|approver|approved by|team|escalation|commander|deputy|author|pager)"
    r"(?::(?:\*\*|__)?|(?:\*\*|__):)[ \t]+<(?:[a-z][a-z0-9 ,/_-]{1,40})>(?:[ \t]*[,;.(].{0,80})?$"
)
"""``Release manager: <name>, release@shop.org``: whom to ask is still to be written there."""
_NUMBER = pattern(
    r"(?i)\b(?:hotline|phone|telephone|tel|call|pager|on-?call|escalat\w+|mobile|contacts?|dial|ring|reach\w*)\b[^\n]{0,60}?(?:\+\d{1,3}[ -]?(?:\(?\d{1,4}\)?[ -])?0{3,4}[ -]?0{3,5}\b|\b(?:\+?1[ -.])?\(?\d{3}\)?[ -.]555[ -.]01\d\d\b|\b(?:\+?1[ -.])?\(?555\)?[ -.]\d{3}[ -.]\d{4}\b|\b123[ -.]456[ -.]7890\b)"
)
"""A number to call that is all noughts, or one of those that are kept free for films."""


def reaches_nobody(line: str) -> bool:
    """Whether a line says whom to call, and leaves the name or the number to be filled in."""
    return _SOMEBODY.match(line) is not None or _NUMBER.search(line) is not None
