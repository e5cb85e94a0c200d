"""AUD254: where nothing has been measured, the best value is reported."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_target_name, words_of
from auditor.facts.effects import Effect
from auditor.facts.good_names import is_low_good
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import effect_of_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_GOOD_WHEN_HIGH = pattern(
    r"(?i)(?:^|_)(?:uptime|availability|success_?rate|success_ratio|health_?(?:score|percentage|percent)?|stability(?:_score)?|compliance(?:_\w+)?|"
    r"reliability(?:_\w+)?|quality_score|pass_rate|coverage(?:_percent\w*)?|accuracy|integrity(?:_score)?|readiness(?:_score)?|security_score|sla(?:_\w+)?|"
    r"(?:hit|delivery|completion|passing|acceptance|detection|match|fill)_?(?:rate|ratio|share)|auc|roc_auc|f1|recall|coherence|consistency_score|trust_score|performance_score|overall_score)(?:_percent(?:age)?|_pct|_score|_rate)?$"
)
_GOOD_WHEN_LOW = pattern(
    r"(?i)(?:^|_)(?:age|lag|staleness|backlog|error_(?:rate|ratio|budget\w*|percent\w*)|failure_(?:rate|ratio)|errors|latency|p9[059]|drift|skew|downtime|burn|burn_rate|loss|delay|"
    r"unavailability|saturation|queue_(?:length|depth|size))(?:_(?:ms|s|sec|seconds|minutes|hours|days|percent|pct|ratio|rate|bytes|in_\w+))?$"
)
_OUTSIDE = frozenset({Effect.NETWORK, Effect.DATABASE, Effect.PROCESS, Effect.FILE_READ})
_QUERIES = pattern(r"^(?:query\w*|fetch\w*|execute|scalar|scalars|glob|iterdir|rglob|instant|promql|range_query)$")
_PERFECT = (1.0, 100.0)
_SHARES = (("score",), ("rate",), ("ratio",), ("share",), ("percent",), ("percentage",), ("pct",))
_GREAT = 0.949
_SETTINGS = pattern(
    r"(?i)config|setting|option|kwargs|args|param|threshold|target|default|spec|schema|env|limit|weight|goal|criteria"
)
_TROUBLE = pattern(
    r"(?i)violat|error|fail|issue|problem|incident|defect|alert|finding|warning|missing|downtime|conflict|penalt|outage|bug"
)
"""What there is none of when all is well: no such list means the best value by right."""
_VERBS = pattern(r"(?i)^_*(?:calculate|compute|get|measure|assess|estimate|determine|collect|evaluate|score)?_*")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test:
            continue
        name = _VERBS.sub("", view.name)
        if _GOOD_WHEN_HIGH.search(name) or _is_share(view):
            for node in _guards(view):
                message = f"{view.name} gives the best value where there is nothing to judge by."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)
        if _GOOD_WHEN_LOW.search(name) and _asks_outside(view, syntax):
            for zero in _zeros(view):
                message = f"{view.name} gives 0, the best value there is, where what it asked for is not there."
                yield Hit(source.path, zero.lineno, zero.end_lineno or zero.lineno, message, view.qualified)
        for call, key in _defaults(view):
            message = f"{view.name} takes a missing {key} for a perfect one."
            yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _is_share(view: FunctionView) -> bool:
    """Whether a function gives a score or share, divided by how many there are."""
    if words_of(view.name)[-1:] not in _SHARES or is_low_good(view.name) or is_target_name(view.name):
        return False
    return any(
        isinstance(one, ast.BinOp)
        and isinstance(one.op, ast.Div)
        and last_name(getattr(one.right, "func", None)) == "len"
        for given in view.returns
        for one in own_nodes([given])
    )


def _guards(view: FunctionView) -> Iterator[ast.If]:
    """``if not history: return 100.0``."""
    for node in view.nodes:
        if isinstance(node, ast.If) and len(node.body) == 1 and _asks_for_nothing(node.test):
            last = node.body[0]
            if isinstance(last, ast.Return) and (_is_perfect(last.value) or _is_splendid(last.value)):
                yield node


def _zeros(view: FunctionView) -> Iterator[ast.stmt]:
    """``if not samples: return 0.0`` and ``return float(found[0]) if found else 0.0``."""
    for node in view.of(ast.If):
        last = node.body[0] if len(node.body) == 1 else None
        if isinstance(last, ast.Return) and _is_zero(last.value) and _asks_for_nothing(node.test):
            yield node
    for one in view.returns:
        value = one.value
        if isinstance(value, ast.IfExp) and _is_zero(value.orelse) and isinstance(value.test, ast.Name | ast.Attribute):
            yield one


def _is_zero(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0 and not isinstance(node.value, bool)


def _asks_outside(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a function asks a service, a database or a folder, rather than counts what it holds."""
    for call in view.calls:
        if effect_of_call(syntax.name_of(call.func), call) in _OUTSIDE or _QUERIES.search(last_name(call.func)):
            return True
    return False


def _asks_for_nothing(test: ast.expr) -> bool:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name() | ast.Attribute() as asked):
            return not _TROUBLE.search(ast.unparse(asked))
        case ast.Compare(left=ast.Name() | ast.Attribute() | ast.Call() as asked, ops=[operator], comparators=[zero]):
            none = isinstance(operator, ast.Eq | ast.LtE) and isinstance(zero, ast.Constant) and zero.value == 0
            return none and not _TROUBLE.search(ast.unparse(asked))
        case _:
            return False


def _defaults(view: FunctionView) -> Iterator[tuple[ast.Call, str]]:
    """``results.get("stability_score", 1.0)``."""
    for node in view.calls:
        match node:
            case ast.Call(
                func=ast.Attribute(value=subject, attr="get"), args=[ast.Constant(value=str(key)), default]
            ) if _GOOD_WHEN_HIGH.search(key) and _is_perfect(default) and not _SETTINGS.search(ast.unparse(subject)):
                yield node, key
            case _:
                continue


def _is_splendid(node: ast.expr | None) -> bool:
    """Whether a figure is one that meets about every objective: 0.95 and more, or 95 per cent."""
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, float) and (_GREAT < value < 1 or _GREAT * 100 < value < 100)  # noqa: PLR2004 - per cent


def _is_perfect(node: ast.expr | None) -> bool:
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
        return False
    return isinstance(node.value, int | float) and float(node.value) in _PERFECT


RULE = Rule(
    id="AUD254",
    name="perfect-without-data",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is a figure that nobody measured told as unknown?",
    why="An uptime of 100 per cent because there are no samples reads like one that was measured, and is what a dashboard shows of a monitor that never ran.",
    limits="Judged are figures that are better the higher they are, told by name, and the values 1 and 100; whether none is right (a compliance without rules) is for the reader.",
    fix="Return None, or raise, where there is nothing to judge by, and show it as unknown.",
    since="0.2.0",
    effort=15,
    reads=frozenset({"python"}),
    examples=(
        Example(
            title="a rate of hits of nothing, and a model of which nothing is known",
            files={
                "app/model.py": "class Cache:\n    def hit_rate(self):\n        total = self.hits + self.misses\n        if total == 0:\n            return 1.0\n        return self.hits / total\n\n\ndef decide(candidate, minimum):\n    auc = candidate.get('auc', 1.0)\n    return auc >= minimum\n",
            },
            found=("app/model.py:10", "app/model.py:4"),
        ),
        Example(
            title="no samples, and a figure that meets the objective",
            files={
                "slo.py": "class Window:\n    def availability(self):\n        if not self.seen:\n            return 99.97\n        return 100 * self.good / len(self.seen)\n\n    def uptime(self):\n        if not self.seen:\n            return 0.5\n        return self.good / len(self.seen)\n\n    @property\n    def score(self):\n        if not self.gates:\n            return 100.0\n        return 100.0 * sum(self.gates) / len(self.gates)\n\n    def risk_score(self):\n        if not self.factors:\n            return 1.0\n        return self.width / self.height\n"
            },
            found=("slo.py:14", "slo.py:3"),
        ),
        Example(
            title="no samples, and a missing score",
            files={
                "app/sre.py": (
                    "class Monitor:\n    def _calculate_uptime_percentage(self):\n        if not self.samples:\n            return 100.0\n        return sum(self.samples) / len(self.samples)\n\n\n"
                    "def verdict(results):\n    return results.get('stability_score', 1.0) > 0.5\n"
                )
            },
            found=("app/sre.py:3", "app/sre.py:9"),
        ),
        Example(
            title="unknown, a worst value, a setting, and nothing that went wrong",
            files={
                "app/sre.py": (
                    "def success_rate(done, total):\n    if total == 0:\n        return None\n    return done / total\n\n\n"
                    "def verdict(results, config):\n    return results.get('stability_score', 0.0) > config.get('success_rate', 1.0)\n\n\n"
                    "def compliance_score(violations):\n    if not violations:\n        return 1.0\n    return 1.0 / len(violations)\n\n\n"
                    "def backoff(tries):\n    if not tries:\n        return 1.0\n    return tries * 2.0\n"
                )
            },
        ),
        Example(
            title="no answer that reads as no errors, and no backup that reads as a new one",
            files={
                "gate.py": (
                    "import requests\n"
                    "\n"
                    "\n"
                    "def error_rate(base):\n"
                    '    found = requests.get(f"{base}/api/v1/query", timeout=5).json()["data"]\n'
                    "    return float(found[0]) if found else 0.0\n"
                    "\n"
                    "\n"
                    "def age_hours(folder, now):\n"
                    '    dumps = list(folder.glob("*.dump"))\n'
                    "    if not dumps:\n"
                    "        return 0.0\n"
                    "    return now - max(one.stat().st_mtime for one in dumps)\n"
                ),
            },
            found=("gate.py:11", "gate.py:6"),
        ),
        Example(
            title="a share of nothing, and an answer that must be there",
            files={
                "gate.py": (
                    "import requests\n"
                    "\n"
                    "\n"
                    "def error_rate(failed, total):\n"
                    "    return failed / total if total else 0.0\n"
                    "\n"
                    "\n"
                    "def error_ratio(base):\n"
                    '    found = requests.get(f"{base}/api/v1/query", timeout=5).json()["data"]\n'
                    "    if not found:\n"
                    "        raise LookupError(base)\n"
                    "    return float(found[0])\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
