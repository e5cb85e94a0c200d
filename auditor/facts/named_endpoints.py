"""Paths of the project's own interface that YAML names as endpoints: runbooks, checks, definitions of steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, read_yaml, walk
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "NamedEndpoints"]

_KEY = pattern(r"(?i)^(?:[\w-]*_)?endpoint$")
_PATH = pattern(r"^/(?:api|v\d+|internal|admin)(?:/[\w.{}$:-]+)+/?$")
_OTHERS = pattern(r"(?i)openapi|swagger|asyncapi|(?:^|/)(?:kong|traefik|envoy|gateway|krakend)")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEndpoints(Fact):
    """Pairs of a path and its line."""

    kind: ClassVar[str] = "named-endpoints"
    paths: tuple[tuple[str, int], ...]


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.YAML and file.role is Role.SHIPPED and not _OTHERS.search(file.path)


def _parse(source: Source) -> NamedEndpoints | None:
    if "endpoint" not in source.text.lower():
        return None
    try:
        roots = read_yaml(source.text)
    except ParseFailure:
        return None  # whether YAML is broken is not this fact's question
    found = tuple(pair for root in roots for pair in _of(root))
    return NamedEndpoints(paths=found) if found else None


def _of(root: Node) -> Iterator[tuple[str, int]]:
    if isinstance(root, Mapping) and root.get("servers") is not None:
        return  # where servers are named, the paths are theirs
    for node in walk(root):
        for key, value in node.pairs if isinstance(node, Mapping) else ():
            if _KEY.search(key.text) and isinstance(value, Scalar) and _PATH.search(value.text):
                yield value.text, value.line


PARSER = Parser(fact=NamedEndpoints, accepts=_accepts, parse=_parse)
