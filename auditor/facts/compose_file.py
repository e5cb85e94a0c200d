"""Compose files: services, and what they take from disk (https://docs.docker.com/reference/compose-file/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.mended_yaml import read_meant
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_shell import looks_templated
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "ComposeFile", "ComposeService", "NamedSource", "WantedStage", "looks_like_compose"]

_SOCKET = "/var/run/docker.sock"
"""With this a container can make others, which no compose file names."""


_PUBLISHED = pattern(
    r"^(?:(?:\d{1,3}\.){3}\d{1,3}:)?(\d{2,5}|\$\{?[A-Z_][A-Z0-9_]*(?::?-\d{2,5})?\}?):\d{2,5}(?:/(?:tcp|udp))?$"
)
_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSource:
    """A path on disk that a service is given: `use` tells as what (mount, env_file, build, config).

    `target` is where a mount appears in the container, `read_only` whether the container may not write there.
    """

    path: str
    line: int
    use: str
    optional: bool = False
    target: str = ""
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedStage:
    """The stage of a Dockerfile that a service is built from; `dockerfile` is seen from the compose file's folder."""

    dockerfile: str
    stage: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeService:
    """One service with the name of its container, if it sets one, the other names of its host, and its paths.

    `given` are the names of the variables that it is given, from the line `given_from` on. `inherits` where it takes
    more from elsewhere. It is started `replicas` times (0 where that is not told), and `held` is the host port that it takes for itself, if any.
    `shares_host` where it has the network of the host, or of another container.
    """

    name: str
    line: int
    container: str
    sources: tuple[NamedSource, ...]
    aliases: tuple[str, ...] = ()
    stage: WantedStage | None = None
    image: str = ""
    image_line: int = 0
    given: frozenset[str] = frozenset()
    given_from: int = 0
    inherits: bool = False
    replicas: int = 0
    replicas_line: int = 0
    held: str = ""
    shares_host: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeFile(Fact):
    """The services of one file. `includes` are other files that it takes services from; `sources` those of its top level."""

    kind: ClassVar[str] = "compose"
    services: tuple[ComposeService, ...]
    includes: bool
    sources: tuple[NamedSource, ...]
    unread: bool = False


def looks_like_compose(name: str) -> bool:
    """Whether a file of this name is a compose file by the usual names."""
    return "compose" in name.lower() and name.lower().endswith((".yml", ".yaml"))


def _line_of(service: Mapping, key: str) -> int:
    node = service.get(key)
    return node.line if node is not None else 0


def _parse(source: Source) -> ComposeFile | None:
    named = looks_like_compose(source.file.name)
    if "services" not in source.text and "include" not in source.text:
        return None
    try:
        meant = read_meant(source.text)
    except ParseFailure as failure:
        return _unread(failure, source, ()) if named else None
    if meant.failure is not None:
        return _unread(meant.failure, source, meant.documents) if named else None
    root = meant.documents[0] if meant.documents else None
    return _read(root, named=named) if isinstance(root, Mapping) else None


def _read(root: Mapping, *, named: bool) -> ComposeFile | None:
    services = _services(root)
    if not named and not _is_compose(root):
        return None
    if not services and root.get("include") is None:
        return None
    return ComposeFile(services=services, includes=root.get("include") is not None, sources=tuple(_top_level(root)))


def _services(root: Mapping) -> tuple[ComposeService, ...]:
    return tuple(_service(key, value) for key, value in root.mapping("services").pairs if isinstance(value, Mapping))


def _unread(failure: ParseFailure, source: Source, documents: tuple[Node, ...]) -> ComposeFile:
    """What could be read of a broken file, which is raised with the failure, unless the file is a template."""
    root = documents[0] if documents else None
    services = _services(root) if isinstance(root, Mapping) else ()
    if looks_templated(source.text):
        return ComposeFile(services=(), includes=False, sources=(), unread=True)
    partial = ComposeFile(services=services, includes=False, sources=(), unread=True)
    raise ParseFailure(failure.reason, failure.line, partial)


def _is_compose(root: Mapping) -> bool:
    values = [value for _, value in root.mapping("services").pairs if isinstance(value, Mapping)]
    others = {key.text for key, _ in root.pairs} - {
        "services",
        "version",
        "volumes",
        "networks",
        "configs",
        "secrets",
        "name",
    }
    others = {one for one in others if not one.startswith("x-")}
    return (
        bool(values)
        and not others
        and all(one.get("image") or one.get("build") or one.get("extends") for one in values)
    )


def _service(key: Scalar, value: Mapping) -> ComposeService:
    deploy = value.mapping("deploy")
    return ComposeService(
        name=key.text,
        line=key.line,
        container=value.text("container_name"),
        sources=tuple(_sources(value)),
        aliases=tuple(_aliases(value)),
        stage=_stage(value.get("build")),
        image=value.text("image"),
        image_line=_line_of(value, "image"),
        given=frozenset(_given(value.get("environment"))),
        given_from=next((name.line for name, _ in value.pairs if name.text == "environment"), 0),
        replicas=int(told)
        if (told := (deploy.text("replicas") or value.text("scale"))).isdecimal() and len(told) < _DIGITS
        else 0,
        replicas_line=_line_of(deploy, "replicas") or _line_of(value, "scale"),
        held=next(_held(value), ""),
        shares_host=value.text("network_mode") not in ("", "bridge", "default", "none"),
        inherits=any(name.text in ("<<", "extends") for name, _ in (*value.pairs, *value.mapping("environment").pairs)),
    )


def _held(service: Mapping) -> Iterator[str]:
    """The ports of the machine that only one container of the service can have: no ranges, none that Docker chooses."""
    for node in service.items("ports"):
        if isinstance(node, Mapping):
            if node.text("published").isdecimal() and node.text("mode") != "ingress":
                yield node.text("published")
        elif isinstance(node, Scalar) and (match := _PUBLISHED.match(node.text)):
            yield match.group(1)


def _given(environment: Node | None) -> Iterator[str]:
    if isinstance(environment, Mapping):
        yield from (name.text for name, _ in environment.pairs)
    if isinstance(environment, Sequence):
        yield from (one.text.partition("=")[0] for one in environment.items if isinstance(one, Scalar))


def _stage(build: Node | None) -> WantedStage | None:
    if not isinstance(build, Mapping) or build.get("dockerfile_inline") is not None:
        return None
    context, target = build.text("context"), build.get("target")
    if not isinstance(target, Scalar) or not target.text or "://" in context:
        return None
    path = f"{context.rstrip('/') or '.'}/{build.text('dockerfile') or 'Dockerfile'}"
    return WantedStage(dockerfile=path, stage=target.text, line=target.line)


def _aliases(service: Mapping) -> Iterator[str]:
    """The host name that a service sets, and the names that it has in its networks."""
    if service.text("hostname"):
        yield service.text("hostname")
    networks = service.get("networks")
    for _, network in networks.pairs if isinstance(networks, Mapping) else ():
        if isinstance(network, Mapping):
            yield from (one.text for one in network.items("aliases") if isinstance(one, Scalar))


def _sources(service: Mapping) -> Iterator[NamedSource]:
    for volume in service.items("volumes"):
        yield from _volume(volume)
    for item in service.items("env_file"):
        optional = isinstance(item, Mapping) and item.text("required").lower() == "false"
        path = item if isinstance(item, Scalar) else item.get("path") if isinstance(item, Mapping) else None
        yield from _named(path, "env_file", optional=optional)
    build = service.get("build")
    yield from _named(build.get("context") if isinstance(build, Mapping) else build, "build")
    yield from _dockerfile(build)


def _dockerfile(build: Node | None) -> Iterator[NamedSource]:
    """The Dockerfile, seen from the compose file's folder."""
    if not isinstance(build, Mapping) or build.get("dockerfile_inline") is not None:
        return
    context, file = build.text("context"), build.get("dockerfile")
    if isinstance(file, Scalar) and "://" not in context:
        path = f"{context.rstrip('/') or '.'}/{file.text}"
        yield NamedSource(path=path, line=file.line, use="dockerfile")


def _volume(volume: Node) -> Iterator[NamedSource]:
    if isinstance(volume, Mapping):
        source = volume.get("source")
        if volume.text("type") == "bind" and isinstance(source, Scalar) and source.text:
            yield NamedSource(
                path=source.text,
                line=source.line,
                use="mount",
                target=volume.text("target"),
                read_only=volume.text("read_only").lower() == "true",
            )
        return
    if isinstance(volume, Scalar):
        path, colon, rest = volume.text.partition(":")
        if colon and path.startswith((".", _SOCKET)):
            target, _, mode = rest.partition(":")
            read_only = "ro" in mode.split(",")
            yield NamedSource(path=path, line=volume.line, use="mount", target=target, read_only=read_only)


def _top_level(root: Mapping) -> Iterator[NamedSource]:
    for group in ("configs", "secrets"):
        for _, value in root.mapping(group).pairs:
            if isinstance(value, Mapping):
                yield from _named(value.get("file"), group.removesuffix("s"))


def _named(node: Node | None, use: str, *, optional: bool = False) -> Iterator[NamedSource]:
    if isinstance(node, Scalar) and node.text and not isinstance(node, Sequence):
        yield NamedSource(path=node.text, line=node.line, use=use, optional=optional)


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.YAML


PARSER = Parser(fact=ComposeFile, accepts=_accepts, parse=_parse)
