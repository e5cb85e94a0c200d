"""Which of the commands that are told count: not those of documents about other times, nor of foreign trees."""

from __future__ import annotations

from auditor.facts.invocations import Invocation, Origin
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.source import Role

__all__ = ["ABOUT_OTHER_TIMES", "is_judged", "stands_for_any"]

ABOUT_OTHER_TIMES = pattern(
    r"(?i)(?:^|[/_.-])(?:changelog|changes|history|news|release|releases|release[-_]?notes|migration|migrations|upgrade|upgrading|archive|archived|"
    r"adr|adrs|decisions|rfc|rfcs|proposal|proposals|roadmap|backlog|todo|design|designs|ideas|blog|legacy|old|progress|"
    r"post-?mortems?|retrospectives?|drafts?|templates?|plans)(?:[/_.-]|$)"
)
_STANDS_FOR_ANY = pattern(
    r"(?i)^(?:(?:my|your|the|some|any|new|old)[-_].*|.*[-_]?name|.*[-_]id|services?|containers?|deployments?|app|foo|bar|x+|other)$"
)
_ROLES = frozenset({Role.SHIPPED, Role.DOCUMENTATION})


def is_judged(facts: RepositoryFacts, one: Invocation) -> bool:
    """Whether what the command names should be there today."""
    file = facts.by_path.get(one.path)
    if file is None or file.role not in _ROLES:
        return False
    return one.origin is not Origin.DOCUMENT or not ABOUT_OTHER_TIMES.search(one.path)


def stands_for_any(name: str) -> bool:
    """Whether a name in a command is one that the reader is to replace."""
    return _STANDS_FOR_ANY.search(name) is not None
