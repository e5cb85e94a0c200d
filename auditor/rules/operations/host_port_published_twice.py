"""AUD620: two services of one composition publish the same port of the machine."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.base import ParseFailure
from auditor.facts.compose_file import looks_like_compose
from auditor.facts.mended_yaml import read_meant
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SHORT = pattern(r"^(?:((?:\d{1,3}\.){3}\d{1,3}):)?(\d{2,5}):(\d{2,5})(?:/(tcp|udp))?$")
Port = tuple[str, str, str]


def _check(source: Source) -> Iterator[Hit]:
    if not looks_like_compose(source.file.name):
        return
    try:
        roots = read_meant(source.text).documents
    except ParseFailure:
        return  # the parser of compose files reports it
    root = roots[0] if roots else None
    if not isinstance(root, Mapping):
        return
    taken: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for key, service in root.mapping("services").pairs:
        if not isinstance(service, Mapping) or not _starts_with_the_rest(service):
            continue
        for node in service.items("ports"):
            for address, port, protocol in _published(node):
                others = [name for held, name in taken.get((port, protocol), []) if _collide(held, address)]
                if others and others[0] != key.text:
                    message = f"The port {port} of the machine is published by `{others[0]}` already: the second of the two does not start."
                    yield Hit(source.path, node.line, node.line, message, key.text)
                taken.setdefault((port, protocol), []).append((address, key.text))


def _starts_with_the_rest(service: Mapping) -> bool:
    """Whether `up` starts the service: no profile keeps it back, and no other network is used."""
    return (
        service.get("profiles") is None and service.text("network_mode") in ("", "bridge") and not service.get("scale")
    )


def _collide(first: str, second: str) -> bool:
    return first == second or not first or not second


def _published(node: Node) -> Iterator[Port]:
    if isinstance(node, Mapping):
        if node.text("published").isdecimal() and node.text("mode") != "ingress":
            yield node.text("host_ip"), node.text("published"), node.text("protocol") or "tcp"
    elif isinstance(node, Scalar):
        match = _SHORT.match(node.text)
        if match:
            yield match.group(1), match.group(2), match.group(4) or "tcp"


RULE = Rule(
    id="AUD620",
    name="host-port-published-twice",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Can all services of a composition be started together?",
    why="Docker gives a port of the machine to one container. The stack has never come up whole, or somebody edits it before every start.",
    limits="Literal ports of services without profiles, within one file; alternatives of which only one is meant to be started should be in profiles.",
    fix="Publish one of them on another port, or put alternatives into profiles.",
    since="0.3.0",
    effort=10,
    reads=frozenset({"compose"}),
    triggers=("ports",),
    check_file=_check,
    examples=(
        Example(
            title="the metrics of the server where Prometheus listens",
            files={
                "docker-compose.yml": (
                    "services:\n  web:\n    build: .\n    ports:\n      - '8080:8080'\n      - \"9090:9090\"   # metrics\n"
                    "  prometheus:\n    image: prom/prometheus:v3.0.0\n    ports:\n      - '9090:9090'\n"
                )
            },
            found=("docker-compose.yml:10",),
        ),
        Example(
            title="other addresses, protocols and profiles",
            files={
                "docker-compose.yml": (
                    "services:\n  a:\n    image: a\n    ports: ['127.0.0.1:53:53/udp', '5432:5432']\n  b:\n    image: b\n    ports: ['127.0.0.2:53:53/udp', '127.0.0.1:53:53/tcp']\n"
                    "  c:\n    image: c\n    profiles: [debug]\n    ports: ['5432:5432']\n  d:\n    image: d\n    ports: ['5433:5432']\n"
                )
            },
        ),
    ),
)
