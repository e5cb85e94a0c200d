"""AUD932: a comparison of measurements takes a figure that is missing for nought."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from auditor.facts.claims import is_bad_when_high, is_metric_name, is_target_name
from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, neighbours, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COMPARES = pattern(
    r"(?i)regress|baseline|benchmark|canary|perf(?:ormance)?_?(?:compar|gate|check|diff)|compare_(?:metrics|performance|latenc)"
)
_FIGURES = pattern(r"(?i)metric|baseline|benchmark|perf|latenc|stats|measure|timing")
_COUNTS = pattern(r"(?i)count|finding|violation|error|issue|warning|failure|debt|offen[cs]e|todo|complaint|diagnostic")
_MOST = 20
"""So many of a loop are followed: nobody writes more."""


def _check(source: Source) -> Iterator[Hit]:
    watched = _COMPARES.search(source.path.rpartition("/")[2]) is not None
    for view in syntax_of(source).functions:
        if view.is_test or not (watched or _COMPARES.search(view.qualified)):
            continue
        for first, last, name in neighbours([*_entries(view), *_in_loops(view)]):
            message = f"{view.name} takes {name} for 0 where it is missing, and compares it as if it had been measured."
            yield Hit(source.path, first, last, message, view.qualified)


def _entries(view: FunctionView) -> Iterator[tuple[ast.expr, str]]:
    """``{"p95_latency": report.get("p95", 0)}``: what is best when it is low, and lowest where nobody measured it."""
    for table in view.of(ast.Dict):
        for key, value in keyed(table):
            if is_metric_name(_bare(key)) and not is_target_name(key) and is_bad_when_high(key) and _gets_zero(value):
                yield value, key


def _bare(key: str) -> str:
    return key.lower().removesuffix("_mb").removesuffix("_gb")


def _in_loops(view: FunctionView) -> Iterator[tuple[ast.expr, str]]:
    """``for name, old in baseline.items(): new = current.get(name, 0); change = (new - old) / old``."""
    for loop in view.of(ast.For):
        match loop:
            case ast.For(
                target=ast.Tuple(elts=[ast.Name(id=key), ast.Name(id=old)]),
                iter=ast.Call(func=ast.Attribute(value=table, attr="items")),
            ) if _FIGURES.search(ast.unparse(table)[:200]):
                for name, value in islice(_read_in(loop, key), _MOST):
                    if _meet(loop, name, old):
                        yield value, name
            case _:
                continue


def _read_in(loop: ast.For, key: str) -> Iterator[tuple[str, ast.expr]]:
    """The names that are bound, within a loop, to what another table has under the same key, or to nought."""
    for one in loop.body:
        match one:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as value) if _gets_zero(value):
                if _COUNTS.search(ast.unparse(value.func)[:200]):
                    continue  # of what there is none, there are nought
                if any(isinstance(part, ast.Name) and part.id == key for part in subtree(value)):
                    yield name, value
            case _:
                continue


def _gets_zero(value: ast.expr) -> bool:
    match value:
        case ast.Call(func=ast.Attribute(attr="get"), args=[_, ast.Constant(value=default)]):
            return default == 0 and default is not False
        case _:
            return False


def _meet(loop: ast.For, new: str, old: str) -> bool:
    """Whether the two are subtracted or divided, or compared with each other."""
    for one in subtree(loop):
        if isinstance(one, ast.BinOp | ast.Compare):
            names = {part.id for part in subtree(one) if isinstance(part, ast.Name)}
            if {new, old} <= names:
                return True
    return False


RULE = Rule(
    id="AUD932",
    name="missing-compared-as-zero",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a comparison with a baseline fail, or say so, where a figure is missing?",
    why="A latency that is not in the report is read as 0 ms: the comparison calls it an improvement of 100 %, and the regression passes.",
    limits="Judges functions and files named for regressions, baselines, benchmarks and canaries: figures of which less is better, and tables that are compared key by key. Counts of findings, of which there are nought where there are none, are left alone.",
    fix="Leave no default: a missing figure is a failure of the comparison, and no figure.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"python"}),
    examples=(
        Example(
            title="a report without figures, and a baseline that is compared with it",
            files={
                "ci/regression.py": (
                    "def load(report):\n"
                    "    tests = report['tests']\n"
                    "    return {'p95_latency': tests.get('latency', {}).get('p95', 0), 'throughput': tests.get('rps', 0)}\n\n\n"
                    "def compare(baseline, current):\n"
                    "    for name, old in baseline.items():\n"
                    "        new = current.get(name, 0)\n"
                    "        yield name, (new - old) / old\n"
                ),
            },
            found=("ci/regression.py:3", "ci/regression.py:8"),
        ),
        Example(
            title="a default that is told apart, a limit, and counts that are really nought",
            files={
                "ci/regression.py": (
                    "def compare(baseline, current):\n"
                    "    for name, old in baseline.items():\n"
                    "        new = current.get(name)\n"
                    "        if new is None:\n"
                    "            raise KeyError(name)\n"
                    "        yield name, (new - old) / old\n\n\n"
                    "def limits(settings):\n"
                    "    return {'latency_threshold': settings.get('latency', 0)}\n"
                ),
                "stock.py": "def missing(need, have):\n    for item, wanted in need.items():\n        held = have.get(item, 0)\n        if held < wanted:\n            yield item\n",
            },
        ),
        Example(
            title="findings that may only become fewer",
            files={
                "ci/baseline.py": "def check(baseline, counts):\n    for rule, allowed in baseline.items():\n        now = counts.get(rule, 0)\n        if now > allowed:\n            raise SystemExit(rule)\n",
            },
        ),
    ),
    check_file=_check,
)
