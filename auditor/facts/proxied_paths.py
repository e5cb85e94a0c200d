"""Paths that a proxy answers or hands on by rules of its own: nginx, Traefik, Caddy, ingresses, hosting platforms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Role, SourceFile

__all__ = ["PARSER", "ProxiedPaths"]

_SIGNS = (
    "location",
    "PathPrefix",
    "handle",
    "kind: Ingress",
    "VirtualService",
    "HTTPRoute",
    "rewrites",
    "redirects",
    "reverse_proxy",
    "rewrite",
)
_RULES = (
    pattern(r"(?m)^\s*location\s+(?:=|~\*?|\^~)?\s*\^?(/[^\s{]*)"),
    pattern(r"Path(?:Prefix)?\(\s*[`'\"](/[^`'\"]*)"),
    pattern(r"(?m)^\s*(?:handle|handle_path|route|reverse_proxy|redir|rewrite)\s+(/[^\s{*]*)"),
    pattern(r"(?m)^\s*-?\s*(?:path|prefix|exact|value|from|source)[\"']?:\s*[\"']?(/[^\s\"'(*]*)"),
    pattern(r"[\"']?source[\"']?\s*:\s*[\"'](/[^\"':(*]*)"),
)
_NAMES = (".conf", ".yml", ".yaml", ".template", ".json", ".toml", ".ctmpl", ".j2")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxiedPaths(Fact):
    """The paths of one file, without the root."""

    kind: ClassVar[str] = "proxied-paths"
    paths: tuple[str, ...]


def _accepts(file: SourceFile) -> bool:
    named = file.name.endswith(_NAMES) or file.name.startswith(("Caddyfile", "nginx", "next.config", "_redirects"))
    return named and file.role in (Role.SHIPPED, Role.EXAMPLE)


def _parse(source: Source) -> ProxiedPaths | None:
    if not any(sign in source.text for sign in _SIGNS):
        return None
    found = {match.group(1).rstrip("/") for rule in _RULES for match in rule.finditer(source.text)}
    found.discard("")
    return ProxiedPaths(paths=tuple(sorted(found))) if found else None


PARSER = Parser(fact=ProxiedPaths, accepts=_accepts, parse=_parse)
