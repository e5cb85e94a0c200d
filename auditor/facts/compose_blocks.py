"""The block of one service in the text of a compose file, for rules that read it line by line."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.facts.pattern import pattern

__all__ = ["is_inner_store"]

_SERVICES = pattern(r"^services:\s*(?:#.*)?$")
_STORE = pattern(r"(?i)^(?:postgres|mysql|mariadb|mongo|redis|rabbitmq|clickhouse|couchdb|db)_")
_PORTS = pattern(r"^\s+(?:ports|network_mode):")


def is_inner_store(name: str, lines: Sequence[str], number: int) -> bool:
    """Whether a line gives the variable of a database or queue whose service nobody reaches from outside of the composition."""
    return _STORE.match(name) is not None and not _is_published(lines, number)


def _is_published(lines: Sequence[str], number: int) -> bool:
    """Whether the service that a line stands in publishes ports, or takes the network of the machine; True where no service is found."""
    start = number - 1
    top = next((at for at in range(start, -1, -1) if _SERVICES.match(lines[at])), None)
    if top is None or start == top:
        return True
    depth = next((_indent(one) for one in lines[top + 1 :] if _is_text(one)), 0)
    first = next((at for at in range(start, top, -1) if _is_text(lines[at]) and _indent(lines[at]) == depth), None)
    if first is None:
        return True
    block = []
    for line in lines[first + 1 :]:
        if _is_text(line) and _indent(line) <= depth:
            break
        block.append(line)
    return any(_PORTS.match(line[:200]) for line in block)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_text(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")
