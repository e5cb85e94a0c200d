"""What is told of a rule without loading it: loading every rule takes longer than most scans in which nothing changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.model.finding import Category, Confidence, Severity
from auditor.model.source import Role

if TYPE_CHECKING:
    from auditor.rules.base import Rule

__all__ = ["CHECKS", "RuleCard", "card_of"]

CHECKS = ("check_file", "check_repository", "check_document", "check_waivers")
"""The fields of a detector of which one is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCard:
    """Of a rule what a scan asks before it runs it: what a detector tells, minutes to mend a finding, and whether it runs by default or on request.

    `module` is that which declares it, `check` the field of its check.
    """

    id: str
    name: str
    category: Category
    severity: Severity
    confidence: Confidence
    reads: frozenset[str]
    roles: frozenset[Role]
    triggers: tuple[str, ...]
    of_whole_files: bool
    effort: int
    is_stable: bool
    is_preview: bool
    module: str
    check: str

    @property
    def judges_documents(self) -> bool:
        """Whether it judges the statements of a document."""
        return self.check == "check_document"


def card_of(rule: Rule, module: str) -> RuleCard:
    """The card of a rule that a module declares."""
    return RuleCard(
        id=rule.id,
        name=rule.name,
        category=rule.category,
        severity=rule.severity,
        confidence=rule.confidence,
        reads=rule.reads,
        roles=rule.roles,
        triggers=rule.triggers,
        of_whole_files=rule.of_whole_files,
        effort=rule.effort,
        is_stable=rule.lifecycle.value == "stable",
        is_preview=rule.lifecycle.value == "preview",
        module=module,
        check=next(name for name in CHECKS if getattr(rule, name) is not None),
    )
