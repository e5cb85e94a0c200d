"""Paths that a proxy answers or hands on by rules of its own: nginx, Traefik, Caddy, ingresses, hosting platforms."""

from __future__ import annotations

from collections.abc import Iterator
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
_WORKLOAD = pattern(r"(?m)^kind:\s*(?:Deployment|StatefulSet|DaemonSet|Pod|Job|CronJob)\b")
_INGRESS = pattern(r"(?m)^kind:\s*Ingress\b")
_BODY = pattern(r"^\s*\{([^{}]{0,1000})\}")
_HANDS_ON = pattern(r"proxy_pass\s+https?://[\w.:$-]+;")
_CHANGES = pattern(r"\b(?:return|rewrite|alias|root|try_files)\b")
_OF_SERVERS = pattern(r"(?i)/(?:health\w*|livez?|readyz?|liveness|readiness|metrics|status|ping)/?$")
_BLOCK = 1_100
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
    found = {one.rstrip("/") for text in _documents(source) for one in _paths(text)}
    found.discard("")
    return ProxiedPaths(paths=tuple(sorted(found))) if found else None


def _documents(source: Source) -> list[str]:
    """The text, or those of its documents of YAML that are no workloads: the paths of their probes are none of a proxy."""
    if not source.file.name.endswith((".yml", ".yaml")):
        return [source.text]
    return [text for text in source.text.split("\n---") if not _WORKLOAD.search(text)]


def _paths(text: str) -> Iterator[str]:
    """The paths of the rules, but for those under which requests for health and the like are only handed on as they are."""
    unchanged = _INGRESS.search(text) is not None and "rewrite" not in text.lower()
    for rule in _RULES:
        for match in rule.finditer(text):
            is_of_servers = _OF_SERVERS.search(match.group(1)) is not None
            if not (is_of_servers and (unchanged or _hands_on(text[match.end() : match.end() + _BLOCK]))):
                yield match.group(1)


def _hands_on(text: str) -> bool:
    """Whether the block of a location hands requests on with their paths."""
    body = _BODY.search(text)
    return body is not None and bool(_HANDS_ON.search(body.group(1))) and not _CHANGES.search(body.group(1))


PARSER = Parser(fact=ProxiedPaths, accepts=_accepts, parse=_parse)
