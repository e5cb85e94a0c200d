"""AUD851: a figure that is worked out, of numbers that are all written beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_metric_name, is_target_name
from auditor.facts.metric_literals import names_result
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_syntax import FunctionView, own_nodes, syntax_of
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_DERIVED = pattern(
    r"(?i)(?:^|_)(?:speed_?up|improvement|reduction|gain|savings?|saved|efficiency|overhead|compression(?:_ratio)?|uplift|lift|accuracy|precision|recall|throughput|utili[sz]ation|availability|uptime|coverage|"
    r"(?:success|error|failure|hit|pass|win|delivery|completion|loss|detection|match|recovery)_(?:rate|ratio|percent|percentage|pct)|(?:requests|messages|events|records|rows|items|tokens|docs|files)_per_\w+|"
    r"rps|qps|tps|speedup_factor|performance_gain|cost_per_\w+|roi|difference_percent|percent_faster|percent_change|regression_percent)(?:_(?:ratio|rate|factor|percent|percentage|pct|x|score))*$"
)
_CHOSEN = pattern(
    r"(?i)config|setting|default|example|demo|expected|target|threshold|simulat|mock|fake|theor|estimat|forecast|project(?:ed|ion)|assum|convert|unit|layout|font|draw|price|pricing|plan|budget"
)
_DIVIDES = (ast.Div, ast.FloorDiv)


def _check(source: Source) -> Iterator[Hit]:
    if _CHOSEN.search(source.path.rpartition("/")[2]):
        return
    for view in syntax_of(source).functions:
        if view.is_test or _CHOSEN.search(view.qualified):
            continue
        lines: set[int] = set()
        for name, value in _named(view):
            if value.lineno not in lines and _is_worked_out(name, value, view):
                lines.add(value.lineno)
                message = f"{view.name} works {name} out of numbers that are all written beside it."
                yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _named(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    """The quotients and differences of a function with the names that they get."""
    for bound in view.of(ast.Assign):
        yield stored_name(bound.targets[0]), bound.value
    for table in view.of(ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    for call in view.calls:
        if names_result(last_name(call.func)):
            yield from ((one.arg, one.value) for one in call.keywords if one.arg)


def _is_worked_out(name: str, value: ast.expr, view: FunctionView) -> bool:
    """Whether a figure that others would measure is a sum of local names which each hold one number of the code."""
    if not _DERIVED.search(name) and not is_metric_name(name):
        return False
    if is_target_name(name) or _CHOSEN.search(name):
        return False
    nodes = list(own_nodes([value]))
    names = {one.id for one in nodes if isinstance(one, ast.Name) and one.id not in ("round", "float", "int", "abs")}
    divides = any(isinstance(one, ast.BinOp) and isinstance(one.op, _DIVIDES) for one in nodes)
    if not names or not divides or any(one.isupper() for one in names):
        return False
    figure = fold(value, Bindings.of(view))
    return isinstance(figure, int | float) and not isinstance(figure, bool)


RULE = Rule(
    id="AUD851",
    name="worked-out-of-literals",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every figure that is worked out rest on something that was measured?",
    why="`speedup = before / after`, of two numbers that stand on the lines above, reads in the report like the outcome of a benchmark.",
    limits="Judged are quotients under the name of a metric, gain, rate or speed, all names in which are local and bound once to a number; constants in capitals, estimates and settings are left alone.",
    fix="Measure what goes into it, or leave the figure out of the report.",
    since="0.8.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a speed-up and a share that are known beforehand",
            files={
                "bench.py": (
                    "def batching(name):\n    alone = 2.0\n    batched = alone / 4.2\n    return BatchResult(name, speedup=alone / batched)\n\n\n"
                    "def report(rows):\n    good = 9_412\n    seen = 9_431\n    hit_rate = round(good / seen * 100, 2)\n    return {'rows': len(rows), 'hits': hit_rate}\n"
                )
            },
            found=("bench.py:10", "bench.py:4"),
        ),
        Example(
            title="what was measured, what is estimated, and a number of pixels",
            files={
                "bench.py": (
                    "def batching(clock, run):\n    alone = run(1)\n    batched = run(16)\n    return BatchResult('batching', speedup=alone / batched)\n\n\n"
                    "def estimate(rows):\n    alone = 2.0\n    batched = 0.5\n    return BatchResult('batching', speedup=alone / batched)\n\n\n"
                    "def draw():\n    width = 640\n    height = 480\n    ratio = width / height\n    return ratio\n\n\n"
                    "def tally(rows):\n    good = 0\n    seen = 1\n    for row in rows:\n        good += row.good\n        seen += 1\n    hit_rate = good / seen\n    return hit_rate\n"
                )
            },
        ),
    ),
    check_file=_check,
)
