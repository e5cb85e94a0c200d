"""Which of the commands that are told count: not those of documents about other times, nor of foreign trees."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from auditor.facts.invocations import Invocation, Origin
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Severity
from auditor.model.source import Role

__all__ = ["about_other_times", "closest", "is_judged", "severity_of", "stands_for_any"]

_OTHER_TIMES = pattern(
    r"(?i)(?:^|[/_.-])(?:changelog|changes|history|news|release|releases|release[-_]?notes|migration|migrations|upgrade|upgrading|archive|archived|"
    r"adr|adrs|decisions|rfc|rfcs|proposal|proposals|roadmap|backlog|todos?|design|designs|ideas|blog|legacy|old|progress|"
    r"post-?mortems?|retrospectives?|drafts?|templates?|plans)(?:[/_.-]|$)"
)
_PROCEDURES = pattern(r"(?i)(?:^|/)(?:run-?books?|play-?books?|operations|ops|sops?|procedures)/")
_CHECKLIST = pattern(r"(?i)(?:^|[/_.-])check-?lists?(?:[/_.-]|$)")
_STANDS_FOR_ANY = pattern(
    r"(?i)^(?:(?:my|your|the|some|any|new|old)[-_].*|.*[-_]?name|.*[-_]id|services?|containers?|deployments?|app|foo|bar|x+|other)$"
)
_MOST_OFFERED = 1_000
"""Names among which that is looked for which may be meant: each is compared letter by letter."""
_ROLES = frozenset({Role.SHIPPED, Role.DOCUMENTATION})


def about_other_times(path: str) -> bool:
    """Whether a document tells of what was or will be; the releases of runbooks and checklists are those of today."""
    if _PROCEDURES.search(path) or _CHECKLIST.search(path.rpartition("/")[2]):
        return False
    return _OTHER_TIMES.search(path) is not None


def is_judged(facts: RepositoryFacts, one: Invocation) -> bool:
    """Whether what the command names should be there today."""
    file = facts.by_path.get(one.path)
    if file is None or file.role not in _ROLES:
        return False
    return one.origin is not Origin.DOCUMENT or not about_other_times(one.path)


def stands_for_any(name: str) -> bool:
    """Whether a name in a command is one that the reader is to replace."""
    return _STANDS_FOR_ANY.search(name) is not None


def severity_of(one: Invocation) -> Severity | None:
    """Milder than the rule's where people read the command and no machine runs it."""
    return Severity.MEDIUM if one.origin is Origin.DOCUMENT else None


def closest(name: str, offered: Iterable[str], likeness: float = 0.6) -> str:
    """The end of a sentence that offers the name that may be meant; empty where none is like it (from 0 to 1)."""
    names = sorted(set(offered))
    near = difflib.get_close_matches(name, names, 1, likeness) if len(names) <= _MOST_OFFERED else []
    return f"; there is `{near[0]}`" if near else ""
