"""Which names of operations (saving, restoring, going back, telling people) a file mentions other than by defining them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.words import WordSet
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "OperationWords", "names_operation"]

_STEMS = (
    "backup", "back_up", "snapshot", "restor", "rollback", "roll_back", "rolled_back", "failover", "fail_over", "failback", "fail_back", "rotat",
    "recover", "alert", "alarm", "notif", "page", "escalat", "halt", "kill_switch", "emergency", "drain", "retention", "integrity", "reconcil",
    "dump", "archive", "drill",
)  # fmt: skip
"""Every name of an operation holds one of these."""
_WORDS = WordSet(stem.encode() for stem in _STEMS)
_MENTION = pattern(
    r"(\bdef |\bfunc (?:\([^)]*\) )?|\bfunction |\basync )?\b([A-Za-z_]*(?:" + "|".join(_STEMS) + r")[A-Za-z_0-9]*)"
)
_OPERATION = pattern(
    r"^_{0,2}(?:(?:verify|validate|check|test)_(?:\w+_)?(?:backups?|restores?|snapshots?|dump|archive|recovery|integrity|rollback|failover)(?:_\w+)?"
    r"|(?:create|take|make|run|perform|do|start|schedule|trigger|execute)_(?:\w+_)?(?:backups?|snapshots?|restores?|rollback|failover|failback|recovery|drill|rotation)"
    r"|(?:restore|rollback|roll_back|failover|fail_over|failback|fail_back|recover)(?:_(?:from|to|database|db|backup|snapshot|deployment|release|version|state|data|service|cluster|region|primary|replica|latest|previous|files|volume|config\w*)(?:_\w+)?)?"
    r"|rotate_(?:\w+_)?(?:keys?|secrets?|credentials?|certs?|certificates?|passwords?|tokens?)"
    r"|(?:send|raise|fire|emit|dispatch|deliver|publish|trigger)_(?:\w+_)?(?:alerts?|alarms?|page|pages|notifications?)"
    r"|(?:notify|alert|page|escalate_to)_(?:on_?call|ops|operators?|operations|team|admins?|staff|sre|engineers?|duty)"
    r"|(?:emergency_\w+|activate_kill_switch|trigger_kill_switch|apply_retention|enforce_retention\w*|prune_(?:old_)?backups?|cleanup_old_backups?))$"
)
_UNREAD = frozenset({Language.BINARY, Language.MARKDOWN, Language.TEXT, Language.XML})
_MOST = 5_000


@dataclass(frozen=True, slots=True)
class OperationWords(Fact):
    """The names, each once; at most 5,000."""

    kind: ClassVar[str] = "operation-words"
    names: frozenset[str]


def names_operation(name: str) -> bool:
    """Whether a function of this name saves, restores, goes back, rotates or tells people."""
    return _OPERATION.match(name) is not None


def _accepts(file: SourceFile) -> bool:
    return file.language not in _UNREAD and file.role not in (Role.VENDORED, Role.DATA)


def _parse(source: Source) -> OperationWords | None:
    if not _WORDS.found_in(source.data):
        return None
    found = {
        match.group(2)
        for match, _ in zip(_MENTION.finditer(source.text), range(_MOST), strict=False)
        if not match.group(1)
    }
    return OperationWords(frozenset(found)) if found else None


PARSER = Parser(fact=OperationWords, accepts=_accepts, parse=_parse)
