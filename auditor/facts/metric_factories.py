"""Functions of a module that make the metric of the Prometheus client which they are asked for by name."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax

__all__ = ["KINDS", "MetricFactory", "metric_factories"]

KINDS = frozenset({"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"})
"""The classes of metrics."""


@dataclass(frozen=True, slots=True)
class MetricFactory:
    """Where in its arguments a function takes the name of the metric, and its kind where it makes only one."""

    place: int
    parameter: str
    kind: str

    def name_in(self, call: ast.Call) -> ast.expr | None:
        """The name that a call asks for."""
        if self.place < len(call.args):
            return call.args[self.place]
        return next((one.value for one in call.keywords if one.arg == self.parameter), None)

    def kind_in(self, call: ast.Call) -> str:
        """The kind that a call asks for, by a word; empty where it cannot be told."""
        words = [
            one.value for one in (*call.args, *(key.value for key in call.keywords)) if isinstance(one, ast.Constant)
        ]
        asked = {str(word).title() for word in words} & KINDS
        return self.kind or next(iter(asked), "")


def metric_factories(syntax: PythonSyntax) -> dict[str, MetricFactory]:
    """By their names the functions that hand a parameter on as the name of a metric."""
    found = {view.name: factory for view in syntax.functions if (factory := _factory(view, syntax)) is not None}
    return {name: one for name, one in found.items() if not name.startswith("__")}


def _factory(view: FunctionView, syntax: PythonSyntax) -> MetricFactory | None:
    made = [call for call in view.calls if _makes(call, syntax)]
    names = {last_name(call.args[0]) for call in made if call.args}
    if len(names) != 1 or not names <= set(view.parameters):
        return None
    name = names.pop()
    kinds = {syntax.name_of(call.func).rpartition(".")[2] for call in made}
    return MetricFactory(view.parameters.index(name), name, kinds.pop() if len(kinds) == 1 else "")


def _makes(call: ast.Call, syntax: PythonSyntax) -> bool:
    called = syntax.name_of(call.func)
    return called.startswith("prometheus_client.") and called.rpartition(".")[2] in KINDS
