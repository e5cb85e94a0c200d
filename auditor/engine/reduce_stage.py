"""The reduce stage: all facts in, the hits of repository rules out."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.engine.asked import Memory
from auditor.engine.map_stage import RuleHit
from auditor.engine.typed_codec import converter
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Hit
from auditor.rules.base import Detector

__all__ = ["reduce_facts"]


def reduce_facts(
    facts: RepositoryFacts, rules: Iterable[Detector], memory: Memory | None = None
) -> tuple[RuleHit, ...]:
    """Run every repository rule, or remember what it found; a hit in a file counts only where the rule judges the file's role."""
    hits: list[RuleHit] = []
    for rule in rules:
        if rule.check_repository is None:
            continue
        for hit in _found(rule, facts, memory):
            file = facts.by_path.get(hit.path)
            if file is None or file.role in rule.roles:  # no file: a folder, which has no role
                hits.append(RuleHit(rule.id, hit))
    return tuple(hits)


def _found(rule: Detector, facts: RepositoryFacts, memory: Memory | None) -> tuple[Hit, ...]:
    check = rule.check_repository
    assert check is not None
    if memory is None:
        return tuple(check(facts))
    found: tuple[Hit, ...] = memory.result(f"rule {rule.id}", converter(tuple[Hit, ...]), lambda: tuple(check(facts)))
    return found
