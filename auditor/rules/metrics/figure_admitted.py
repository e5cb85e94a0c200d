"""AUD870: a figure or a verdict beside which a comment says that nothing was measured."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from auditor.facts.claims import Claim, claims_of, gives_metric, is_metric_name, is_target_name
from auditor.facts.comment_words import phrase_in
from auditor.facts.comments import Comments
from auditor.facts.drawn_values import DrawnValues
from auditor.facts.invented_values import is_invented
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_syntax import FunctionView, blocks_of, neighbours, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ADMITS = pattern(
    r"(?i)^(?:here,? |we |just |only |for now,? |let's |currently,? )*(?:simulat(?:e|es|ed|ing)\b|mock(?:ed|ing)?\b|fak(?:e|ed|ing)\b|dummy\b|synthetic\b|made[ -]up\b|invent(?:ed)?\b|pretend|"
    r"hard-?coded\b|simplified\b|placeholder\b|stubbed\b|would (?:be |normally |need |come |count |query |measure |increment |track |read |call |use |calculate |check ))|"
    r"\bthis would be (?:the |an? )?(?:actual|real)\b|\bfor simulation\b|\bsimulated (?:value|rate|data|metric|figure|result|time|latency|usage|load)s?\b"
)
_MEANS = pattern(
    r"(?i)\bif\b.*\bfail|\bpenalt|\bfor (?:unit )?tests?\b|\bkey ?press|\bclick|\bcrash|\boutage|\battack|\bhuman|\buser input|\btyping|\bjitter"
)
"""What is simulated on purpose: an input, or a fault."""
_HONEST = pattern(
    r"(?i)simulat|fake|mock|synth|demo|example|sandbox|playground|fixture|dummy|stub|game|toy|monte|stochastic|generat|seed|augment|noise|estimat|predict|project"
)
_QUANTITY = pattern(
    r"(?i)(?:^|_)(?:usage|used|free|total|rate|ratio|percent|percentage|pct|share|score|confidence|latency|latencies|throughput|times?|durations?|samples|seconds|ms|minutes|count|counts|errors?|failures|gb|mb|kb|bytes|"
    r"cost|savings?|utili[sz]ation|load|accuracy|stability|health|availability|uptime|quality|depth|lag|connections|threads|requests|docs_per_second|per_second|volume|level|memory|cpu|disk|status|healthy|passed|success|available|reachable)$"
)
_CHOSEN = pattern(
    r"(?i)(?:^|_)(?:reminder|interval|timeout|period|delay|limit|max|min|ttl|window|retry|grace|threshold|backoff|cooldown|debounce)(?:_|$)"
)
"""Names of what is chosen, which nobody measures."""
_RECORDS = frozenset({"set", "inc", "observe", "record", "state", "append", "add", "gauge", "increment", "update"})
_CLAIMS = frozenset({Claim.MEASURE, Claim.CHECK, Claim.ACT})


def _check(source: Source) -> Iterator[Hit]:
    if _HONEST.search(source.path):
        return
    above, beside = _admissions(source)
    if not (above or beside):
        return
    moved = _set_later(source)
    for view in syntax_of(source).functions:
        if view.is_test or _HONEST.search(view.qualified):
            continue
        found = sorted(_admitted(view, DrawnValues.of(source), above, beside), key=lambda one: (one[0].lineno, one[1]))
        starts = moved if view.name == "__init__" else frozenset()
        told = (one for one in found if one[1] not in starts and not _CHOSEN.search(one[1]))
        for first, last, name in neighbours(told):
            message = f"{view.name} gives {name}, and the comment beside it says that it was not measured."
            yield Hit(source.path, first, last, message, view.qualified)


def _set_later(source: Source) -> frozenset[str]:
    """The attributes that functions other than constructors set: what a constructor gives them is where they start."""
    views = [view for view in syntax_of(source).functions if view.name != "__init__"]
    stored = [one for view in views for one in view.of(ast.Attribute) if isinstance(one.ctx, ast.Store)]
    return frozenset(one.attr for one in stored)


def _admissions(source: Source) -> tuple[frozenset[int], frozenset[int]]:
    """The lines behind comments that admit something, and the lines on which such comments stand behind code."""
    above: set[int] = set()
    beside: set[int] = set()
    fact = source.fact(Comments)
    for one in fact.items if fact is not None else ():
        if one.is_docstring:
            continue
        if one.line in above and not one.trailing:
            above.add(one.end_line + 1)  # the comment goes on
        elif _says(one.text):
            (beside if one.trailing else above).add(one.line if one.trailing else one.end_line + 1)
    return frozenset(above), frozenset(beside)


def _says(text: str) -> bool:
    said = _ADMITS.search(text) is not None or phrase_in(text, docstring=False, test=False) is not None
    return said and _MEANS.search(text) is None


def _admitted(
    view: FunctionView, drawn: DrawnValues, above: frozenset[int], beside: frozenset[int]
) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    """The invented values that such a comment speaks for, with the names that they are given."""
    for block in blocks_of(view):
        covered = False
        last = -1
        for statement in block:
            covered = statement.lineno in above or (covered and statement.lineno == last + 1)
            last = statement.end_lineno or statement.lineno
            for node, name, value in _given(statement, view):
                spoken = covered or node.lineno in beside or (node.end_lineno or 0) in beside
                if spoken and is_invented(value, view, drawn) and _counts(name, value, view):
                    yield node, name


def _given(statement: ast.stmt, view: FunctionView) -> Iterator[tuple[ast.stmt | ast.expr, str, ast.expr]]:
    """What a statement gives a name to; entries of tables and fields of objects one by one."""
    value = getattr(statement, "value", None)
    match statement:
        case ast.Assign(targets=[target]) | ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            name = stored_name(target)
            if name and isinstance(value, ast.expr) and not _starts(statement, target, value):
                yield statement, name, value
        case ast.Return() if isinstance(value, ast.expr):
            yield statement, view.name, value
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=verb), args=[argument])) if verb in _RECORDS:
            yield statement, last_name(_made_on(statement.value)), argument
        case _:
            pass
    yield from _fields(value)


def _starts(statement: ast.stmt, target: ast.expr, value: ast.expr) -> bool:
    """Whether a count begins at zero here, or goes on by a literal."""
    if not isinstance(value, ast.Constant):
        return False
    return isinstance(statement, ast.AugAssign) or (isinstance(target, ast.Name) and value.value == 0)


def _fields(value: ast.expr | None) -> Iterator[tuple[ast.expr, str, ast.expr]]:
    match value:
        case ast.Dict(keys=keys, values=values):
            for key, one in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield one, key.value, one
        case ast.Call(keywords=keywords):
            yield from ((one.value, one.arg, one.value) for one in keywords if one.arg)
        case _:
            return


def _made_on(call: ast.expr) -> ast.expr:
    """What the methods of a chain are called on: the metric of ``METRIC.labels(...).inc(0)``."""
    while isinstance(call, ast.Call | ast.Attribute):
        inner = call.func if isinstance(call, ast.Call) else call.value
        if isinstance(call, ast.Attribute) and not isinstance(inner, ast.Call | ast.Attribute):
            return call
        if isinstance(call, ast.Attribute) and isinstance(inner, ast.Attribute):
            return inner
        call = inner
    return call


def _counts(name: str, value: ast.expr, view: FunctionView) -> bool:
    """Whether the value would be read as something found: by its name, or by what the function is for."""
    claims = claims_of(view.name) & _CLAIMS
    if name == view.name:
        return bool(claims) or gives_metric(name) or is_metric_name(name) or _is_table(value)
    return not is_target_name(name) and (is_metric_name(name) or _QUANTITY.search(name) is not None)


def _is_table(value: ast.expr) -> bool:
    names: Sequence[str] = [name for _, name, _ in _fields(value)]
    return any(is_metric_name(name) or _QUANTITY.search(name) for name in names)


RULE = Rule(
    id="AUD870",
    name="figure-admitted",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Are there no figures of which the code itself says that they are made up?",
    why="`# simulate resource usage` above `cpu = latency / 10`: the comment stays in the source, and the dashboard shows the figure.",
    limits=(
        "Figures, flags and good words that come from nothing but the code, where a comment on the same line or right above says that they are simulated, simplified or to be replaced. "
        "Functions, classes and files that call themselves a simulation, a mock or an estimate are left alone."
    ),
    fix="Measure the value, or report it as unknown.",
    since="0.7.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="usage that is made of something else, and a gauge that never moves",
            files={
                "shop/watch.py": (
                    "class Watch:\n    def collect(self, deployment):\n        metrics = self.ask(deployment)\n\n        # Simulate resource usage\n        metrics.cpu_usage = min(80.0, metrics.response_ms / 10)\n"
                    "        metrics.memory_usage = 41.5\n\n        metrics.seen = len(self.known)\n        DISK_READS.labels(device='root').inc(0)  # Would increment with the actual figures\n        return metrics\n"
                ),
            },
            found=("shop/watch.py:6",),
        ),
        Example(
            title="a row of times that nobody took",
            files={
                "shop/bench.py": (
                    "def run_benchmark():\n    response_times = [0.1, 0.15, 0.12]  # Mock data\n    return {'average_ms': sum(response_times) / len(response_times) * 1000}\n"
                ),
            },
            found=("shop/bench.py:2",),
        ),
        Example(
            title="a check that is simplified to a word, and one that answers with a draw",
            files={
                "shop/checks.py": (
                    "import random\n\n\nclass Checks:\n    def check_queue(self):\n        # Simplified health check\n        return {'pending': 0, 'failed_count': 0}\n\n"
                    "    def detect_failures(self):\n        # In a real implementation, this would read the logs\n        failure_count = random.randint(0, 3)\n        return failure_count\n"
                ),
            },
            found=("shop/checks.py:7", "shop/checks.py:11"),
        ),
        Example(
            title="measured values, comments about something else, and a simulator",
            files={
                "shop/watch.py": (
                    "import psutil\n\n\nclass Watch:\n    def __init__(self):\n        # placeholder, replaced when the alarm is set\n        self._alarm_time = 0.0\n        self._reminder_seconds = 60  # currently hardcoded\n\n    def set_alarm(self, now):\n        self._alarm_time = now + self.delay\n\n    def collect(self):\n        # Simplified reading of the processor\n        cpu_usage = psutil.cpu_percent(interval=1)\n"
                    "        # Bytes, not blocks\n        total = 4096 * self.blocks\n        return cpu_usage, total\n\n\nclass LoadSimulator:\n    def collect(self):\n        # Simulated load\n        cpu_usage = 40.0\n        return cpu_usage\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
