"""Ports on which something of the repository listens: published by compose, exposed by images, bound in code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import Pattern, pattern
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "PortsServed"]

_CODE = frozenset(
    {
        Language.PYTHON, Language.GO, Language.JAVA, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX,
        Language.RUST, Language.SHELL, Language.DOCKERFILE, Language.MAKEFILE, Language.YAML, Language.TOML,
        Language.INI, Language.ENV, Language.TEXT, Language.C, Language.CPP,
    }
)  # fmt: skip
_BINDS = (
    pattern(
        r"(?i)(?:port|listen|bind|addr(?:ess)?)\w*[\"']?\]?\s*(?::\s*\w+\s*)?(?:[:=,(]|\s)\s*(?:int\()?[\"']?(?:[\w.*\[\]:-]*:)?(\d{2,5})\b"
    ),
    pattern(
        r"(?i)(?:getenv|environ|get|env)\w*\(?\.?\w*\(?\s*[\"']\w*PORT\w*[\"']\s*\)?(?:,|\s*\|\||\s*\?\?|\s+or)\s*[\"']?(\d{2,5})"
    ),
    pattern(
        r"(?i)(?:listen\w*|start_http_server|run|serve|bind)\s*\(\s*(?:[\w.]+,\s*)?[\"'`(]*(?:[\w.]*:|[\w.\"']*,\s*)?(\d{2,5})\b"
    ),
    pattern(r"\$\{\w*PORT\w*:-(\d{2,5})\}"),
    pattern(r"(?i)^EXPOSE\s+(\d{2,5})"),
    pattern(r"[\"']:(\d{4,5})[\"']"),
    pattern(r"--(?:port|bind|listen\S*|web.listen-address)[= ][\"']?[\w.]*:?(\d{2,5})"),
)
_ANY_BIND = pattern("|".join(f"(?:{one.expression})" for one in _BINDS))
_NUMBER = pattern(r"\d\d")
_PUBLISHED = pattern(
    r"(?:^|[\s\[,\-])[\"']?(?:[\d.]+:|\$\{[^}]*\}:)?(\d{2,5})(?:-\d+)?:(\d{2,5})(?:/tcp)?[\"']?\s*[,\]]?\s*(?:#.*)?(?:$|,)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortsServed(Fact):
    """The ports that one file binds, publishes or exposes."""

    kind: ClassVar[str] = "ports-served"
    ports: frozenset[int]


def _accepts(file: SourceFile) -> bool:
    return file.language in _CODE and file.role in (Role.SHIPPED, Role.GENERATED)


def _parse(source: Source) -> PortsServed | None:
    is_yaml = source.file.language is Language.YAML
    if is_yaml and ("scrape_configs" in source.text or "receivers:" in source.text):
        return None
    binds = [one for one in _BINDS if one.in_lines(source.joined)] if _ANY_BIND.in_lines(source.joined) else []
    if not binds and not is_yaml:
        return None
    lines = (line for line in source.lines if not _is_comment(line))
    ports = {int(port) for line in lines for port in _ports(line, binds, is_yaml=is_yaml)}
    return PortsServed(ports=frozenset(ports)) if ports else None


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(("#", "//", "* "))


def _ports(line: str, binds: Sequence[Pattern], *, is_yaml: bool) -> Iterator[str]:
    if len(line) > 1_000 or not _NUMBER.search(line):  # noqa: PLR2004 - data, not code
        return
    if "://" in line and "listen" not in line.lower():
        return
    for one in binds:
        yield from (match.group(1) for match in one.finditer(line))
    if is_yaml:
        for match in _PUBLISHED.finditer(line):
            yield from (match.group(1), match.group(2))


PARSER = Parser(fact=PortsServed, accepts=_accepts, parse=_parse)
