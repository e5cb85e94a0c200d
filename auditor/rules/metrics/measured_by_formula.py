"""AUD843: a measurement is a formula over its own arguments and numbers of the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.python_values import UNKNOWN, fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OBSERVES = pattern(
    r"(?i)^_?(?:measure|sample|observe|poll|read_(?:current|live)|current|live|actual|observed|acknowledged)(?:_|$)|"
    r"^_?(?:get_|fetch_|collect_|query_)?(?:(?:current|p9[059]|p50|average|avg|mean|live|error|cpu|memory|disk|queue|request|api|db|cache|replication|consumer)_)?"
    r"(?:uptime|availability|latency(?:_ms|_s)?|p9[059](?:_\w+)?|throughput|error_rate|success_rate|hit_rate|utili[sz]ation|queue_depth|replication_lag|consumer_lag|open_connections|vulnerabilities|open_criticals)$"
)
_PURE = frozenset({
    "float", "int", "round", "min", "max", "abs", "sum", "len", "str", "range", "sorted", "zip", "enumerate", "any", "all", "pow", "divmod", "list", "tuple", "dict", "set", "frozenset", "bool",
    "split", "rsplit", "partition", "rpartition", "strip", "lstrip", "rstrip", "lower", "upper", "startswith", "endswith", "removeprefix", "removesuffix", "count", "items", "keys", "values", "get", "sqrt", "log",
    "log10", "exp", "floor", "ceil", "sin", "cos", "tanh", "mean", "fmean", "isdigit", "ord", "sleep", "info", "debug", "warning", "format",
})  # fmt: skip
_MORE = (ast.Raise, ast.Yield, ast.With, ast.AsyncWith, ast.AsyncFor)
_CHOSEN = pattern(
    r"(?i)simulat|mock|fake|demo|synth|estimat|predict|project|default|expected|target|budget|theoretic|model"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or not _is_asked_to_observe(view) or not _looks_at_nothing(view):
            continue
        for one in view.returns:
            if one.value is not None and _is_formula(one.value):
                message = f"{view.name} is to observe something, and computes its answer from its arguments and numbers of the code."
                yield Hit(source.path, view.node.lineno, one.end_lineno or one.lineno, message, view.qualified)
                break


def _is_asked_to_observe(view: FunctionView) -> bool:
    """Whether a method is named for an observation, and made for the wait that one takes (``async``)."""
    return (
        isinstance(view.node, ast.AsyncFunctionDef)
        and view.owner is not None
        and _OBSERVES.search(view.name) is not None
        and not _CHOSEN.search(view.qualified)
    )


def _looks_at_nothing(view: FunctionView) -> bool:
    """Whether nothing is awaited but sleep, nothing called that could know, and nothing read of the object or of a parameter's parts."""
    awaited = [one.value for one in view.of(ast.Await)]
    if any(not isinstance(one, ast.Call) or last_name(one.func) != "sleep" for one in awaited):
        return False
    if any(last_name(one.func) not in _PURE and not _makes_record(one) for one in view.calls):
        return False
    return not (_reads_object(view) or _reads_parts(view) or view.of(*_MORE))


def _reads_object(view: FunctionView) -> bool:
    return any(isinstance(one.value, ast.Name) and one.value.id in ("self", "cls") for one in view.of(ast.Attribute))


def _reads_parts(view: FunctionView) -> bool:
    """Whether it looks into what it is given: an attribute, an entry, each of them."""
    opened = [one.value for one in view.of(ast.Attribute, ast.Subscript) if not _is_text_method(one)]
    looped = [one.iter for one in own_nodes(view.body) if isinstance(one, ast.comprehension | ast.For)]
    return any(isinstance(one, ast.Name) and one.id in view.parameters for one in (*opened, *looped))


def _is_text_method(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in _PURE


def _makes_record(call: ast.Call) -> bool:
    return last_name(call.func)[:1].isupper()


def _is_formula(value: ast.expr) -> bool:
    """Whether a value is a number that depends on something, and no constant (of which others tell)."""
    number = any(isinstance(one, ast.Constant) and isinstance(one.value, int | float) for one in own_nodes([value]))
    computed = any(isinstance(one, ast.BinOp | ast.Call) for one in own_nodes([value]))
    return (
        fold(value) is UNKNOWN
        and computed
        and (number or any(isinstance(one, ast.comprehension) for one in own_nodes([value])))
    )


RULE = Rule(
    id="AUD843",
    name="measured-by-formula",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does a method that observes look at anything?",
    why="`0.18 + major * 0.01` under the name `measure` passes the gate of each release: the latency of a version is not in its number.",
    limits="Asynchronous methods named for an observation that await nothing, call nothing but arithmetic and text, and read neither the object nor parts of what they are given. Estimates, predictions and simulations are left alone.",
    fix="Ask the system that knows, or raise NotImplementedError until then.",
    since="0.5.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("async def",),
    check_file=_check,
    examples=(
        Example(
            title="gates that know nothing of the release",
            files={
                "shop/gates.py": (
                    "class LatencyGate:\n    async def measure(self, version: str) -> float:\n        major = int(version.split('.')[0])\n        return 0.18 + major * 0.01\n\n\n"
                    "class ScanGate:\n    async def measure(self, version: str) -> float:\n        found = {'critical': 0, 'high': 0, 'medium': 3}\n        return float(sum(count for name, count in found.items() if name != 'medium'))\n\n\n"
                    "class Alerts:\n    async def acknowledged_within(self, minutes: int) -> float:\n        return min(1.0, 0.9 + minutes / 100)\n"
                ),
            },
            found=("shop/gates.py:2", "shop/gates.py:8", "shop/gates.py:14"),
        ),
        Example(
            title="methods that ask, look or compute from what they are given",
            files={
                "shop/gates.py": (
                    "class Gate:\n    async def measure(self, version):\n        return float(await self.client.get(version)) * 1.0\n\n    async def throughput(self):\n        return self.done / 60\n\n"
                    "    async def latency(self, samples):\n        return sum(one * 1000 for one in samples) / 3\n\n    async def estimated_latency(self, size):\n        return 0.1 + size / 100\n\n"
                    "    def utilization(self, used, total):\n        return used / total * 100\n"
                ),
            },
        ),
    ),
)
