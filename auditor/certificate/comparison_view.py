"""What templates print of a comparison, picked and counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from auditor.model.comparison import Answer, Comparison, ConditionState, CriterionChange, FindingMark

__all__ = ["ComparisonView"]


@dataclass(frozen=True)
class ComparisonView:
    """A comparison as a reader asks for it."""

    comparison: Comparison

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many conditions of the earlier audit have each state, and how many are new."""
        states = Counter(one.state for one in self.comparison.answers)
        listed = [(state.value, states[state]) for state in ConditionState if states[state]]
        return (*listed, *[("new", len(self.comparison.raised))] * bool(self.comparison.raised))

    @property
    def news(self) -> tuple[Answer, ...]:
        """The answers but those to conditions that were resolved before and still are."""
        return tuple(one for one in self.comparison.answers if not _is_settled(one))

    @property
    def settled(self) -> tuple[Answer, ...]:
        """The answers to conditions that were resolved before and still are."""
        return tuple(one for one in self.comparison.answers if _is_settled(one))

    @property
    def criteria(self) -> tuple[CriterionChange, ...]:
        """The criteria that changed by more than being asked at no cost."""
        return tuple(one for one in self.comparison.criteria if one.matters)

    def gone(self, answer: Answer) -> tuple[FindingMark, ...]:
        """The findings of a condition that are gone."""
        return tuple(self._resolved[one] for one in answer.gone if one in self._resolved)

    @cached_property
    def _resolved(self) -> dict[str, FindingMark]:
        return {one.fingerprint: one for one in self.comparison.findings_resolved}


def _is_settled(answer: Answer) -> bool:
    return answer.state is answer.before.state is ConditionState.RESOLVED
