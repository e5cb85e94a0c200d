"""Objects of the Prometheus client for Python: how they are called, where they are kept, who records into them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.metric_factories import KINDS, MetricFactory, metric_factories
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "MetricObject", "MetricObjects", "ObjectUse"]

_QUIET = frozenset({
    "property", "staticmethod", "classmethod", "contextmanager", "asynccontextmanager", "cached_property", "wraps", "lru_cache", "cache",
    "overload", "override", "abstractmethod", "deprecated",
})  # fmt: skip
"""Decorators that call nothing by themselves: others hand the function on to a framework."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricObject:
    """One metric with its whole name, and the variable or attribute that it is kept in. `labels` is None where they are not literal."""

    line: int
    kind: str
    name: str
    holder: str
    labels: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectUse:
    """A function of the file (empty at its top) with the holders and functions of the file that it names.

    `handed` where a framework gets hold of it, by a decorator; `owner` is the line of the class around it, 0 where none is.
    """

    function: str
    line: int
    names: frozenset[str]
    handed: bool = False
    owner: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricObjects(Fact):
    """The metrics of one module, and who in it names them."""

    kind: ClassVar[str] = "metric-objects"
    objects: tuple[MetricObject, ...]
    uses: tuple[ObjectUse, ...]


def _parse(source: Source) -> MetricObjects | None:
    if b"prometheus_client" not in source.data:
        return None
    syntax = syntax_of(source)
    made = {id(node): one for node, one in _made(syntax)}
    if not made:
        return None
    objects = tuple(sorted(made.values(), key=lambda one: (one.line, one.name)))
    names = {one.holder for one in objects} | {view.name for view in syntax.functions}
    top = [*syntax.module_nodes, *(node for one, _ in syntax.classes for node in own_nodes(one.body))]
    uses = [ObjectUse(function="", line=1, names=frozenset(_named(top, names)))]
    uses += [
        ObjectUse(
            function=view.qualified,
            line=view.node.lineno,
            names=frozenset(_named(view.nodes, names)),
            handed=_is_handed(view.node, syntax),
            owner=view.owner.lineno if view.owner else 0,
        )
        for view in syntax.functions
    ]
    return MetricObjects(objects=objects, uses=tuple(one for one in uses if one.names or one.handed))


def _made(syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, MetricObject]]:
    """Metrics that are kept in a variable of the module, of a class, or in an attribute."""
    shared = [*syntax.module_nodes, *(node for one, _ in syntax.classes for node in own_nodes(one.body))]
    found_within = [
        (node, names)
        for view in syntax.functions
        for names in [_globals(view)]
        for node in view.of(ast.Assign, ast.AnnAssign)
    ]
    factories = metric_factories(syntax)
    for node, names in [*((one, None) for one in shared), *found_within]:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Call):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
        target = node.target if isinstance(node, ast.AnnAssign) else target
        holder = target.attr if isinstance(target, ast.Attribute) else ""
        if isinstance(target, ast.Name) and (names is None or target.id in names):
            holder = target.id
        found = (_metric(node.value, holder, syntax) or _made_by(node.value, holder, factories)) if holder else None
        if found is not None:
            yield node, found


def _globals(view: FunctionView) -> frozenset[str]:
    """The names of the module that a function sets."""
    return frozenset(name for one in view.of(ast.Global) for name in one.names)


def _metric(call: ast.Call, holder: str, syntax: PythonSyntax) -> MetricObject | None:
    called = syntax.name_of(call.func)
    kind = called.rpartition(".")[2]
    if not called.startswith("prometheus_client.") or kind not in KINDS:
        return None
    given = {one.arg: one.value for one in call.keywords if one.arg}
    parts = [given.get("namespace"), given.get("subsystem"), call.args[0] if call.args else given.get("name")]
    words = [one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if len(words) != len([one for one in parts if one is not None]) or parts[-1] is None:
        return None
    labels = call.args[2] if len(call.args) > 2 else given.get("labelnames")  # noqa: PLR2004 - name, text, labels
    return MetricObject(
        line=call.lineno, kind=kind, name="_".join(filter(None, words)), holder=holder, labels=_labels(labels)
    )


def _made_by(call: ast.Call, holder: str, factories: dict[str, MetricFactory]) -> MetricObject | None:
    """The metric that a function of the module makes for a call: ``make("shop_orders_total", "counter", "Orders", ["state"])``."""
    factory = factories.get(last_name(call.func))
    name = factory.name_in(call) if factory is not None else None
    if factory is None or not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return None
    lists = [
        one for one in (*call.args, *(key.value for key in call.keywords)) if isinstance(one, ast.List | ast.Tuple)
    ]
    labels = _labels(lists[0]) if lists else ()
    return MetricObject(line=call.lineno, kind=factory.kind_in(call), name=name.value, holder=holder, labels=labels)


def _labels(node: ast.expr | None) -> tuple[str, ...] | None:
    if node is None:
        return ()
    if not isinstance(node, ast.List | ast.Tuple | ast.Set):
        return None
    words = tuple(one.value for one in node.elts if isinstance(one, ast.Constant) and isinstance(one.value, str))
    return words if len(words) == len(node.elts) else None


def _named(nodes: Iterable[ast.AST], names: set[str]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr in names:
            yield node.attr


def _is_handed(node: ast.FunctionDef | ast.AsyncFunctionDef, syntax: PythonSyntax) -> bool:
    called = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
    return any(syntax.name_of(one).rpartition(".")[2] not in _QUIET for one in called)


PARSER = Parser(
    fact=MetricObjects,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
