"""AUD874: what is compared with the new version is no figure of the old one, but a number of the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_metric_name
from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import PythonSyntax, syntax_of
from auditor.facts.python_values import fold
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OTHER_SIDE = pattern(
    r"(?i)(?:^|_)(?:baselines?|champion|incumbent|control_(?:metrics|group|sample)|stable_(?:metrics|sample|version_metrics)|production_(?:metrics|scores|results)|previous_(?:metrics|results|scores)|historical_(?:metrics|average|stats)|reference_(?:metrics|results|scores))$|^_*initiali[sz]e_baselines?$|^_*(?:get|load|fetch|collect|query|compute|establish|calculate)_baselines?(?:_(?:metrics|data|stats|statistics|results|performance|values|figures))?$"
)
_WANTED = pattern(
    r"(?i)threshold|limit|target|budget|config|setting|tolerance|allowed|max_|min_|weight|expected|default|grid|align|font|text|price|tariff|simulat|mock|fake|demo|example|paper|published|literature|hyper"
)
_MEASURED = pattern(
    r"(?i)(?:^|_)(?:mae|rmse|mse|mape|r2|f1|auc|bleu|rouge|wer|accuracy|precision|recall|mean|std|avg|error_ratio|error_rate|latency|p50|p9\d|throughput|response_time|cpu|memory|usage|qps|rps|hit_rate|success_rate|conversion|availability)(?:_(?:ms|s|seconds|hours|days|percent|pct|rate|ratio|usage|score|mb|gb|rps|qps))*$"
)
_IDENTITY = pattern(r"(?i)(?:^|_)(?:ref|version|commit|sha|branch|tag|name|id|environment|timestamp|date|at)$")
"""What a baseline is one of: it stands beside the figures, and is none."""
_EXTREMES = frozenset({0, 1, -1, 100})


def _check(source: Source) -> Iterator[Hit]:
    if _WANTED.search(source.path.rpartition("/")[2]):
        return
    syntax = syntax_of(source)
    for name, value, symbol in _bound(syntax):
        if _OTHER_SIDE.search(name) and not _WANTED.search(name) and _is_written_down(value):
            message = f"{name} is written in the code: what the new figures are compared with was never measured."
            yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, symbol)


def _bound(syntax: PythonSyntax) -> Iterator[tuple[str, ast.expr, str]]:
    """What a file binds to a name, and what functions give that do nothing else."""
    for view in syntax.functions:
        if view.is_test:
            continue
        for one in view.of(ast.Assign):
            yield last_name(one.targets[0]), one.value, view.qualified
        if len(view.body) == 1 and isinstance(view.body[0], ast.Return) and view.body[0].value is not None:
            yield view.name, view.body[0].value, view.qualified
    for node in syntax.at_top(ast.Assign):
        yield last_name(node.targets[0]), node.value, ""
    for declared in syntax.at_top(ast.AnnAssign):
        if declared.value is not None:
            yield last_name(declared.target), declared.value, ""


def _is_written_down(value: ast.expr) -> bool:
    """Whether a table or an object holds figures with names of measurements, and nothing that is worked out."""
    figures = list(_figures(value, ""))
    numbers = [number for _, number in figures if isinstance(number, int | float) and not isinstance(number, bool)]
    if len(numbers) != len(figures) or not any(number not in _EXTREMES for number in numbers):
        return False
    return all(is_metric_name(name) or _MEASURED.search(name) for name, _ in figures)


def _figures(value: ast.expr, name: str) -> Iterator[tuple[str, object]]:
    match value:
        case ast.Dict():
            for key, one in keyed(value):
                if not _IDENTITY.search(key):
                    yield from _figures(one, key)
        case ast.Call(keywords=[_, *_] as keywords, args=[]) if (
            last_name(value.func)[:1].isupper() or last_name(value.func) == "dict"
        ):
            for word in keywords:
                yield from _figures(word.value, word.arg or "")
        case _ if name:
            yield name, fold(value)
        case _:
            return


RULE = Rule(
    id="AUD874",
    name="baseline-written-down",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Are the figures that a new version is compared with measured on the old one?",
    why="`champion = {'mae_hours': 1.92}` decides on promotions long after the model that once had that error is gone.",
    limits="Tables and objects of nothing but literal figures named for measurements, bound to a name for the other side of a comparison. Thresholds, targets and settings are left alone.",
    fix="Measure the version in production on the same data, or read what was recorded when it was released.",
    since="0.7.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=(
        "baseline",
        "champion",
        "incumbent",
        "control_",
        "stable_",
        "production_",
        "previous_",
        "historical_",
        "reference_",
    ),
    examples=(
        Example(
            title="a champion, a stable version and baselines of the code",
            files={
                "shop/release.py": (
                    "STABLE_BASELINE = MetricSample(error_ratio=0.004, p95_ms=182.0)\n\n\nclass Watch:\n    def _initialize_baselines(self):\n        return {'cpu_usage': {'mean': 45.0, 'std': 15.0}}\n\n\n"
                    "def promote(found):\n    champion = {'mae_hours': 1.92, 'f1': 0.71}\n    return found.mae < champion['mae_hours']\n"
                ),
            },
            found=("shop/release.py:1", "shop/release.py:10", "shop/release.py:6"),
        ),
        Example(
            title="a baseline that is said to be loaded, with what it would be one of",
            files={
                "shop/regression.py": (
                    "def load_baseline_data(ref):\n"
                    '    """Load the figures of the branch."""\n'
                    "    return {'baseline_ref': ref, 'timestamp': '2024-01-01T00:00:00Z', 'metrics': {'response_time_ms': 150, 'memory_usage_mb': 200}}\n"
                ),
            },
            found=("shop/regression.py:3",),
        ),
        Example(
            title="a measured baseline, thresholds, and a start at nothing",
            files={
                "shop/release.py": (
                    "BASELINE_LIMITS = {'error_rate': 0.02}\nbaseline = {'error_rate': 0.0, 'p95': 0.0}\n\n\ndef promote(found, store):\n    champion = {'mae_hours': store.mae(), 'f1': 0.71}\n    baseline = {'name': 'first', 'retries': 3}\n    return found, champion, baseline\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
