"""Grafana dashboards: what their panels query (https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence, read_yaml, walk
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "GrafanaDashboard", "PanelQuery"]

_SURROGATE = pattern(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_DEEPEST = 3
"""How far below the root of a file a dashboard may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelQuery:
    """One expression of one panel, with its line."""

    panel: str
    expression: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GrafanaDashboard(Fact):
    """A dashboard, or all of a collection. `imported` where it asks for its data source on import, as shared dashboards do."""

    kind: ClassVar[str] = "grafana-dashboard"
    line: int
    queries: tuple[PanelQuery, ...]
    imported: bool


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.JSON


def _parse(source: Source) -> GrafanaDashboard | None:
    text = source.text
    if '"panels"' not in text or '"expr"' not in text:
        return None
    try:
        documents = read_yaml(_SURROGATE.sub("?", text))  # JSON is YAML, and so has lines
    except ParseFailure:
        return None  # whether JSON is broken is not this fact's question
    root = documents[0] if documents else None
    boards = list(_boards(root)) if root is not None else []
    if not boards:
        return None
    return GrafanaDashboard(
        line=boards[0].line,
        queries=tuple(query for board in boards for query in _queries(board)),
        imported=isinstance(root, Mapping) and isinstance(root.get("__inputs"), Sequence),
    )


def _boards(root: Node, depth: int = 0) -> Iterator[Mapping]:
    """The dashboards of a file: itself, what its API wraps into ``dashboard``, or a collection of several, listed or by name."""
    if isinstance(root, Mapping) and isinstance(root.get("panels"), Sequence):
        yield root
        return
    if depth == _DEEPEST:
        return
    inner = (
        root.items
        if isinstance(root, Sequence)
        else [value for _, value in root.pairs]
        if isinstance(root, Mapping)
        else []
    )
    for one in inner:
        yield from _boards(one, depth + 1)


def _queries(board: Mapping) -> Iterator[PanelQuery]:
    for panel in walk(board):
        if not isinstance(panel, Mapping) or not isinstance(panel.get("targets"), Sequence):
            continue
        for target in panel.items("targets"):
            expression = target.get("expr") if isinstance(target, Mapping) else None
            if isinstance(expression, Scalar) and not _elsewhere(panel, target):
                yield PanelQuery(panel=panel.text("title"), expression=expression.text, line=expression.line)


def _elsewhere(panel: Mapping, target: object) -> bool:
    """Whether the query goes to another store than Prometheus: Loki has ``expr`` too."""
    places = [panel.get("datasource"), target.get("datasource") if isinstance(target, Mapping) else None]
    names = [one.text("type") if isinstance(one, Mapping) else getattr(one, "text", "") for one in places]
    return any("loki" in str(name).lower() or "tempo" in str(name).lower() for name in names)


PARSER = Parser(fact=GrafanaDashboard, accepts=_accepts, parse=_parse)
