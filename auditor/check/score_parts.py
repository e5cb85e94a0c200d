"""Scores of parts, and groups of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from auditor.check.document import Section
from auditor.check.scores import Score
from auditor.facts.pattern import pattern

__all__ = ["CHANGE", "LEAST_GROUP", "SHORT", "Group", "Part"]

LEAST_GROUP = 3
SHORT = 30
CHANGE = pattern(r"(?i)→|->|=>|\bfrom\b.{0,20}\bto\b|[<>≥≤]|\+\s?$")


@dataclass(frozen=True, slots=True)
class Part:
    """The score of one part, with its weight in per cent where one is stated."""

    name: str
    score: Score
    line: int
    weight: Fraction | None = None


@dataclass(frozen=True)
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

    @cached_property
    def lines(self) -> frozenset[int]:
        """The lines of its parts."""
        return frozenset(part.line for part in self.parts)

    @cached_property
    def kinds(self) -> frozenset[tuple[int, bool]]:
        """The scales of its parts, each with whether the score is a rate."""
        return frozenset((part.score.scale, part.score.grade == "%") for part in self.parts)

    @cached_property
    def shares(self) -> str:
        """The shares of its parts as one text, by which groups that repeat each other are found."""
        return " ".join(str(part.score.share) for part in self.parts)

    @cached_property
    def highest(self) -> Fraction:
        """The highest share of its parts."""
        return max(part.score.share for part in self.parts)

    @cached_property
    def ways(self) -> dict[int, tuple[tuple[str, Fraction], ...]]:
        """What its parts come to for a score on a scale, as far as somebody has asked: each overall score asks each group."""
        return {}
