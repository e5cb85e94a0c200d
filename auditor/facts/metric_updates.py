"""Where Python code defines metrics of the Prometheus client, and from where it updates them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import subtree
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "MetricUpdates", "Update", "is_recorder"]

_KINDS = frozenset({"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"})
_UPDATES = frozenset({
    "inc", "dec", "set", "observe", "time", "info", "state", "set_to_current_time", "set_function", "count_exceptions", "track_inprogress",
})  # fmt: skip
_RECORDER = pattern(
    r"^_?(?:record|set|update|observe|inc|increment|track|report|mark|add|count|measure|push|emit|note)_\w+$"
)
_MOST = 3_000


@dataclass(frozen=True, slots=True, order=True)
class Update:
    """An update of the metric that an attribute or variable holds, and the function that makes it (empty: none, or one with a decorator)."""

    holder: str
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricUpdates(Fact):
    """`defined` pairs what holds a metric with its name. `shared` are holders that are handed on or read otherwise.

    `recorders` are the names of functions, as a verb of recording begins them, that the file calls or mentions.
    """

    kind: ClassVar[str] = "metric-updates"
    defined: tuple[tuple[str, str], ...]
    updates: tuple[Update, ...]
    shared: frozenset[str]
    recorders: frozenset[str]


def is_recorder(name: str) -> bool:
    """Whether a function is named after recording something."""
    return _RECORDER.search(name) is not None


def _parse(source: Source) -> MetricUpdates | None:
    if source.file.role is Role.TEST:
        return None
    try:
        tree = source.python
    except ParseFailure:
        return None  # whether Python is broken is not this fact's question
    client = "prometheus_client" in source.text
    recorders = frozenset(sorted({name for name in _mentioned(tree) if is_recorder(name)})[:_MOST])
    defined = tuple(sorted(set(_definitions(tree)))) if client else ()
    updates, chained = _updates(tree) if client or "metric" in source.text.lower() else ((), frozenset())
    shared = frozenset(_shared(tree, {holder for holder, _ in defined}, chained))
    if not (recorders or defined or updates):
        return None
    return MetricUpdates(defined=defined, updates=updates, shared=shared, recorders=recorders)


def _mentioned(tree: ast.Module) -> Iterator[str]:
    for node in subtree(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 80:  # noqa: PLR2004 - a name, no prose
            yield node.value


def _definitions(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in subtree(tree):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Call):
            continue
        call = node.value
        kind = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        first = call.args[0] if call.args else None
        if kind in _KINDS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((_holder(target), first.value) for target in targets if _holder(target))


def _holder(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _updates(tree: ast.Module) -> tuple[tuple[Update, ...], frozenset[int]]:
    """The updates, and the nodes that hold a metric only to update it."""
    found: set[Update] = set()
    chained: set[int] = set()
    waiting: list[tuple[ast.AST, str]] = [(tree, "")]
    while waiting:
        node, function = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            function = "" if node.decorator_list else node.name
        held = _updated(node)
        if held is not None:
            found.add(Update(_holder(held), function))
            chained.add(id(held))
        waiting.extend((child, function) for child in ast.iter_child_nodes(node))
    return tuple(sorted(found)), frozenset(chained)


def _updated(node: ast.AST) -> ast.expr | None:
    """What holds the metric that this call updates, be it behind ``labels(...)``."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in _UPDATES:
        return None
    base = node.func.value
    if isinstance(base, ast.Call) and isinstance(base.func, ast.Attribute) and base.func.attr == "labels":
        base = base.func.value
    return base if _holder(base) else None


def _shared(tree: ast.Module, holders: set[str], chained: frozenset[int]) -> Iterator[str]:
    """Holders that are read for anything else than an update in place."""
    for node in subtree(tree):
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
            name = _holder(node)
            if name in holders and id(node) not in chained:
                yield name


PARSER = Parser(fact=MetricUpdates, accepts=lambda file: file.language is Language.PYTHON, parse=_parse)
