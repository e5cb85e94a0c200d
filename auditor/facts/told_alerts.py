"""Alerts that a document names, and lines that count on Prometheus or Grafana to alert somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.document_lines import DocumentLine, cells, document_lines
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "ToldAlert", "ToldAlerts"]

_NAME = r"[A-Z][a-z0-9]+(?:[A-Z]{1,6}[a-z0-9]*)+"
_LABELLED = pattern(
    rf"(?i:^[ \t>]*(?:[-*+][ \t]+)?[*_]{{0,2}}alert(?:s|[ -]names?)?[*_]{{0,2}}[ \t]*:[*_]{{0,2}}[ \t]*)[`*]{{0,2}}({_NAME})[`*]{{0,2}}"
)
_QUOTED = pattern(rf"(?i:\balerts?\b)[ \t]*[:(]?[ \t]*`({_NAME})`|`({_NAME})`[ \t]*\(?(?i:\balerts?\b)")
_SELECTED = pattern(rf"alertname[ \t]*=~?[ \t]*[\"']?({_NAME})")
_COLUMN = pattern(r"(?i)^\W*alert(?:s|[ -]?names?)?\W*$")
_CELL = pattern(rf"^[*_`]{{0,3}}({_NAME})[*_`]{{0,3}}$")
_ITEM = pattern(rf"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+(?:\[.\][ \t]+)?[*_`]{{1,3}}({_NAME})[*_`]{{1,3}}")
_ABOUT = pattern(
    r"(?i)\balert(?:s|ing)?(?: rules?| names?| list| catalog(?:ue)?)?\b|\ballarmi\b|\balertas\b|\balertes\b"
)
_LATER = pattern(
    r"(?i)\b(?:planned|future|proposed?|todo|examples?|recommended|suggested|custom|templates?|add(?:ing)?|creat\w+|missing|removed|deprecated|old)\b"
)
_TO_MAKE = pattern(
    r"(?i)\b(?:configure|set ?up|create|recommended|suggested|should|could|planned|to be added|for example|e\.g\.)\b[^|]*:[*_]*\s*$"
)
"""How a list of alerts begins that are yet to be made."""
_SENDS = r"(?:prometheus|alertmanager|grafana)"
_COUNTED_ON = pattern(
    rf"(?i)^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+(?:[*_`]{{0,2}})(?:\w+ ){{0,3}}?(?:alert|alarm|pag(?:e|ed))s?\b[^.;]{{0,30}}\b{_SENDS}\b|^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+[*_`]{{0,2}}{_SENDS}[*_`]{{0,2}} (?:\w+ )?(?:alerts?|fires|pages|alerting)\b"
)
_OTHERWISE = pattern(
    r"(?i)\b(?:configure|set ?up|add|create|install|check|silence|enable|should|could|integrate|consider|no|not|todo|import|review|open|implement|via)\b"
)
_MOST = 300
_LONGEST = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAlert:
    """The name of an alert and its line; the name is empty where the line only counts on being alerted."""

    line: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAlerts(Fact):
    """The alerts of one document, by line."""

    kind: ClassVar[str] = "told-alerts"
    items: tuple[ToldAlert, ...]


def _parse(source: Source) -> ToldAlerts | None:
    if b"lert" not in source.data:
        return None
    found: dict[tuple[int, str], ToldAlert] = {}
    introduction = ""
    for line in document_lines(source.lines):
        if line.text.strip() and not line.fence and not _ITEM.match(line.text):
            introduction = line.text
        if len(line.text) < _LONGEST and not _LATER.search(line.heading) and not _TO_MAKE.search(introduction):
            found.update(((line.number, name), ToldAlert(line=line.number, name=name)) for name in _told(line))
    items = tuple(found[key] for key in sorted(found))[:_MOST]
    return ToldAlerts(items=items) if items else None


def _told(line: DocumentLine) -> Iterator[str]:
    yield from (match.group(1) for match in _SELECTED.finditer(line.text))
    if line.fence:
        return
    if line.header:
        columns = [at for at, title in enumerate(line.header) if _COLUMN.search(title)]
        row = cells(line.text)
        match = _CELL.match(row[columns[0]]) if columns and columns[0] < len(row) else None
    else:
        match = _LABELLED.match(line.text) or (_ITEM.match(line.text) if _ABOUT.search(line.heading) else None)
    if match:
        yield match.group(1)
    yield from (one.group(1) or one.group(2) for one in _QUOTED.finditer(line.text))
    if _COUNTED_ON.match(line.text) and not _OTHERWISE.search(line.text):
        yield ""


PARSER = Parser(fact=ToldAlerts, accepts=lambda file: file.language is Language.MARKDOWN, parse=_parse)
