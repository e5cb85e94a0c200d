"""The block of one service in the text of a compose file, for rules that read it line by line."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache

from auditor.facts.pattern import pattern
from auditor.facts.source import Source

__all__ = ["has_only_stores", "is_inner_store"]

_SERVICES = pattern(r"^services:\s*(?:#.*)?$")
_STORE = pattern(r"(?i)^(?:postgres|mysql|mariadb|mongo|redis|rabbitmq|clickhouse|couchdb|db)_")
_PORTS = pattern(r"^\s+(?:ports|network_mode):")
_IMAGE = pattern(r"(?m)^\s+image:\s*[\"']?(\S+)")
_STORES = pattern(
    r"(?i)(?:^|[/_-])(?:postgres\w*|postgis|timescaledb|mysql|mariadb|mssql|sql-?server|oracle\w*|mongo\w*|redis|valkey|rabbitmq|clickhouse\w*|couchdb|cassandra|elasticsearch|opensearch|minio|neo4j|trino|kafka|zookeeper|localstack|azurite)(?:[:/@-]|$)"
)
_BUILDS = pattern(r"(?m)^\s+build:")
_SILENT = ("#", "{%", "{{")
"""Beginnings of comments and of the statements of templates, whose depth says nothing."""
_UNTOLD = sys.maxsize
"""The depth of the services before the first of them has told it."""


def is_inner_store(name: str, source: Source, number: int) -> bool:
    """Whether a line gives the variable of a database or queue whose service nobody reaches from outside of the composition."""
    return _STORE.match(name) is not None and number in _inner_lines(source)


def has_only_stores(source: Source) -> bool:
    """Whether every image of a composition is that of a known database or queue."""
    images = [match.group(1) for match in _IMAGE.finditer(source.text)]
    return bool(images) and all(map(_STORES.search, images)) and not _BUILDS.search(source.text)


@lru_cache(maxsize=2)
def _inner_lines(source: Source) -> frozenset[int]:
    """The lines of the services that neither publish ports nor take the network of the machine."""
    rows = tuple(_by_service(source.lines))
    published = {first for first, _, line in rows if _PORTS.match(line[:200])}
    return frozenset(number for first, number, _ in rows if first not in published)


def _by_service(lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Each line of a service: the number of the one that names the service, its own, and what it says."""
    depth = first = 0
    for number, line in enumerate(lines, 1):
        if _is_text(line):
            indent = _indent(line)
            if not indent:
                depth, first = (_UNTOLD if _SERVICES.match(line) else 0), 0
            elif indent <= depth:
                depth, first = (indent, number) if depth in (_UNTOLD, indent) else (depth, 0)
        if first:
            yield first, number, line


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_text(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(_SILENT)
