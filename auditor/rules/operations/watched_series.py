"""Everything that watches metrics: alerts, recording rules, panels and queries in code, shared by the rules on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.asked_metrics import AskedMetrics
from auditor.facts.grafana import GrafanaDashboard
from auditor.facts.metric_recorders import Unrecorded, unrecorded
from auditor.facts.metrics_emitted import MetricsEmitted
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.promql import selectors
from auditor.facts.python_queries import PythonQueries
from auditor.facts.repository import RepositoryFacts

__all__ = ["Watch", "unrecorded_watches", "watches"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One expression with the place it begins at, and what it belongs to, as a message names it."""

    path: str
    line: int
    expression: str
    what: str


def watches(facts: RepositoryFacts) -> Iterator[Watch]:
    """All expressions of a repository, in the order of paths within each kind."""
    for file, fact in facts.of(PrometheusFile):
        for rule in fact.rules.rules if fact.rules else ():
            kind = "The recording rule" if rule.records else "The alert"
            yield Watch(
                path=file.path, line=rule.expression_line, expression=rule.expression, what=f"{kind} `{rule.name}`"
            )
    for file, board in facts.of(GrafanaDashboard):
        for query in () if board.imported else board.queries:
            yield Watch(path=file.path, line=query.line, expression=query.expression, what=f"The panel `{query.panel}`")
    for file, asked in facts.of(AskedMetrics):
        for one in asked.queries:
            yield Watch(path=file.path, line=one.line, expression=one.expression, what="This query")
    for file, code in facts.of(PythonQueries):
        for one in code.queries:
            yield Watch(path=file.path, line=one.line, expression=one.expression, what="This query")


def unrecorded_watches(facts: RepositoryFacts) -> Iterator[tuple[Watch, int, str, Unrecorded]]:
    """The first metric of every expression that code declares and never records: its line and its name."""
    dead = facts.derive(unrecorded)
    if not dead:
        return
    counted = any(fact.instruments for _, fact in facts.of(MetricsEmitted))
    for watch in watches(facts):
        for selector in selectors(watch.expression):
            if counted and selector.name.startswith("http_"):
                continue  # a library counts requests, under names of its own
            if not selector.partial and selector.name in dead:
                yield watch, watch.line + selector.offset, selector.name, dead[selector.name]
                break
