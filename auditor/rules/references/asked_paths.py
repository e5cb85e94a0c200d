"""Paths that are asked for and say nothing of the project's routes: those that are meant to miss, and those of tools."""

from __future__ import annotations

from auditor.facts.pattern import pattern

__all__ = ["says_nothing"]

_MEANT_TO_MISS = pattern(
    r"(?i)non-?_?exist|not-?_?found|missing|invalid|does-?not|unknown|no-such|/404|/xxx|\.\.\.|<|example"
)
_OF_TOOLS = pattern(
    r"^/(?:-/|_cluster|_cat|_nodes|api/v1/(?:query|targets|rules|alerts|status/config|label)|api/v2/(?:alerts|silences)|(?:grafana/)?api/(?:datasources|dashboards|folders|search$|alert-notifications|annotations|health$|org|tags|generate|pull)|d/|explore$"
    r"|loki/|v1/(?:sys|agent|kv|models|chat|completions)|chat/completions|completions$|embeddings$|realms/|auth/realms/|actuator|minio/|eth/|rpc$|wp-|phpmyadmin|jenkins|latest/meta-data)"
)


def says_nothing(path: str) -> bool:
    """Whether a path is meant to be missing, belongs to a well-known tool, or is no path from the root."""
    return bool(_MEANT_TO_MISS.search(path) or _OF_TOOLS.search(path)) or not path.startswith("/")
