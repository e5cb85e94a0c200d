"""Scores of parts, and groups of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from auditor.check.document import Section
from auditor.check.scores import Score
from auditor.facts.pattern import pattern

__all__ = ["CHANGE", "LEAST_GROUP", "SHORT", "Group", "Part"]

LEAST_GROUP = 3
SHORT = 30
CHANGE = pattern(r"→|->|=>|\bfrom\b.{0,20}\bto\b|[<>≥≤]|\+\s?$")


@dataclass(frozen=True, slots=True)
class Part:
    """The score of one part, with its weight in per cent where one is stated."""

    name: str
    score: Score
    line: int
    weight: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that stand together: in one table or one list. `own` is the overall score that stands among them.

    `is_breakdown` tells that a title or label promises scores, `is_of_parts` that a table's head does, and `is_progress` that neither
    does. `others` are the shares that the counts beside the scores give, each with the words for it, and `called` is what the row of the
    own score is called.
    """

    line: int
    section: Section
    parts: tuple[Part, ...]
    own: tuple[int, Score] | None = None
    is_breakdown: bool = False
    is_of_parts: bool = False
    others: tuple[tuple[str, Fraction], ...] = ()
    called: str = ""
    is_progress: bool = False
