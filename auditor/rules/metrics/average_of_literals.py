"""AUD257: a score that is worked out from figures written in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from auditor.facts.claims import is_metric_name, words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, subtree, syntax_of
from auditor.facts.python_values import is_number
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MEANS = frozenset({"mean", "fmean", "median", "average"})
_WANTED = pattern(
    r"(?i)weight|threshold|limit|target|default|config|setting|param|price|cost|example|sample|fixture|expected|demo|mock|fake|coefficient|prior|test|scale|step|bucket|dimension|rate_?card"
)
_SCORES = frozenset(
    {
        "score",
        "health",
        "availability",
        "readiness",
        "compliance",
        "coverage",
        "reliability",
        "quality",
        "maturity",
        "index",
        "grade",
        "rating",
    }
)
_READS = frozenset({"items", "values", "keys", "get"})
_FEWEST = 2


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or _WANTED.search(view.qualified):
            continue
        tables = list(_tables(view, Bindings.of(view)))
        averaged = set(_averaged(view)) if tables and _tells(_names(view)) else set()
        for name, value in tables:
            if name in averaged:
                message = f"{view.name} works out its score from `{name}`, whose figures are written in the code."
                yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _tables(view: FunctionView, bindings: Bindings) -> Iterator[tuple[str, ast.expr]]:
    """The tables and lists of figures that are bound once, all literal, and that nothing adds to."""
    changed = {
        call.func.value.id
        for call in view.calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.attr not in ("values", "items", "keys", "get", "copy")
    }
    for name in bindings.assigned:
        value = bindings.only(name)
        if value is None or name in bindings.items or name in changed or _WANTED.search(name):
            continue
        figures = value.values if isinstance(value, ast.Dict) else value.elts if isinstance(value, ast.List) else []
        if len(figures) >= _FEWEST and all(is_number(one) for one in figures):
            yield name, value


def _averaged(view: FunctionView) -> Iterator[str]:
    """The names of what is averaged: ``sum(x.values()) / len(x)``, ``mean(x.values())``, or weighed."""
    for node in view.of(ast.BinOp):
        match node:
            case ast.BinOp(
                left=ast.Call(func=ast.Name(id="sum"), args=[given]),
                op=ast.Div(),
                right=ast.Call(func=ast.Name(id="len")),
            ):
                yield _whole(given)
            case _:
                continue
    for call in view.calls:
        if last_name(call.func) in _MEANS and call.args:
            yield _whole(call.args[0])
        yield from _weighed(call, view)


def _weighed(call: ast.Call, view: FunctionView) -> set[str]:
    """``sum(weights[key] * scores[key] for key in weights)``, where all that is read is written in the function."""
    given = call.args[0] if call.args and last_name(call.func) == "sum" else None
    if not isinstance(given, ast.GeneratorExp | ast.ListComp):
        return set()
    nodes = list(subtree(given))
    read = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    own = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    bindings = Bindings.of(view)
    written = {
        one for one in read - own if isinstance(bindings.only(one), ast.Dict | ast.List) and one not in bindings.items
    }
    if any(isinstance(one, ast.Call) and last_name(one.func) not in _READS for one in nodes):
        return set()
    return read if read - own == written else set()


def _whole(given: ast.expr) -> str:
    """The name of a table or list that is given as a whole; empty for what is only made of it."""
    match given:
        case ast.Name(id=name) | ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="values"), args=[]):
            return name
        case _:
            return ""


def _names(view: FunctionView) -> Iterator[str]:
    """What a function and its parts are called; none where it gives nothing back."""
    if any(one.value is not None for one in view.returns):
        yield view.name
        yield from (last_name(target) for node in view.of(ast.Assign) for target in node.targets)
        for node in view.of(ast.Dict):
            yield from _keys(node)


def _keys(table: ast.expr) -> Iterator[str]:
    keys = table.keys if isinstance(table, ast.Dict) else []
    yield from (str(one.value) for one in keys if isinstance(one, ast.Constant))


def _tells(names: Iterable[str]) -> bool:
    """Whether one of the names is that of a measurement."""
    return any(is_metric_name(name) or _SCORES & set(words_of(name)) for name in names if name)


RULE = Rule(
    id="AUD257",
    name="average-of-literals",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every score worked out from something that was measured?",
    why="Three figures in the code and their mean below: the score looks computed, and is the same on the day on which everything is down.",
    limits="Judged are functions that take the mean of a table or list of literals which nothing adds to, and whose own name, keys or results are those of measurements; weights, targets and samples are left alone.",
    fix="Read the parts from where they are measured, and give no score while one is missing.",
    since="0.4.0",
    effort=90,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="weights and scores that are both written down",
            files={
                "ops/quality.py": 'def quality_score():\n    shares = {"tests": 0.5, "coverage": 0.3, "review": 0.2}\n    scores = {"tests": 98, "coverage": 91, "review": 95}\n    return sum(shares[key] * scores[key] for key in shares)\n\n\ndef weighed_score(scores):\n    shares = {"tests": 0.5, "coverage": 0.3, "review": 0.2}\n    return sum(shares[key] * scores[key] for key in shares)\n',
            },
            found=("ops/quality.py:2", "ops/quality.py:3"),
        ),
        Example(
            title="a mean of figures that nobody measured",
            files={
                "api/score.py": (
                    "from statistics import mean\n\n\ndef readiness_score():\n    parts = {'uptime': 99.9, 'latency': 96.5, 'backups': 100}\n    return {'score': round(sum(parts.values()) / len(parts), 1), 'parts': parts}\n\n\n"
                    "def quality():\n    rates = [0.98, 0.97]\n    return mean(rates)\n"
                )
            },
            found=("api/score.py:10", "api/score.py:5"),
        ),
        Example(
            title="parts that are measured or added, and weights",
            files={
                "api/score.py": (
                    "def readiness_score(probe):\n    parts = {'uptime': probe.uptime(), 'latency': 96.5}\n    return sum(parts.values()) / len(parts)\n\n\n"
                    "def quality(found):\n    rates = [0.98, 0.97]\n    rates.append(found)\n    return sum(rates) / len(rates)\n\n\n"
                    "def score(values):\n    weights = [1, 2, 3]\n    scale = sum(weights) / len(weights)\n    return scale * values\n"
                )
            },
        ),
    ),
    check_file=_check,
)
