"""Ports at which a document says that parts of the project answer, in lists, tables and addresses of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.document_lines import DocumentLine, cells, titled_lines
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "ToldPort", "ToldPorts"]

_SAID = pattern(r"(?i)\bports?[ \t]*(?:is |=|:)?[ \t]*[*_`]{0,3}:?(\d{2,5})\b")
_ADDRESS = pattern(r"(?i)https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d{2,5})\b")
_BEHIND = pattern(
    r"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+[*_`]{0,3}[\w /.()-]{2,40}[*_`]{0,3}[ \t]*(?:[*_`:(]|-|\x{2013}|\x{2014})+[ \t]*(?:[\w ]{0,20})?:(\d{4,5})\b"
)
_LISTED = pattern(r"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+")
_COLUMN = pattern(
    r"(?i)^\W*(?:(?:host|default|external|published|exposed|local)?[ -]*ports?|url|address|endpoint|access|indirizzo|porta|puerto)\W*$"
)
_NUMBER = pattern(r"^[*_`]{0,3}:?(\d{2,5})[*_`]{0,3}$")
_COMPOSED = pattern(r"(?i)\bdocker\b|\bcompose\b|\bcontainers?\b")
_LATER = pattern(
    r"(?i)\b(?:examples?|planned|future|proposed?|todo|before|old|legacy|kubernetes|k8s|helm|develop\w*|dev|vite|without docker|manual\w*|troubleshoot\w*|conflicts?|custom|change|production build)\b"
)
_OTHERWISE = pattern(
    r"(?i)port-forward|--port|-p \d|\bif\b|\bor\b|\bchange|\bexample|\bssh\b|tunnel|\bdefault|internal|conflict|in use|instead|debug|dev(?:elopment)? server|vite|npm |proxy"
)
_OWN = pattern(r"(?:\s-p|--publish|--port|--bind|port-forward\s[^\n]*|\s-L)[ =][\w.:]*?(\d{4,5})\b")
"""What the document's own commands publish or forward."""
_MOST = 300
_LONGEST = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPort:
    """A port and its line; `composed` where a title above says that it is one of containers."""

    line: int
    port: int
    composed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPorts(Fact):
    """The ports of one document, by line."""

    kind: ClassVar[str] = "told-ports"
    items: tuple[ToldPort, ...]


def _parse(source: Source) -> ToldPorts | None:
    if not _SAID.search(source.text) and not _ADDRESS.search(source.text):
        return None
    own = {match.group(1) for match in _OWN.finditer(source.text)}
    items = tuple(one for one in _items(source.lines) if str(one.port) not in own)[:_MOST]
    return ToldPorts(items=items) if items else None


def _items(lines: tuple[str, ...]) -> Iterator[ToldPort]:
    for line, titles in titled_lines(lines):
        if not line.fence and len(line.text) < _LONGEST and not _OTHERWISE.search(line.text):
            above = " ".join(titles)
            if not _LATER.search(above):
                composed = _COMPOSED.search(above) is not None
                yield from (ToldPort(line=line.number, port=port, composed=composed) for port in _ports(line))


def _ports(line: DocumentLine) -> Iterator[int]:
    found: dict[str, None] = {}
    if line.header:
        row = cells(line.text)
        for at, title in enumerate(line.header):
            text = row[at] if at < len(row) and _COLUMN.search(title) else ""
            match = _NUMBER.match(text) or _ADDRESS.search(text)
            found.update({match.group(1): None} if match else {})
    elif _LISTED.match(line.text):
        for one in (_SAID, _ADDRESS, _BEHIND):
            found.update((match.group(1), None) for match in one.finditer(line.text))
    yield from (int(port) for port in found)


PARSER = Parser(fact=ToldPorts, accepts=lambda file: file.language is Language.MARKDOWN, parse=_parse)
