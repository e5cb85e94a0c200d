"""AUD281: a bound stands in a result where a measurement belongs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import nodes_of, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MEASURED = pattern(
    r"(?i)^(?:\w+_)?(?:response_?time|latency|duration|elapsed|uptime|throughput|error_?rate|success_?rate|cpu(?:_usage)?|memory(?:_usage)?|load_?time)(?:_(?:ms|s|seconds|percent|p\d\d))?$"
)
_BOUND = pattern(
    r"(?i)^(?:<=?|>=?|≤|≥|~|under|below|over)\s?[0-9]+(?:\.[0-9]+)?\s?(?:ms|s|sec|seconds?|%|mb|gb|rps|req/s)$"
)
_VERDICTS = frozenset({"status", "healthy", "state", "ok", "success", "passed", "connected"})


def _check(source: Source) -> Iterator[Hit]:
    for node in nodes_of(syntax_of(source).tree, ast.Dict):
        keys = [one.value if isinstance(one, ast.Constant) else None for one in node.keys]
        if _VERDICTS.isdisjoint(key for key in keys if isinstance(key, str)):
            continue
        for key, value in zip(keys, node.values, strict=True):
            text = value.value if isinstance(value, ast.Constant) else None
            if isinstance(key, str) and isinstance(text, str) and _MEASURED.search(key) and _BOUND.search(text):
                message = f"`{key}` is told as {text!r}, which nothing measured."
                yield Hit(source.path, value.lineno, value.lineno, message, key)


RULE = Rule(
    id="AUD281",
    name="bound-as-measurement",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is what a result tells as a time, rate or load measured?",
    why="A status that comes with `<100ms` was timed by nobody: it says so on the day on which it takes ten seconds.",
    limits="Judged are dictionaries that hold a verdict beside a literal text made of a bound and a unit.",
    fix="Time the call and tell what it took, or leave it out.",
    since="0.3.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("time", "latency", "duration", "elapsed", "uptime", "throughput", "rate", "cpu", "memory"),
    check_file=_check,
    examples=(
        Example(
            title="times that nobody took",
            files={
                "app/health.py": "def health():\n    return {\n        'status': 'healthy',\n        'response_time': '<50ms',\n        'error_rate': '< 0.1%',\n    }\n"
            },
            found=("app/health.py:4", "app/health.py:5"),
        ),
        Example(
            title="targets, and what was measured",
            files={
                "app/health.py": "TARGETS = {'response_time': '<50ms'}\n\n\ndef health(took):\n    return {'status': 'healthy', 'response_time': f'{took}ms', 'target_latency_text': '<50ms'}\n"
            },
        ),
    ),
)
