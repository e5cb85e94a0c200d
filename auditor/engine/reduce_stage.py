"""The reduce stage: all facts in, the hits of repository rules out."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.engine.map_stage import RuleHit
from auditor.facts.repository import RepositoryFacts
from auditor.rules.base import Rule

__all__ = ["reduce_facts"]


def reduce_facts(facts: RepositoryFacts, rules: Iterable[Rule]) -> tuple[RuleHit, ...]:
    """Run every repository rule; a hit in a file counts only where the rule judges the file's role."""
    hits: list[RuleHit] = []
    for rule in rules:
        if rule.check_repository is None:
            continue
        for hit in rule.check_repository(facts):
            file = facts.by_path.get(hit.path)
            if file is None or file.role in rule.roles:  # no file: a folder, which has no role
                hits.append(RuleHit(rule.id, hit))
    return tuple(hits)
