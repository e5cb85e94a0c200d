"""Which rules a scan runs: those that judge the statements of documents only where the rubric asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.rules.card import RuleCard

if TYPE_CHECKING:
    from auditor.model.rubric import Rubric  # pydantic, which listing the rules need not load

__all__ = ["asked_rules", "needed_rules"]


def asked_rules(rules: tuple[RuleCard, ...], rubric: Rubric) -> tuple[RuleCard, ...]:
    """The rules without those document rules that no criterion forbids by id or name.

    A category is no such wish: it would let every report in a repository move a score that never counted them.
    """
    named = {name for criterion in rubric.criteria if criterion.forbid for name in criterion.forbid.rules}
    return tuple(rule for rule in rules if not rule.judges_documents or {rule.id, rule.name} & named)


def needed_rules(rules: tuple[RuleCard, ...], rubric: Rubric, criterion: str | None) -> tuple[RuleCard, ...]:
    """The rules whose findings this criterion can count; all of them where none is named.

    What a criterion requires can be doubted by any finding, and so needs all rules.
    """
    forbid = next((one.forbid for one in rubric.criteria if one.id == criterion), None)
    if forbid is None:
        return rules
    return tuple(one for one in rules if {one.id, one.name} & set(forbid.rules) or one.category in forbid.categories)
