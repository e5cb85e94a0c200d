"""Containers that a workflow or script starts to stay up, and the environment that they are given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "Container", "Containers"]

_RUN = pattern(r"\b(?:docker|podman)\s+(?:container\s+)?run\b")
_DETACHED = pattern(r"\s(?:-[a-z]*d[a-z]*|--detach)(?:\s|$)")
_VARIABLE = pattern(r"\s(?:-e|--env)[ =][\"']?([A-Za-z_][A-Za-z0-9_]*)")
_FROM_ELSEWHERE = pattern(
    r"\s--env-file\b|\s(?:-v|--volume|--mount)[ =]\S*(?:\.env|secret|config|credential)|\$\{?\w*(?:ENV|OPTS|ARGS|FLAGS)\w*\}?(?:\s|$)|\$@|\"\$\{\w+\[@\]\}\""
)
_SERVICE = pattern(
    r"(?i)[\s/](?:postgres|redis|mysql|mariadb|mongo|rabbitmq|nginx|alpine|busybox|traefik|caddy|memcached|minio|vault|consul|registry|elasticsearch|localstack|prometheus|grafana|node-exporter|cadvisor|prom)(?:[\s:@/]|$)"
)
MOST_LINES = 40


@dataclass(frozen=True, slots=True, order=True)
class Container:
    """A container started in the background: the lines of the command, and the names it is given."""

    line: int
    end_line: int
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Containers(Fact):
    """The containers of the project's own images that a file starts, with nothing but named variables."""

    kind: ClassVar[str] = "containers"
    items: tuple[Container, ...]


def _parse(source: Source) -> Containers | None:
    if b" run" not in source.data or not (b"docker" in source.data or b"podman" in source.data):
        return None
    found = tuple(_started(source.lines))
    return Containers(found) if found else None


def _started(lines: tuple[str, ...]) -> Iterator[Container]:
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("#") or not _RUN.search(line):
            continue
        end = number
        while end < min(len(lines), number + MOST_LINES) and lines[end - 1].rstrip().endswith("\\"):
            end += 1
        command = " ".join(part.rstrip().removesuffix("\\").strip() for part in lines[number - 1 : end])
        if _DETACHED.search(command) and not _FROM_ELSEWHERE.search(command) and not _SERVICE.search(command):
            yield Container(number, end, tuple(sorted({match.group(1) for match in _VARIABLE.finditer(command)})))


def _accepts(file: SourceFile) -> bool:
    return file.role is Role.SHIPPED and file.language in (Language.SHELL, Language.YAML)


PARSER = Parser(fact=Containers, accepts=_accepts, parse=_parse)
