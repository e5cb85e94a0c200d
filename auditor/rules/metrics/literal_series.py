"""AUD279: series that are exported with values written into the code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from auditor.facts.claims import is_metric_name, is_target_name
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_EXPORTS = pattern(r"(?i)metric|prometheus|exposition|render|scrape|telemetry|export|expose")
_SERIES = pattern(r"(?m)^([a-z][a-z0-9]*(?:_[a-z0-9]+)+)[ ]?(?:\{[^}\n]{0,200}\})? (\d{1,15}(?:\.\d{1,15})?)$")
_FIXED = pattern(r"(?:_info|_up|_build|_created|_version|_max|_limit|_threshold|_le)$")
_HONEST = pattern(r"(?i)test|example|sample|mock|fake|demo|simulat|seed|default|init|reset")
_GAUGE = pattern(r"(?i)gauge|metric")
_OPEN = "\x00"
"""Stands for a part of a text that is computed."""


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        found = () if view.is_test else (*_written(view), *_set(view))
        if not found or _HONEST.search(view.qualified):
            continue
        for line, name in found:
            message = f"{view.name} exports {name} with a value that is written in the code."
            yield Hit(source.path, line, line, message, view.qualified)
    for line, name in () if _HONEST.search(source.path) else _set_in(syntax_of(source).at_top(ast.Call)):
        message = f"The module exports {name} with a value that is written in the code."
        yield Hit(source.path, line, line, message, name)


def _written(view: FunctionView) -> Iterator[tuple[int, str]]:
    """Lines of the text format of Prometheus with a literal value, in functions that are named for exporting."""
    if not _EXPORTS.search(view.qualified):
        return
    inside = {id(part) for one in view.of(ast.JoinedStr) for part in one.values}
    texts: list[ast.Constant | ast.JoinedStr] = [*view.of(ast.Constant), *view.of(ast.JoinedStr)]
    for node in texts:
        if id(node) in inside:
            continue
        text = _text(node)
        for match in _SERIES.finditer(text) if "_" in text and len(text) < 100_000 else ():  # noqa: PLR2004 - bounds the work
            if not _FIXED.search(match.group(1)) and float(match.group(2)) not in (0, 1):
                yield _line(node, text, match.start()), match.group(1)


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else _OPEN for one in node.values)
    return node.value if isinstance(node.value, str) else ""


def _line(node: ast.expr, text: str, at: int) -> int:
    """The line of the file on which a part of a text begins; that of the text where it is written on one line."""
    height = (node.end_lineno or node.lineno) - node.lineno
    return node.lineno + min(height, text.count("\n", 0, at))


def _set(view: FunctionView) -> Iterator[tuple[int, str]]:
    """``SATURATION.labels("db").set(0.42)``."""
    yield from _set_in(view.calls)


def _set_in(calls: Iterable[ast.Call]) -> Iterator[tuple[int, str]]:
    for call in calls:
        if not isinstance(call.func, ast.Attribute) or call.func.attr != "set" or len(call.args) != 1 or call.keywords:
            continue
        number = fold(call.args[0])
        name = _gauge(call.func.value)
        if name and isinstance(number, float) and number not in (0, 1, -1):
            yield call.lineno, name


def _gauge(node: ast.expr) -> str:
    """The name of the object that a value is set on, where it is named as a metric is."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    named = _GAUGE.search(name) is not None or is_metric_name(name.lower()) or (name.isupper() and len(name) > 2)  # noqa: PLR2004 - no type variable
    return name if named and not is_target_name(name.lower()) and not _FIXED.search(name.lower()) else ""


RULE = Rule(
    id="AUD279",
    name="literal-series",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every series that is exported measured?",
    why="Dashboards and alerts on a series that is a literal show the same in every outage.",
    limits="Sees lines of the text format with a literal value in functions named for exporting, and gauges that are set to a literal fraction; 0 and 1, limits and build information are left alone.",
    fix="Read the value from where it is kept, or do not export the series.",
    since="0.3.0",
    effort=45,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="set where the module is loaded",
            files={
                "app/metrics.py": 'from prometheus_client import Gauge\n\nMODEL_AUC = Gauge("model_auc", "AUC", ["model"])\nMODEL_AUC.labels(model="churn").set(0.87)\nUP = Gauge("up", "Up")\nUP.set(1)\n',
            },
            found=("app/metrics.py:4",),
        ),
        Example(
            title="lines of an exposition, and a gauge",
            files={
                "export.py": (
                    'def render_metrics(shop):\n    lines = ["shop_up 1", "shop_queue_depth 12"]\n    lines.append(f"shop_orders_total {shop.orders}")\n    SATURATION.labels("db").set(0.42)\n    return lines\n\n\n'
                    'def metrics(process):\n    return f"""\n# TYPE shop_rules_total gauge\nshop_rules_total {{}} 100000\nshop_memory_bytes {process.rss}\n"""\n'
                )
            },
            found=("export.py:11", "export.py:2", "export.py:4"),
        ),
        Example(
            title="computed values, limits and other texts",
            files={
                "export.py": 'def render_metrics(shop):\n    ORDERS.set(shop.orders)\n    QUEUE_LIMIT.set(0.5)\n    shop.colours.set(0.5)\n    return f"shop_orders_total {shop.orders}"\n\n\ndef page():\n    return "section_one 12"\n'
            },
        ),
    ),
    check_file=_check,
)
