"""Metrics that a document lists: under headings on metrics, in tables of them, and as samples of what a program exposes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.document_lines import DocumentLine, cells, document_lines
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "ToldMetric", "ToldMetrics"]

_NAME = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+"
_ABOUT = pattern(r"(?i)\b(?:metrics?|metriche|m\x{e9}tricas?|m\x{e9}triques?|metriken|counters?|gauges?|histograms?)\b")
_LATER = pattern(
    r"(?i)\b(?:planned|future|proposed?|todo|recommended|suggested|examples?|custom|own|missing|removed|deprecated|renamed|before|legacy|old|naming|conventions?|"
    r"evaluation|training|model|test|quality|coverage|code|benchmark|business case|roadmap|add(?:ing)?|creat\w+|defin(?:e|ing)|writing)\b"
)
_MONITORS = pattern(r"(?i)prometheus|grafana|promql|openmetrics|/metrics\b|alertmanager|victoriametrics|scrape")
_COLUMN = pattern(
    r"(?i)^\W*(?:prometheus |key |custom )?(?:metric|metrica|m\x{e9}trica|m\x{e9}trique|metrik)(?:s|en|he)?(?: names?)?\W*$"
)
_FIRST = pattern(r"(?i)^\W*(?:names?|nome|nombre|nom|signal|series)\W*$")
_CELL = pattern(rf"^[*_`]{{0,3}}({_NAME})(?:\{{[^}}]*\}})?[*_`]{{0,3}}$")
_ITEM = pattern(
    rf"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+(?:\[.\][ \t]+)?(?:[*_`]{{1,3}}({_NAME})(?:\{{[^}}]*\}})?[*_`]{{1,3}}|({_NAME})(?:\{{[^}}]*\}})?[ \t]*(?:$|[:(\x{{2014}}\x{{2013}}]|-[ \t]))"
)
_LINE = pattern(
    rf"^[ \t]*(?:[-*][ \t]+)?[`\"]?({_NAME})(?:\{{[^}}]*\}})?[`\"]?[ \t]*(?:$|[#:(\x{{2014}}\x{{2013}}\d]|-[ \t])"
)
_DECLARED = pattern(rf"^[ \t]*#[ \t]?(?:HELP|TYPE)[ \t]+({_NAME})[ \t]")
_INTRODUCES = pattern(r":[*_]{0,2}[ \t]*$")
_PLAIN = frozenset({"code", "text", "txt", "yaml", "yml", "prometheus", "plaintext", "openmetrics", "plain", "console"})
_LONGEST = 1_000
_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldMetric:
    """The name of a metric and its line. `shown` where the line is of what programs expose, which is nothing but metrics."""

    line: int
    name: str
    shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldMetrics(Fact):
    """The metrics that one document lists, by line; a document that says nothing of monitoring lists none."""

    kind: ClassVar[str] = "told-metrics"
    items: tuple[ToldMetric, ...]


def _parse(source: Source) -> ToldMetrics | None:
    if not _MONITORS.search(source.text):
        return None
    items = tuple(_items(document_lines(source.lines)))[:_MOST]
    return ToldMetrics(items=items) if items else None


def _items(lines: tuple[DocumentLine, ...]) -> Iterator[ToldMetric]:
    introduction = ""
    for line in lines:
        if not line.fence and not line.header and _INTRODUCES.search(line.text):
            introduction = line.text
        elif not line.fence and line.text.strip() and not _ITEM.search(line.text):
            introduction = ""
        declared = _DECLARED.match(line.text) if line.fence and "#" in line.text else None
        if declared:
            yield ToldMetric(line=line.number, name=declared.group(1), shown=True)
        elif "_" in line.text and len(line.text) < _LONGEST:
            name = _listed(line, about=_is_about(line.heading) or _is_about(introduction))
            if name and not _is_numbered(name):
                yield ToldMetric(line=line.number, name=name)


def _is_about(title: str) -> bool:
    return _ABOUT.search(title) is not None and not _LATER.search(title)


def _is_numbered(name: str) -> bool:
    """Whether the name is one of several that are counted, as keys and hosts are."""
    return name.rpartition("_")[2] in ("0", "1", "2", "3")


def _listed(line: DocumentLine, *, about: bool) -> str:
    """The metric that a row, an item or a line of a plain block begins with; empty where there is none."""
    if line.header:
        return _in_row(line, about=about)
    if not about or (line.fence and line.fence not in _PLAIN):
        return ""
    match = (_LINE if line.fence else _ITEM).match(line.text)
    return (match.group(1) or (match.group(2) if not line.fence else "")) if match else ""


def _in_row(line: DocumentLine, *, about: bool) -> str:
    columns = [at for at, title in enumerate(line.header) if _COLUMN.search(title) or (about and _FIRST.search(title))]
    row = cells(line.text)
    match = _CELL.match(row[columns[0]]) if columns and columns[0] < len(row) else None
    return match.group(1) if match else ""


PARSER = Parser(fact=ToldMetrics, accepts=lambda file: file.language is Language.MARKDOWN, parse=_parse)
