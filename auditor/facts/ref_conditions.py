"""Which refs and events the condition of a job of a GitHub workflow lets through.

https://docs.github.com/actions/reference/workflows-and-actions/expressions: neither strings that are compared nor names
tell capitals from small letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.pattern import pattern

__all__ = ["ANYTHING", "Passage", "never_together", "passage"]

_REF = pattern(
    r"^github\.(ref|ref_name|event_name)\s*==\s*'([^']+)'$|^'([^']+)'\s*==\s*github\.(ref|ref_name|event_name)$"
)
_START = pattern(r"^startswith\(\s*github\.ref\s*,\s*'(refs/[^']+)'\s*\)$")
_NAMED = ("refs/heads/", "refs/tags/", "refs/pull/")
"""What ``github.ref_name`` leaves out: https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context."""
_MOST = 2_000
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Passage:
    """What a condition surely asks for: one of these refs (or of those that begin so), and one of these events; None where any will do.

    All are written in small letters.
    """

    refs: frozenset[str] | None = None
    starts: frozenset[str] = frozenset()
    events: frozenset[str] | None = None


ANYTHING = Passage()


def passage(condition: str) -> Passage:
    """What the condition asks for; what is not understood in it asks for nothing."""
    text = condition.strip().lower()
    if text.startswith("${{") and text.endswith("}}"):
        text = text[3:-2]
    return _any_of(text) if len(text) <= _MOST and text.count("(") <= _DEEPEST else ANYTHING


def never_together(one: Passage, other: Passage) -> bool:
    """Whether no run passes both."""
    return _events_apart(one, other) or _refs_apart(one, other)


def _events_apart(one: Passage, other: Passage) -> bool:
    return one.events is not None and other.events is not None and not one.events & other.events


def _refs_apart(one: Passage, other: Passage) -> bool:
    if one.refs is None or other.refs is None or one.refs & other.refs:
        return False
    return not any(
        _begins(ref, passage.starts)
        for ref, passage in (
            *((ref, other) for ref in (*one.refs, *one.starts)),
            *((ref, one) for ref in (*other.refs, *other.starts)),
        )
    )


def _begins(ref: str, starts: frozenset[str]) -> bool:
    return any(ref.startswith(start) or start.startswith(ref) for start in starts)


def _any_of(text: str) -> Passage:
    parts = [_all_of(part) for part in _split(_bare(text), "||")]
    refs = [part.refs for part in parts]
    events = [part.events for part in parts]
    return Passage(
        frozenset[str]().union(*(one for one in refs if one is not None)) if None not in refs else None,
        frozenset[str]().union(*(part.starts for part in parts)) if None not in refs else frozenset(),
        frozenset[str]().union(*(one for one in events if one is not None)) if None not in events else None,
    )


def _all_of(text: str) -> Passage:
    """The narrowest that one of the parts asks for: a run passes all of them."""
    parts = [_one(part) for part in _split(_bare(text), "&&")]
    narrow = next((part for part in parts if part.refs is not None), ANYTHING)
    events = next((part.events for part in parts if part.events is not None), None)
    return Passage(narrow.refs, narrow.starts, events)


def _one(text: str) -> Passage:
    bare = _bare(text)
    if bare != text.strip():
        return _any_of(bare)
    start = _START.match(bare)
    if start:
        return Passage(frozenset(), frozenset({start.group(1)}))
    match = _REF.match(bare)
    if match is None:
        return ANYTHING
    name, value = match.group(1) or match.group(4), match.group(2) or match.group(3)
    if name == "event_name":
        return Passage(events=frozenset({value}))
    return Passage(frozenset([value] if name == "ref" else [kind + value for kind in _NAMED]))


def _bare(text: str) -> str:
    """Without the brackets around all of it."""
    text = text.strip()
    while text.startswith("(") and _closing(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closing(text: str) -> int:
    depth, quoted = 0, False
    for place, sign in enumerate(text):
        quoted ^= sign == "'"
        if not quoted and sign in "()":
            depth += 1 if sign == "(" else -1
            if depth == 0:
                return place
    return -1


def _split(text: str, operator: str) -> Iterator[str]:
    depth, quoted, begin, place = 0, False, 0, 0
    while place < len(text):
        sign = text[place]
        quoted ^= sign == "'"
        if not quoted:
            depth += (sign == "(") - (sign == ")")
            if depth == 0 and text.startswith(operator, place):
                yield text[begin:place]
                place = begin = place + len(operator)
                continue
        place += 1
    yield text[begin:]
