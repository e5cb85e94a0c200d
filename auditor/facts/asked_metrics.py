"""Metrics that a Python program asks a Prometheus server for by their bare names: tables of targets, lists, arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.metrics_emitted import only_asks
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_queries import CodeQuery
from auditor.facts.python_syntax import nodes_of, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "AskedMetrics"]

_NAME = pattern(r"^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$")
_LONG_NAME = pattern(r"^[a-z][a-z0-9]*(?:_[a-z0-9]+){2,}$")
_TABLE = pattern(
    r"(?i)target|threshold|metric|series|slo|sla|limit|alert|baseline|check|expect|require|objective|quer|gate|criteri|watch|kpi|bound"
)
_ASKS = pattern(
    r"(?i)^_*(?:(?:get|fetch|read|load|query|ask|check|instant|range|run|prom|prometheus|execute|current|latest|scalar)_?)+(?:metric|series|query|range|value|prom|prometheus|instant|vector|scalar|rate|sample|promql)?s?$"
)
_FEWEST = 2
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMetrics(Fact):
    """The names in the order of the text, each as a query."""

    kind: ClassVar[str] = "asked-metrics"
    queries: tuple[CodeQuery, ...]


def _parse(source: Source) -> AskedMetrics | None:
    if not only_asks(source):
        return None
    tree = syntax_of(source).tree
    tables = (one for node in nodes_of(tree, ast.Assign, ast.AnnAssign) for one in _tabled(node))
    handed = (one for call in nodes_of(tree, ast.Call) for one in _handed(call))
    found = {(one.line, one.expression): one for one in (*tables, *handed)}
    queries = tuple(found[key] for key in sorted(found))[:_MOST]
    return AskedMetrics(queries=queries) if queries else None


def _tabled(node: ast.Assign | ast.AnnAssign) -> Iterator[CodeQuery]:
    """The keys of a table, or the items of a list, that is called after targets or metrics and holds nothing but names."""
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    if not _TABLE.search(last_name(target)):
        return
    match node.value:
        case ast.Dict(keys=keys):
            names = keys
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            names = list(elements)
        case _:
            return
    texts = [(one, one.value) for one in names if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    long = [(one, text) for one, text in texts if _LONG_NAME.search(text)]
    plain = [text for _, text in texts if _NAME.search(text) or text == "up"]
    if len(long) >= _FEWEST and len(plain) == len(names):
        yield from (CodeQuery(line=one.lineno, expression=text, named=True) for one, text in long)


def _handed(call: ast.Call) -> Iterator[CodeQuery]:
    """The name that a function which fetches metrics is called with first."""
    first = call.args[0] if call.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str) or not _LONG_NAME.search(first.value):
        return
    if _ASKS.search(last_name(call.func)):
        yield CodeQuery(line=first.lineno, expression=first.value, named=True)


PARSER = Parser(
    fact=AskedMetrics,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
