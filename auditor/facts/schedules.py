"""Files that make something happen at set times, by whatever means, and lines of documents that say that something does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.document_lines import document_lines
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "Schedules", "ToldSchedule"]

_HINTS = (
    b"cron",
    b"schedul",
    b"oncalendar",
    b"periodic",
    b"@daily",
    b"@hourly",
    b"interval",
    b"retention",
    b"backup",
    b"every",
    b"sleep",
    b"timer",
    b"eventbridge",
)
_SCHEDULES = pattern(
    r"(?i)\bcron|crontab|schedul|OnCalendar|OnUnitActiveSec|periodic|@(?:daily|hourly|weekly|midnight)|setInterval|backup_(?:retention|window)|backup_configuration|automated_backups?|point_in_time|retention_period|wal-g|pgbackrest|barman|velero|eventbridge|"
    r"\bbeat\b|\bevery\(|while (?:true|True|:)|tokio::time::interval|time\.NewTicker|postgres-backup|db-backup|\bofelia\b|\bsupercronic\b|snapshot_"
)
_WORK = r"(?:back-?ups?|backed up|dumps?|snapshots?|vacuum|certificates? renewals?|log rotations?|retrain\w*|(?:security|vulnerability|dependency) scans?|restore (?:tests?|drills?)|clean-?ups?|purges?|reports?)"
_OFTEN = r"(?:daily|nightly|hourly|weekly|every (?:day|night|hour|week|\d+ (?:minutes?|hours?|days?))|(?:at|@) ?\d{1,2}(?::\d{2}| ?[ap]m)|each (?:day|night|hour))"
_TOLD = pattern(
    rf"(?i)\b(?:automat(?:ed|ic|ically)|scheduled|cron)\b[^.;|]{{0,60}}\b{_WORK}\b[^.;]{{0,60}}\b{_OFTEN}|\b{_WORK}\b[^.;|]{{0,40}}\b(?:runs?|are (?:taken|made|run|created|performed)|is (?:taken|made|run|backed up)|executed?|scheduled)\b[^.;]{{0,40}}\b{_OFTEN}|\b{_OFTEN}[ -](?:automat(?:ed|ic) |full |incremental |database |encrypted ){{0,2}}{_WORK}|"
    rf"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+[*_]{{0,2}}(?:automat(?:ed|ic) |database |full |incremental ){{0,2}}{_WORK}[*_]{{0,2}}[ \t]*:[*_]{{0,2}}[ \t]*(?:automat(?:ed|ic)[ ,]+)?{_OFTEN}"
)
_OTHERWISE = pattern(
    r"(?i)\b(?:should|must|could|would|can|may|manual\w*|by hand|planned|todo|recommend\w*|consider|set ?up|configure|add|create|enable|implement|schedule (?:a|the)|no|not|never|without|if|example|your|team|review|meeting|stand-?up|perform|check|verify|monitor|last|latest)\b|\[ \]|\*/\d|crontab|\b\d+ \d+ \* \*"
)
_BY_READER = pattern(r"crontab|(?:^|\s)(?:\d+|\*) (?:\d+|\*(?:/\d+)?) \* \*")
"""How a document tells its reader to make it happen."""
_LATER = pattern(
    r"(?i)\b(?:planned|future|proposed?|todo|to do|roadmap|recommend\w*|next steps?|checklist|examples?|best practices?|options?|gaps?|missing|tasks?|maintenance|responsibilit\w+|cron)\b"
)
_TOPICS = {
    "backup": pattern(r"(?i)back[-_ ]?up|backed up|dump|snapshot|retention|pgbackrest|barman|velero|wal-g"),
    "scan": pattern(r"(?i)scan|trivy|audit|snyk|codeql|dependabot|renovate"),
    "training": pattern(r"(?i)train"),
    "cleaning": pattern(r"(?i)clean|purge|vacuum|prune|expire|ttl"),
    "report": pattern(r"(?i)report|summary|digest"),
    "restore": pattern(r"(?i)restor|drill"),
    "rotation": pattern(r"(?i)rotat|renew|certbot|acme|cert-manager"),
}
_MOST = 50
_LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSchedule:
    """A line of a document that says that something happens by itself at set times, and what it is."""

    line: int
    text: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedules(Fact):
    """`topics` are what a file may make happen at set times; `told` what a document says of it."""

    kind: ClassVar[str] = "schedules"
    topics: frozenset[str]
    told: tuple[ToldSchedule, ...] = ()


def _accepts(file: SourceFile) -> bool:
    return file.language is not Language.BINARY and file.role not in (Role.VENDORED, Role.DATA)


def _parse(source: Source) -> Schedules | None:
    if not any(hint in source.lowered for hint in _HINTS):
        return None
    scheduling = _SCHEDULES.search(source.text) is not None
    if source.file.language is Language.MARKDOWN:
        told = tuple(_told(source))[:_MOST] if _TOLD.search(source.text) else ()
        own = _BY_READER.search(source.text) is not None
        return Schedules(topics=_topics(source.text) if own else frozenset(), told=told) if told or own else None
    topics = _topics(source.text) if scheduling else frozenset[str]()
    return Schedules(topics=topics) if topics else None


def _topics(text: str) -> frozenset[str]:
    return frozenset(topic for topic, words in _TOPICS.items() if words.search(text))


def _told(source: Source) -> Iterator[ToldSchedule]:
    for line in document_lines(source.lines):
        if line.fence or len(line.text) > _LONGEST or _LATER.search(line.heading) or _OTHERWISE.search(line.text):
            continue
        match = _TOLD.search(line.text)
        topic = next((topic for topic, words in _TOPICS.items() if words.search(match.group())), "") if match else ""
        if match and topic:
            yield ToldSchedule(line=line.number, text=match.group().strip(" -*+>\t"), topic=topic)


PARSER = Parser(fact=Schedules, accepts=_accepts, parse=_parse)
