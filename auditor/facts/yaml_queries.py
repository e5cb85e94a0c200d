"""Queries to Prometheus in YAML that is none of Prometheus' own: objectives, analyses of roll-outs, scalers.

Among such files are those of Sloth, Pyrra and OpenSLO, templates of analyses of Argo Rollouts and Flagger, scalers of
KEDA, and formats that a project thought of itself; no list of their keys is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_queries import CodeQuery, is_query
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Scalar, read_yaml, walk
from auditor.model.source import Language, Role

__all__ = ["PARSER", "YamlQueries"]

_WINDOW = pattern(r"\[\{\{[^{}\n]{0,40}\}\}\]")
_LOGS = pattern(r"\|[=~]|!~ *`|\|\s*(?:json|logfmt|unwrap|pattern|line_format)\b")
_MOST = 500
_LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlQueries(Fact):
    """The queries of one file, by line."""

    kind: ClassVar[str] = "yaml-queries"
    queries: tuple[CodeQuery, ...]


def _parse(source: Source) -> YamlQueries | None:
    if not any(word in source.data for word in (b"rate(", b"increase(", b"_over_time(")):
        return None
    try:
        roots = read_yaml(source.text)
    except ParseFailure:
        return None  # a template: another reader tells of what is broken
    found = [one for root in roots for node in walk(root) if isinstance(node, Scalar) for one in _query(node)]
    return YamlQueries(queries=tuple(found[:_MOST])) if found else None


def _query(node: Scalar) -> Iterator[CodeQuery]:
    if len(node.text) > _LONGEST or _LOGS.search(node.text):
        return
    text = _WINDOW.sub("[5m]", node.text)
    if "{{" not in text and is_query(" ".join(text.split())):
        yield CodeQuery(line=node.line + (1 if node.block else 0), expression=text)


PARSER = Parser(
    fact=YamlQueries,
    accepts=lambda file: file.language is Language.YAML and file.role is Role.SHIPPED,
    parse=_parse,
)
