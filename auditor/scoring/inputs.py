"""What scoring is given about rules: plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from auditor.model.finding import Category
from auditor.rules.card import RuleCard

__all__ = ["RuleSummary", "summarise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSummary:
    """What scoring knows of a rule: id, name, category, what it reads, and the minutes to mend one finding."""

    id: str
    name: str
    category: Category
    reads: frozenset[str]
    effort: int


def summarise(rules: Iterable[RuleCard]) -> tuple[RuleSummary, ...]:
    """The rules that ran, as scoring sees them."""
    return tuple(
        RuleSummary(id=one.id, name=one.name, category=one.category, reads=one.reads, effort=one.effort)
        for one in rules
    )
