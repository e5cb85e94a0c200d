"""AUD258: a metric that is exported as a figure written in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_metric_name
from auditor.facts.metric_objects import MetricObject, MetricObjects
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, neighbours, nodes_of, syntax_of
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SETTERS = frozenset({"set", "observe"})
_KINDS = frozenset({"Gauge", "Histogram", "Summary"})
_STATED = pattern(
    r"(?i)info|version|limit|max|min|threshold|target|objective|slo|config|setting|capacity|size|quota|default|interval|timeout|budget_total|weight|state|status|_up$|enabled|ready|build|created|started"
)
"""Words of metrics that are stated rather than measured, or that have few values."""
_COUNTED = pattern(
    r"(?i)_(?:used|usage|pending|backlog|failures|errors|age_seconds|duration_seconds|files|rows|records|total_count|count)(?:_|$)"
)


def _check(source: Source) -> Iterator[Hit]:
    fact = source.fact(MetricObjects)
    held = {one.holder: one for one in fact.objects if one.kind in _KINDS} if fact is not None else {}
    if not held:
        return
    recorded: dict[str, list[tuple[ast.Call, object]]] = {}
    syntax = syntax_of(source)
    inside = {id(call): view for view in syntax.functions for call in view.calls}
    for call in nodes_of(syntax.tree, ast.Call):
        holder = _holder(call)
        if holder in held:
            recorded.setdefault(holder, []).append((call, _number(call, inside.get(id(call)))))
    told: list[tuple[ast.expr, str]] = []
    for holder, calls in recorded.items():
        numbers = [number for _, number in calls]
        if not _is_measured(held[holder]) or any(number is None for number in numbers):
            continue
        for call, number in calls:
            if isinstance(number, int | float) and _tells(number):
                told.append((call, f"{held[holder].name} is only ever set to figures in the code: {number:g}."))
    for first, last, message in neighbours(sorted(told, key=lambda one: one[0].lineno)):
        yield Hit(source.path, first, last, message, "")


def _holder(call: ast.Call) -> str:
    """What a value is recorded into: ``x.set(1)``, ``self.x.labels("a").observe(2)``; empty for other calls."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _SETTERS or len(call.args) != 1:
        return ""
    kept = call.func.value
    if isinstance(kept, ast.Call) and isinstance(kept.func, ast.Attribute) and kept.func.attr == "labels":
        kept = kept.func.value
    return last_name(kept)


def _number(call: ast.Call, view: FunctionView | None) -> float | None:
    """The figure that a call records, also one that a name of the function stands for."""
    number = fold(_without_powers(call.args[0]), Bindings.of(view) if view is not None else None)
    return number if isinstance(number, int | float) and not isinstance(number, bool) else None


def _without_powers(value: ast.expr) -> ast.expr:
    """``used * 1024**3``: what is only turned into another unit."""
    match value:
        case ast.BinOp(
            left=inner,
            op=ast.Mult() | ast.Div(),
            right=ast.BinOp(op=ast.Pow(), left=ast.Constant(), right=ast.Constant()),
        ):
            return inner
        case _:
            return value


def _is_measured(one: MetricObject) -> bool:
    return (is_metric_name(one.name) or _COUNTED.search(one.name) is not None) and not _STATED.search(one.name)


def _tells(number: float) -> bool:
    """Whether a figure would be read as a measurement: the extremes are mostly starting values and flags."""
    return number not in (0, 1, -1, 100)


RULE = Rule(
    id="AUD258",
    name="literal-exported",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is what the metrics endpoint exports measured?",
    why="A gauge that is set to 0.92 when the module is loaded draws a fine line on the dashboard, with or without a cache.",
    limits="Judged are gauges, histograms and summaries of the Prometheus client whose name is that of a measurement and that are recorded in their own module with literals alone; 0, 1 and 100 are starting values and flags.",
    fix="Record what was measured where it happens, or remove the metric.",
    since="0.4.0",
    effort=60,
    reads=frozenset({"python", "metric-objects"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("prometheus_client",),
    examples=(
        Example(
            title="a ratio that is set when the module is loaded, and a time for every job",
            files={
                "app/metrics.py": (
                    "from prometheus_client import Gauge, Histogram\n\nHITS = Gauge('cache_hit_ratio', 'Hits')\nHITS.set(0.87)\nTIMES = Histogram('job_latency_seconds', 'Times', ['job'])\n\n\n"
                    "def finished(job):\n    TIMES.labels(job).observe(0.25)\n"
                )
            },
            found=("app/metrics.py:4", "app/metrics.py:9"),
        ),
        Example(
            title="what is used, by a name that stands for a figure",
            files={
                "app/storage.py": (
                    "from prometheus_client import Gauge\n\n\nclass Exporter:\n    def __init__(self):\n        self.used = Gauge('storage_used_bytes', 'Used', ['disk'])\n\n"
                    "    async def update(self):\n        for disk in ('a', 'b'):\n            used_gb = 420\n            self.used.labels(disk).set(used_gb * 1024**3)\n"
                )
            },
            found=("app/storage.py:11",),
        ),
        Example(
            title="a starting value, a limit, and what is measured as well",
            files={
                "app/metrics.py": (
                    "from prometheus_client import Gauge\n\nHITS = Gauge('cache_hit_ratio', 'Hits')\nHITS.set(0)\nLIMIT = Gauge('request_rate_limit', 'Limit')\nLIMIT.set(250)\nERRORS = Gauge('error_rate', 'Errors')\nERRORS.set(0.5)\n\n\n"
                    "def update(found):\n    ERRORS.set(found)\n"
                )
            },
        ),
    ),
    check_file=_check,
)
