"""What is told of a rule without loading it: loading every rule takes longer than most scans in which nothing changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.model.finding import Category

if TYPE_CHECKING:
    from auditor.rules.base import Rule

__all__ = ["RuleCard", "card_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCard:
    """A rule's names, category, what it reads, minutes to mend a finding, whether it runs by default or on request, and whether it judges documents."""

    id: str
    name: str
    category: Category
    reads: frozenset[str]
    effort: int
    is_stable: bool
    is_preview: bool
    judges_documents: bool


def card_of(rule: Rule) -> RuleCard:
    """The card of a rule."""
    return RuleCard(
        id=rule.id,
        name=rule.name,
        category=rule.category,
        reads=rule.reads,
        effort=rule.effort,
        is_stable=rule.lifecycle.value == "stable",
        is_preview=rule.lifecycle.value == "preview",
        judges_documents=rule.check_document is not None,
    )
