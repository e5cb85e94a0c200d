"""Who listens where, after compose files: which ports belong to services that the repository builds, and which to others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.compose_file import looks_like_compose
from auditor.facts.mended_yaml import read_meant
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "HealthProbe", "Service", "ServiceAddresses"]

_PORT = pattern(r"^\d{1,5}$")
_PORTS = pattern(r"(?:^|:)(?:\$\{\w+:?-)?(\d{2,5})\}?:(?:\$\{\w+:?-)?\d{2,5}\}?(?:/tcp)?$")
_URL = pattern(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d{2,5}))?(/[^\s\"'\\|;,\])]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthProbe:
    """A path of itself that a service is asked for, by its own health check."""

    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service. `build` is the folder that it is built from, None where its image is somebody's."""

    name: str
    build: str | None
    published: tuple[int, ...]
    probes: tuple[HealthProbe, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAddresses(Fact):
    """The services of one compose file."""

    kind: ClassVar[str] = "service-addresses"
    services: tuple[Service, ...]


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.YAML and looks_like_compose(file.name) and file.role is Role.SHIPPED


def _parse(source: Source) -> ServiceAddresses | None:
    try:
        roots = read_meant(source.text).documents
    except ParseFailure:
        return None  # the parser of compose files reports it
    root = roots[0] if roots else None
    if not isinstance(root, Mapping):
        return None
    found = tuple(
        _service(key.text, value) for key, value in root.mapping("services").pairs if isinstance(value, Mapping)
    )
    return ServiceAddresses(services=found) if found else None


def _service(name: str, service: Mapping) -> Service:
    build = service.get("build")
    folder = build.text if isinstance(build, Scalar) else build.text("context") if isinstance(build, Mapping) else None
    return Service(
        name=name,
        build=folder,
        published=tuple(published for port in service.items("ports") for published in _published(port)),
        probes=tuple(_probes(service.mapping("healthcheck"))) if build is not None else (),
    )


def _published(node: Node) -> Iterator[int]:
    """The port at which others reach a port of the service."""
    if isinstance(node, Mapping):
        outer = node.text("published")
        if _PORT.search(outer) and _PORT.search(node.text("target")):
            yield int(outer)
    elif isinstance(node, Scalar):
        match = _PORTS.search(node.text)
        if match:
            yield int(match.group(1))


def _probes(check: Mapping) -> Iterator[HealthProbe]:
    for word in check.items("test"):
        if isinstance(word, Scalar):
            yield from (HealthProbe(path=match.group(2), line=word.line) for match in _URL.finditer(word.text))


PARSER = Parser(fact=ServiceAddresses, accepts=_accepts, parse=_parse)
