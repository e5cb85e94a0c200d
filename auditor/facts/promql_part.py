"""Whether one operand of a division is part of the other, so that their quotient is a share: at most 1."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

__all__ = ["LONGEST", "is_part_of"]

_ADDING = frozenset({"sum", "count", "rate", "irate", "increase", "sum_over_time", "count_over_time"})
"""Functions of which a part is never more than the whole."""
LONGEST = 100
"""So many tokens a part is compared of: what is divided a thousand times in a row is not read a thousand times."""
_CHOICES = frozenset({"or", "unless", "and", "bool"})
_MATCHES = frozenset({"=", "=~", "!=", "!~"})


def is_part_of(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether the tokens of `part` are those of `whole` with further matchers, or one of its two addends."""
    bare, matchers = _without_matchers(part)
    other, fewer = _without_matchers(whole)
    called = {word for word, following in pairwise(bare) if following in ("(", "by", "without") and word != ")"}
    if bare == other:
        return matchers > fewer and called <= _ADDING | {"by", "without"}
    inside = list(whole[1:-1]) if whole[:1] == ["("] and whole[-1] == ")" else []
    if not _CHOICES.isdisjoint(inside):
        return False  # it may be without the part
    size = len(part)
    starts = inside[:size] == list(part) and inside[size : size + 1] == ["+"]
    return starts or (inside[-size:] == list(part) and inside[-size - 1 : -size] == ["+"])


def _without_matchers(words: Sequence[str]) -> tuple[list[str], frozenset[str]]:
    """The tokens outside of braces, and the matchers within."""
    bare, matchers, inside = [], set(), False
    for index, word in enumerate(words):
        inside = (inside or word == "{") and word != "}"
        if inside and word in _MATCHES:
            matchers.add("".join(words[index - 1 : index + 2]))
        elif not inside and word != "}":
            bare.append(word)
    return bare, frozenset(matchers)
