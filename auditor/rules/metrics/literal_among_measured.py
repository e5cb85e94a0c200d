"""AUD226: a field of a result is a literal, beside others that are measured."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_bad_when_high, is_metric_name
from auditor.facts.literal_verdicts import keyed
from auditor.facts.metric_literals import number_of
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_records import is_record
from auditor.facts.python_syntax import PythonSyntax, subtree, syntax_of
from auditor.facts.python_values import UNKNOWN
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_BASES = frozenset({"BaseModel", "NamedTuple", "Struct"})
_OF_RESULTS = pattern(
    r"(?:Result|Report|Outcome|Summary|Measurement|Metrics|Stats|Sample|Status|Drill|Record|Snapshot|Health|Reading)$"
)
_LOSSES = pattern(r"(?i)(?:^|_)(?:rpo|rto|lag|loss|lost|staleness|skew)(?:_|$)")
_RUNS = pattern(
    r"(?i)^(?:\w+_)?(?:requests|calls|total|total_requests|requests_total|samples|iterations|operations|queries|messages|sent|completed|count|transactions)$"
)
_SAMPLES = pattern(
    r"^(?:n_|num_)?(?:samples?|observations?|data_?points?|requests?|rows|records|probes)(?:_(?:count|size|total|seen|taken|checked|restored|compared))?$"
)
"""Of how much a figure was taken: on too little, nobody would rely."""
_COUNTED = pattern(
    r"(?i)^(?:\w+_)?(?:errors?|failures|failed|timeouts|dropped|rejected|lost|error_count|failure_count|failed_requests|error_rate|failure_rate|error_ratio|errors_total|exceptions)$"
)
"""What a measurement under load counts beside how fast it was answered."""
_SETTINGS = pattern(
    r"(?i)config|default|threshold|target|limit|empty|initial|reset|simulat|mock|fake|demo|example|sample|baseline|estimate|from_|parse|load"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    yield from _in_tables(source, syntax)
    fields = {node.name: _fields(node) for node, _ in syntax.classes if _OF_RESULTS.search(node.name)}
    for view in syntax.functions if any(fields.values()) else ():
        if view.is_test or _SETTINGS.search(view.qualified):
            continue
        handled = {id(one) for handler in view.of(ast.ExceptHandler) for one in subtree(handler)}
        for call in view.calls:
            names = fields.get(last_name(call.func), ())
            if id(call) in handled or not names:
                continue
            for name, value in _literals(call, names, syntax):
                message = (
                    f"{view.name} gives the literal {ast.unparse(value)} as the {name} of a {last_name(call.func)}."
                )
                yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _in_tables(source: Source, syntax: PythonSyntax) -> Iterator[Hit]:
    """Failures of a run that a returned table gives as none, beside what was counted or taken the time of."""
    for view in syntax.functions:
        if view.is_test or _SETTINGS.search(view.name):
            continue
        for one in view.returns:
            given = [*keyed(one.value)] if isinstance(one.value, ast.Dict) else []
            counted = any(
                (_SPEED.search(key) or _RUNS.search(key)) and _is_worked_out(value, syntax) for key, value in given
            )
            for key, value in given if counted else ():
                if number_of(value) == 0 and _COUNTED.search(key):
                    message = f"{view.name} gives the literal {ast.unparse(value)} as {key}, beside what it measured."
                    yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _literals(call: ast.Call, names: tuple[str, ...], syntax: PythonSyntax) -> Iterator[tuple[str, ast.expr]]:
    """The literals that are given to fields named for measurements, where another is given what was worked out."""
    given = [*zip(names, call.args, strict=False), *((one.arg or "", one.value) for one in call.keywords)]
    if not any(_is_worked_out(value, syntax) for _, value in given):
        return
    under_load = any(_SPEED.search(name) for name, value in given if number_of(value) is UNKNOWN)
    for at, (name, value) in enumerate(given):
        number = number_of(value)
        figure = isinstance(number, int | float) and not isinstance(number, bool)
        best = number == 0 and _LOSSES.search(name) is not None
        worst = number == 1 and is_bad_when_high(name)
        placed = at < len(call.args) and number not in (0, -1) and not worst  # AUD204 sees those that are named
        never_counted = under_load and number == 0 and _COUNTED.search(name) is not None
        chosen = figure and int(str(number).partition(".")[0]) > 1 and _SAMPLES.search(name) is not None
        if figure and (never_counted or chosen or (is_metric_name(name) and (best or placed))):
            yield name, value


def _fields(node: ast.ClassDef) -> tuple[str, ...]:
    """The fields of a dataclass or named tuple in their order."""
    if not is_record(node, _BASES):
        return ()
    return tuple(last_name(one.target) for one in node.body if isinstance(one, ast.AnnAssign))


def _is_worked_out(value: ast.expr, syntax: PythonSyntax) -> bool:
    """Whether an expression takes a difference or calls more than a clock."""
    for one in subtree(value):
        if isinstance(one, ast.BinOp) or (isinstance(one, ast.Name) and one.id in ("elapsed", "took", "duration")):
            return True
        if isinstance(one, ast.Call) and not _CLOCK.search(syntax.name_of(one.func) or last_name(one.func)):
            return True
    return False


_SPEED = pattern(
    r"(?i)(?:^|_)(?:rps|qps|tps|throughput|p50|p9\d|p999|latency|requests_per_second|ops_per_second)(?:_|$)"
)
_CLOCK = pattern(r"(?:^|\.)(?:now|utcnow|time|isoformat|uuid4|str|monotonic)$")

RULE = Rule(
    id="AUD226",
    name="literal-among-measured",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every figure of a result measured?",
    why="A recovery point of 0 seconds beside a recovery time that was taken with a clock looks just as measured as that.",
    limits="Judged are results of classes of the same file, made with something worked out beside the literal; what is made where an error is handled is left alone.",
    fix="Measure the field, or leave it out of the result.",
    since="0.4.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="failures of a run that a table gives as none",
            files={
                "tools/drive.py": 'async def drive(users):\n    latencies = await gather(*(one(user) for user in users))\n    return {"requests": len(latencies), "failed": 0, "p95": quantiles(latencies)[18]}\n\n\nasync def counted(users):\n    latencies, failed = await gather(*(one(user) for user in users))\n    return {"requests": len(latencies), "failed": failed}\n',
            },
            found=("tools/drive.py:3",),
        ),
        Example(
            title="a literal beside what was measured",
            files={
                "drill.py": (
                    "import time\n"
                    "from typing import NamedTuple\n"
                    "\n"
                    "\n"
                    "class DrillOutcome(NamedTuple):\n"
                    "    name: str\n"
                    "    rto_seconds: float\n"
                    "    rpo_seconds: float\n"
                    "\n"
                    "\n"
                    "def run(name, scenario):\n"
                    "    began = time.monotonic()\n"
                    "    scenario()\n"
                    "    return DrillOutcome(name, time.monotonic() - began, 0.0)\n"
                ),
                "probe.py": (
                    "from dataclasses import dataclass\n"
                    "\n"
                    "\n"
                    "@dataclass\n"
                    "class ProbeResult:\n"
                    "    ok: bool\n"
                    "    latency_ms: float = 0.0\n"
                    "\n"
                    "\n"
                    "def probe(client):\n"
                    "    return ProbeResult(client.ping(), 12.5)\n"
                ),
            },
            found=("drill.py:14", "probe.py:11"),
        ),
        Example(
            title="the number of samples that a share is said to be of",
            files={
                "canary.py": (
                    "from dataclasses import dataclass\n\n\n@dataclass\nclass CanaryMetrics:\n    error_rate: float\n    samples: int\n\n\n"
                    "async def canary(source):\n    return CanaryMetrics(error_rate=await source.read('errors'), samples=500)\n\n\n"
                    "async def counted(source):\n    return CanaryMetrics(error_rate=await source.read('errors'), samples=await source.read('all'))\n"
                ),
            },
            found=("canary.py:11",),
        ),
        Example(
            title="errors that nothing counts, beside the throughput",
            files={
                "load.py": (
                    "from dataclasses import dataclass\n"
                    "\n"
                    "\n"
                    "@dataclass\n"
                    "class LoadSummary:\n"
                    "    sent: int\n"
                    "    failures: int\n"
                    "    throughput: float\n"
                    "\n"
                    "\n"
                    "def summarize(sent, elapsed):\n"
                    "    return LoadSummary(sent=sent, failures=0, throughput=sent / elapsed)\n"
                    "\n"
                    "\n"
                    "def summarize_all(sent, failures, elapsed):\n"
                    "    return LoadSummary(sent=sent, failures=failures, throughput=sent / elapsed)\n"
                ),
            },
            found=("load.py:12",),
        ),
        Example(
            title="fields that are measured, and what a failure is given",
            files={
                "drill.py": (
                    "import time\n"
                    "from typing import NamedTuple\n"
                    "\n"
                    "\n"
                    "class DrillOutcome(NamedTuple):\n"
                    "    name: str\n"
                    "    rto_seconds: float\n"
                    "    rpo_seconds: float\n"
                    "\n"
                    "\n"
                    "def run(name, scenario):\n"
                    "    began = time.monotonic()\n"
                    "    try:\n"
                    "        lost = scenario()\n"
                    "    except OSError:\n"
                    "        return DrillOutcome(name, time.monotonic() - began, 60.0)\n"
                    "    return DrillOutcome(name, time.monotonic() - began, lost)\n"
                    "\n"
                    "\n"
                    "def nothing(name):\n"
                    "    return DrillOutcome(name, 0.0, 0.0)\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
