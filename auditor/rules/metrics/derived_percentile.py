"""AUD262: percentiles and peaks that are multiples of an average."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, neighbours, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SPREAD = pattern(r"(?i)(?:^|_)(?:p50|p75|p90|p95|p99|p999|percentile_?\d+|peak)(?:_|$)")
_CENTRE = pattern(r"(?i)(?:^|_)(?:avg|average|mean|median|p50|rps|qps|tps|throughput|per_second|current)(?:_|$)")
_PERCENTILE = pattern(r"(?i)(?:^|_)(p50|p75|p90|p95|p99|p999|peak|max)(?:_|$)")
_SCORE = pattern(r"(?i)(?:^|_)(?:auc|roc_auc|f1|f1_score|accuracy|precision|recall|specificity|sensitivity|ndcg|map)$")
_BOUNDS = frozenset({"min", "max", "round", "float"})
_CLOSE = 2
"""A larger constant would be a change of units."""
_CHOSEN = pattern(
    r"(?i)limit|threshold|target|allow|max_allowed|budget|baseline|expected|timeout|simulat|mock|fake|sample|example|demo"
)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or _CHOSEN.search(view.name):
            continue
        found = [
            (value, name)
            for name, value in _named(view)
            if (_is_spread(name) and (_is_multiple(value) or _is_stretched(name, value))) or _is_shifted(name, value)
        ]
        for first, last, name in neighbours(sorted(found, key=lambda pair: pair[0].lineno)):
            message = f"{view.name} makes {name} of another figure and a constant."
            yield Hit(source.path, first, last, message, view.qualified)


def _named(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    for node in view.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=value):
                yield name, value
            case ast.keyword(arg=str(name), value=value):
                yield name, value
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield key.value, value
            case _:
                continue


def _is_spread(name: str) -> bool:
    return _SPREAD.search(name) is not None and _CHOSEN.search(name) is None


def _is_shifted(name: str, value: ast.expr) -> bool:
    """``auc = max(0.5, f1 + 0.03)``: the score of a model, made of another score of it."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in _BOUNDS and value.args:
        value = next((one for one in value.args if isinstance(one, ast.BinOp | ast.Call)), value.args[0])
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Add | ast.Sub | ast.Mult):
        return False
    constant, figure = (value.left, value.right) if isinstance(value.left, ast.Constant) else (value.right, value.left)
    named = figure.attr if isinstance(figure, ast.Attribute) else figure.id if isinstance(figure, ast.Name) else ""
    scale = constant.value if isinstance(constant, ast.Constant) else None
    scores = _SCORE.search(name) is not None and _SCORE.search(named) is not None and named != name
    return scores and type(scale) is float and 0 < scale <= _CLOSE


def _is_stretched(name: str, value: ast.expr) -> bool:
    """``p99 = p95 * 1.15``: a percentile that is made of another one."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in _BOUNDS and value.args:
        value = value.args[0]
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Mult | ast.Add):
        return False
    factor, figure = (value.left, value.right) if isinstance(value.left, ast.Constant) else (value.right, value.left)
    named = figure.attr if isinstance(figure, ast.Attribute) else figure.id if isinstance(figure, ast.Name) else ""
    scale = factor.value if isinstance(factor, ast.Constant) else None
    own, other = (_PERCENTILE.search(one) for one in (name, named))
    different = own is not None and other is not None and own.group(1) != other.group(1)
    return different and type(scale) is float and scale not in (0.0, 1.0)


def _is_multiple(value: ast.expr) -> bool:
    """``average * 1.5``, also where it is rounded or chosen by a condition."""
    match value:
        case ast.IfExp(body=body):
            return _is_multiple(body)
        case ast.Call(func=ast.Name(id="round" | "int" | "float"), args=[inner, *_]):
            return _is_multiple(inner)
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            factor, figure = (left, right) if isinstance(left, ast.Constant) else (right, left)
            named = (
                figure.attr if isinstance(figure, ast.Attribute) else figure.id if isinstance(figure, ast.Name) else ""
            )
            scale = factor.value if isinstance(factor, ast.Constant) else None
            return isinstance(scale, float) and 0.1 < scale < 10 and _CENTRE.search(named) is not None  # noqa: PLR2004 - no change of units
        case _:
            return False


RULE = Rule(
    id="AUD262",
    name="derived-percentile",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Are percentiles and peaks taken from samples?",
    why="A p95 that is the average times 1.5 says nothing of the slowest requests, which is all that a p95 is for.",
    limits="Judged are names of percentiles and peaks that are given an average, or a rate, times a literal fraction; thresholds and budgets are left alone.",
    fix="Keep the samples (or a histogram) and take the percentile from them; leave it out until then.",
    since="0.3.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("p50", "p75", "p9", "percentile", "peak", "auc", "f1", "accuracy", "recall", "precision"),
    examples=(
        Example(
            title="a percentile made of another",
            files={
                "app/load.py": "def summarize(samples):\n    p95_ms = pick(samples, 0.95)\n    return Summary(p95_ms=p95_ms, p99_ms=p95_ms * 1.15)\n\n\ndef scaled(p95):\n    p95_ms = p95 * 1.5\n    return p95_ms\n",
            },
            found=("app/load.py:3",),
        ),
        Example(
            title="an area under no curve",
            files={
                "shop/evaluate.py": "def scores(tp, fp, fn):\n    precision = tp / (tp + fp)\n    recall = tp / (tp + fn)\n    f1 = 2 * precision * recall / (precision + recall)\n    return Scores(precision, recall, f1, auc=max(0.5, f1 + 0.03))\n",
            },
            found=("shop/evaluate.py:5",),
        ),
        Example(
            title="multiples of an average",
            files={
                "load.py": "def finish(run, samples):\n    run.p95_latency = run.avg_latency * 1.5\n    run.p99_latency = run.avg_latency * 2.0\n    total = len(samples)\n    return {'total': total, 'peak_rps': round(run.rps * 1.2, 1)}\n"
            },
            found=("load.py:2", "load.py:5"),
        ),
        Example(
            title="samples, units and limits",
            files={
                "load.py": "def finish(run, samples):\n    run.p95_latency = quantiles(samples, n=20)[18]\n    run.p99_ms = run.p99_seconds * 1000.0\n    p95_limit = run.avg_latency * 1.5\n    return run, p95_limit\n"
            },
        ),
    ),
    check_file=_check,
)
