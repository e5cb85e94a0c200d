"""Endpoints of the project's own server that documents tell of: ``GET /path``, paths where its others lie, addresses to be filled in."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.called_paths import CLIENT, CalledPaths
from auditor.facts.document_references import DocumentReferences, InlineCode
from auditor.facts.pattern import Pattern, pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.route_pattern import without_query
from auditor.facts.route_table import RouteTable, route_table
from auditor.facts.silent_containers import serves_nothing
from auditor.model.source import Role

__all__ = ["told_endpoints"]

_CALL = pattern(r"^(?:GET|POST|PUT|PATCH|DELETE|HEAD)\s+(/[\w/{}:.<>-]*)(?:\?\S*)?$")
_BARE = pattern(
    r"^(/(?:api|v\d+|health\w*|livez?|readyz?|ready|live|liveness|readiness|metrics|internal)(?:/[\w{}:-]+)*/?)$"
)
_ADDRESS = pattern(
    r"^https?://(?:<[^>]+>|\[[^\]]+\]|[\w.-]*(?:your|my|example)[\w-]*(?:\.[\w-]+)+|[\w.-]*\.local)(?::\d+)?(/[\w/{}:.<>-]+)(?:\?\S*)?$"
)
_HEALTH = pattern(r"^/(?:api/)?(?:v\d+/)?(?:health\w*|livez?|readyz?|ready|live|metrics)(?:/|$)")
_NOT_TODAY = pattern(
    r"(?i)\bplan(?:ned|s)?\b|future|todo|deprecat|remov(?:ed|al)|will be|propos|roadmap|not (?:yet|implemented)|missing|instead of|old\b|legacy|phase \d|upstream|third[- ]party|external"
)
_FEWEST = 2
_INTERNAL = "/internal/"
"""What lies here is no interface of others."""


def told_endpoints(facts: RepositoryFacts) -> Iterator[tuple[str, int, str, bool]]:
    """File, line and path of each, where the project's own server is meant; whether the path is told from the host on."""
    table, silent = facts.derive(route_table), facts.derive(serves_nothing)
    others = facts.derive(_asked_of_others)
    for file, fact in facts.of(DocumentReferences):
        called = [(one, path) for one in fact.codes if (path := _path(_CALL, one)) and path not in others]
        own = silent or len({path for _, path in called if _is_own(path, table)}) >= _FEWEST
        yield from (
            (file.path, one.line, path, False)
            for one, path in called
            if own or table.is_beside(path) or path.startswith(_INTERNAL)
        )
        served = any((path := _path(_BARE, one)) and _is_own(path, table) for one in fact.codes)
        for one in fact.codes:
            bare, address = _path(_BARE, one), _path(_ADDRESS, one)
            if (
                bare
                and bare not in others
                and (silent or (table.is_beside(bare) and own) or (served and _HEALTH.search(bare)))
            ):
                yield file.path, one.line, bare, False
            elif address and (table.is_home(address) or _HEALTH.search(address)):
                yield file.path, one.line, address, True


def _asked_of_others(facts: RepositoryFacts) -> frozenset[str]:
    """Paths that shipped code asks an address for which it holds: they may be those of another server."""
    return frozenset(
        one.path
        for file, fact in facts.of(CalledPaths)
        for one in fact.items
        if file.role is Role.SHIPPED and one.base not in ("", CLIENT)
    )


def _path(rule: Pattern, one: InlineCode) -> str:
    """The path that a code is, where the sentence is about today."""
    match = rule.search(one.text.strip())
    if match is None or _NOT_TODAY.search(one.context) or _NOT_TODAY.search(one.heading):
        return ""
    return without_query(match.group(1))


def _is_own(path: str, table: RouteTable) -> bool:
    return len(path) > 1 and table.may_serve(path.rstrip("/"))
