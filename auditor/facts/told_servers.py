"""Well-known servers of monitoring that a document lists among what the project runs or shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.document_lines import document_lines
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "ToldServer", "ToldServers"]

_SERVERS = (
    ("alertmanager", r"alert ?manager"),
    ("node-exporter", r"node[ _-]?exporter"),
    ("redis-exporter", r"redis[ _-]?exporter|redis dashboard \(id"),
    ("postgres-exporter", r"postgres(?:ql)?[ _-]?exporter|postgres(?:ql)? (?:database )?(?:dashboard )?\(id"),
    ("nginx-exporter", r"nginx[ _-]?(?:prometheus[ _-]?)?exporter|nginx (?:dashboard )?\(id"),
    ("blackbox", r"blackbox[ _-]?exporter"),
    ("cadvisor", r"cadvisor"),
    ("pushgateway", r"push ?gateway"),
    ("loki", r"loki"),
    ("promtail", r"promtail"),
    ("jaeger", r"jaeger"),
    ("kibana", r"kibana"),
    ("logstash", r"logstash"),
    ("grafana", r"grafana"),
    ("prometheus", r"prometheus"),
)
_ANY = tuple(
    (name, pattern(rf"(?i)^[ \t>]*(?:[-*+]|\d+[.)]|\|)[ \t]*(?:\[[^\]]\][ \t]+)?[*_`\[]{{0,3}}(?:{words})\b"))
    for name, words in _SERVERS
)
_ABOUT = pattern(
    r"(?i)\b(?:monitoring|observability|dashboards?|services|stack|components|access|containers?|grafana)\b"
)
_LATER = pattern(
    r"(?i)\b(?:planned|future|proposed?|todo|roadmap|recommend\w*|suggest\w*|optional|options?|examples?|external|third|integrations?|alternatives?|supported|should|could|choose|prerequisites?|external|cloud|troubleshoot\w*|references?|resources|links?|learn|further)\b"
)
_LINE_LATER = pattern(
    r"(?i)\b(?:optional|if|planned|future|todo|not|no|could|should|consider|add|install|or|recommended|compatible|support\w*|e\.g\.|such as|external|managed)\b|://(?:[\w-]+\.)+(?:io|com|org)\b"
)
_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldServer:
    """One server by the name that its image and its service have, and the line."""

    line: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldServers(Fact):
    """The servers of one document, by line."""

    kind: ClassVar[str] = "told-servers"
    items: tuple[ToldServer, ...]


def _parse(source: Source) -> ToldServers | None:
    if not _ABOUT.search(source.text):
        return None
    items = tuple(_items(source))[:_MOST]
    return ToldServers(items=items) if items else None


def _items(source: Source) -> Iterator[ToldServer]:
    for line in document_lines(source.lines):
        if (
            line.fence
            or not _ABOUT.search(line.heading)
            or _LATER.search(line.heading)
            or _LINE_LATER.search(line.text)
        ):
            continue
        name = next((name for name, form in _ANY if form.search(line.text)), "")
        if name:
            yield ToldServer(line=line.number, name=name)


PARSER = Parser(fact=ToldServers, accepts=lambda file: file.language is Language.MARKDOWN, parse=_parse)
