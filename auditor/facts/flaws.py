"""The ways in which a test of any language can fail to test."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.facts.code_reader import dotted
from auditor.facts.code_tree import Kind, Node, texts_in, walk
from auditor.facts.pattern import pattern

__all__ = ["Flaw", "FlawAt", "names_in", "says_absent", "talks_of_success"]

_ABSENT = pattern(
    r"(?i)not (?:running|available|reachable|found|exist|responding|deployed|ready|healthy|up\b|present|implemented)|unavailable|unreachable|does(?:n't| not) exist|is down|missing|offline|failed"
)
_VERDICT = pattern(
    r"(?i)\x{2713}|\x{2714}|\x{2705}|\b(?:passed|pass|ok|success(?:ful(?:ly)?)?|works?|working|verified|complete)\b"
)


class Flaw(StrEnum):
    """What is wrong with a test."""

    SKIPPED = "skipped"
    UNWRITTEN = "unwritten"
    EMPTY = "empty"
    SKIPPED_WHEN_UNAVAILABLE = "skipped-when-unavailable"
    SKIPPED_ON_ERROR = "skipped-on-error"
    SWALLOWED = "swallowed"
    NO_ASSERTION = "no-assertion"
    CONSTANT_ASSERTION = "constant-assertion"
    EARLY_RETURN = "early-return"
    CONDITIONAL = "conditional"
    ACCEPTS_FAILURE = "accepts-failure"
    CANNOT_FAIL = "cannot-fail"
    RERUN = "rerun"
    WAITS_FOR_VARIABLE = "waits-for-variable"
    EITHER_OUTCOME = "either-outcome"
    FOCUSED = "focused"


@dataclass(frozen=True, slots=True, order=True)
class FlawAt:
    """One flaw at a place, of which test; `detail` is what there is to say of it."""

    line: int
    end_line: int
    flaw: Flaw
    test: str
    detail: str = ""


def says_absent(node: Node) -> bool:
    """Whether a text below a node says that something is not there."""
    return _ABSENT.search(texts_in(node)) is not None


def talks_of_success(node: Node) -> bool:
    """Whether a text below a node says that all went well."""
    return _VERDICT.search(texts_in(node)) is not None


def names_in(node: Node) -> list[str]:
    """The dotted names below a node, those of fields of other things by the field alone."""
    return [dotted(one) or one.name for one in walk(node) if one.kind in (Kind.NAME, Kind.MEMBER, Kind.CALL, Kind.NEW)]
