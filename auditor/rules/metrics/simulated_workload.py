"""AUD210: a measurement of a sleep."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of, words_of
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.python_timing import CLOCKS
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SLEEPS = frozenset({"time.sleep", "asyncio.sleep"})
_RATES = frozenset({"throughput", "latency", "latencies", "p95", "p99", "slo", "sla", "performance"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        work = _timed_work(view, syntax) if view.is_test else _simulated_work(view, syntax)
        if work is not None:
            message = f"{view.name} times a wait of its own in place of the work."
            yield Hit(source.path, work.lineno, work.end_lineno or work.lineno, message, view.qualified)


def _simulated_work(view: FunctionView, syntax: PythonSyntax) -> ast.stmt | None:
    """The sleep of a helper that stands for an operation (``_simulate_rollback``)."""
    words = words_of(view.name)
    if not words or not words[0].startswith("simulat") or Claim.ACT not in claims_of(view.name.lstrip("_")):
        return None
    sleeps = [node for node in view.nodes if isinstance(node, ast.Expr) and _is_sleep(node, syntax)]
    return sleeps[0] if sleeps else None


def _timed_work(view: FunctionView, syntax: PythonSyntax) -> ast.stmt | None:
    """What stands between two readings of a clock, where that is nothing but sleep or nothing at all."""
    if not _has_upper_bound(view, syntax):
        return None
    if view.calls and all(syntax.name_of(call.func) in CLOCKS for call in view.calls):
        return next((one for one in view.body if _reads_clock(one, syntax)), None)  # it times itself
    blocks = [view.body, *(node.body for node in view.nodes if isinstance(node, ast.For | ast.With | ast.AsyncWith))]
    for block in blocks:
        for start, end in _clocked(block, syntax):
            idle = _idle(block[start + 1 : end], syntax)
            if idle is not None and (not isinstance(idle, ast.Pass) or _RATES & set(words_of(view.name))):
                return idle
    return None


def _clocked(block: list[ast.stmt], syntax: PythonSyntax) -> Iterator[tuple[int, int]]:
    reads = [place for place, statement in enumerate(block) if _reads_clock(statement, syntax)]
    yield from ((start, end) for start, end in itertools.pairwise(reads) if end > start + 1)


def _reads_clock(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    if not isinstance(statement, ast.Assign | ast.Expr):
        return False
    return any(isinstance(node, ast.Call) and syntax.name_of(node.func) in CLOCKS for node in own_nodes([statement]))


def _idle(block: list[ast.stmt], syntax: PythonSyntax) -> ast.stmt | None:
    """The first statement that only passes time, where there is no other kind; None where there is."""
    found: ast.stmt | None = None
    for statement in block:
        inner: ast.stmt | None
        if isinstance(statement, ast.With | ast.AsyncWith | ast.For):
            inner = _idle(statement.body, syntax)
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            continue
        else:
            inner = statement if isinstance(statement, ast.Pass) or _is_sleep(statement, syntax) else None
        if inner is None:
            return None
        found = found or inner
    return found


def _is_sleep(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    value = value.value if isinstance(value, ast.Await) else value
    return isinstance(value, ast.Call) and syntax.name_of(value.func) in _SLEEPS


def _has_upper_bound(view: FunctionView, syntax: PythonSyntax) -> bool:
    del syntax
    for node in view.nodes:
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare):
            low, name = isinstance(node.test.ops[0], ast.Lt | ast.LtE), ast.unparse(node.test.left)
            if low or "throughput" in name:
                return True
        if (
            isinstance(node, ast.If)
            and isinstance(node.test, ast.Compare)
            and isinstance(node.test.ops[0], ast.Gt | ast.GtE)
        ):
            return True
    return False


RULE = Rule(
    id="AUD210",
    name="simulated-workload",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Do performance tests time the real work?",
    why="The time of a sleep that the test chose says nothing of the latency that users see, and always meets the objective.",
    limits="Judges tests that bound a time from above and do nothing but sleep between the two readings of the clock.",
    fix="Call the operation whose time is promised between the two readings.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.TEST}),
    triggers=("sleep", "pass", "time"),
    examples=(
        Example(
            title="a percentile of sleeps",
            files={
                "tests/test_slo.py": 'import time\n\ndef test_latency(manager):\n    latencies = []\n    for _ in range(100):\n        start = time.perf_counter()\n        with manager.span("x"):\n            time.sleep(0.001)\n        latencies.append(time.perf_counter() - start)\n    latencies.sort()\n    assert latencies[95] < 0.2\n'
            },
            found=("tests/test_slo.py:8",),
        ),
        Example(
            title="a rollback that sleeps",
            files={
                "tests/test_rollback.py": "import time\n\nclass TestRollback:\n    def _simulate_rollback(self):\n        for duration in (2, 3):\n            time.sleep(duration)\n"
            },
            found=("tests/test_rollback.py:6",),
        ),
        Example(
            title="a test that times itself",
            files={
                "tests/test_time.py": "import time\n\n\nclass TestTime:\n    def setup_method(self):\n        self.start = time.time()\n\n    def test_time(self):\n        elapsed = time.time() - self.start\n        assert elapsed < 10\n"
            },
            found=("tests/test_time.py:9",),
        ),
        Example(
            title="the real operation",
            files={
                "tests/test_slo.py": 'import time\n\ndef test_latency(router):\n    start = time.perf_counter()\n    router.route("job")\n    assert time.perf_counter() - start < 0.2\n'
            },
            found=(),
        ),
        Example(
            title="a timeout that is waited for",
            files={
                "tests/test_slo.py": 'import time\n\ndef test_expiry(cache):\n    cache.put("a", 1, ttl=0.01)\n    time.sleep(0.02)\n    assert cache.get("a") is None\n'
            },
            found=(),
        ),
    ),
    check_file=_check,
)
