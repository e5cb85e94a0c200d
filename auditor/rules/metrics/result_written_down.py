"""AUD809: a result with figures and a verdict, all of them written into the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_inside import stays_inside
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, subtree, syntax_of
from auditor.facts.python_values import UNKNOWN, fold, verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, verdict_of_word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.constant_for_each import answered_for_each

__all__ = ["RULE"]

_RESULT = pattern(
    r"(?:Result|Report|Outcome|Summary|Measurement|Metrics|Stats|Statistics|Status|Health|Snapshot|Reading|Sample|Verdict|Assessment|Benchmark|Drill|Evaluation|Score|"
    r"Scorecard|Comparison|Analysis|Usage|Telemetry|Finding|Observation|Percentiles|Latencies)s?$"
)
_CHOSEN = pattern(
    r"(?i)config|setting|default|example|sample_|mock|fake|demo|seed|fixture|dummy|stub|test|simulat|template|empty|initial|baseline|threshold|target|preset|expected|placeholder|"
    r"null|parse|from_|_make|make_|_build|factory|schema|doc|catalog|catalogue|synthetic|sandbox"
)
_PLAIN = (ast.Constant, ast.JoinedStr, ast.FormattedValue, ast.Name, ast.Attribute, ast.Load, ast.List, ast.Tuple, ast.Dict, ast.UnaryOp, ast.USub, ast.BinOp, ast.operator, ast.IfExp, ast.keyword)  # fmt: skip
_EXTREMES = frozenset({0, 1, -1, 100})
_FEWEST = 2
_SERVED = 200
"""The HTTP status of what was served."""


def _check(source: Source) -> Iterator[Hit]:
    if _CHOSEN.search(source.path.rpartition("/")[2]):
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or view.of(ast.For, ast.AsyncFor, ast.While) or _CHOSEN.search(view.qualified):
            continue
        for told in _tables(view):
            if stays_inside(view, syntax):
                message = f"{view.name} gives a table whose figures and verdicts are all written in the code."
                yield Hit(source.path, told.lineno, told.end_lineno or told.lineno, message, view.qualified)
        made = [call for call in _returned(view) if _is_written_down(call, view)]
        if made and stays_inside(view, syntax):
            call = made[0]
            message = f"{view.name} gives a {last_name(call.func)} whose figures are all written in the code."
            yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)


def _returned(view: FunctionView) -> Iterator[ast.Call]:
    """The results that a function makes and gives back, at once or by a name."""
    bindings = Bindings.of(view)
    for one in view.returns:
        value = bindings.only(one.value.id) if isinstance(one.value, ast.Name) else one.value
        if (
            isinstance(value, ast.Call)
            and _RESULT.search(last_name(value.func))
            and last_name(value.func)[:1].isupper()
        ):
            yield value


def _tables(view: FunctionView) -> Iterator[ast.expr]:
    """Returned tables that say of everything that it is well, or give figures beside a verdict, with nothing but literals."""
    told_there = {one for one, _ in answered_for_each(view)}
    for one in view.returns:
        if one in told_there:
            continue
        match one.value:
            case ast.DictComp(value=ast.Constant(value=value)) if value == _SERVED or value is True or _is_word(value):
                yield one.value
            case ast.Dict(values=values) if values and all(isinstance(part, ast.Constant) for part in values):
                figures = [
                    part
                    for part in values
                    if isinstance(part, ast.Constant) and _is_figure(part.value) and part.value not in _EXTREMES
                ]
                verdict = verdict_of(one.value, Bindings.of(view)) is Verdict.SUCCESS
                if len(figures) >= _FEWEST and verdict:
                    yield one.value
            case _:
                continue


def _is_word(value: object) -> bool:
    return isinstance(value, str) and verdict_of_word(value) is Verdict.SUCCESS


def _is_written_down(call: ast.Call, view: FunctionView) -> bool:
    """Whether all that a result is made of is written there, given or a time; two figures or a figure and a verdict at least."""
    bindings = Bindings.of(view)
    values = [*call.args, *(one.value for one in call.keywords)]
    if any(one.arg is None for one in call.keywords) or not all(_is_plain(one) for one in values):
        return False
    figures = [number for number in (fold(one, bindings) for one in values) if _is_figure(number)]
    telling = [number for number in figures if number not in _EXTREMES]
    good = verdict_of(call, bindings) is Verdict.SUCCESS or any(fold(one, bindings) is True for one in values)
    return len(telling) >= _FEWEST or bool(telling and good)


def _is_figure(number: object) -> bool:
    return number is not UNKNOWN and isinstance(number, int | float) and not isinstance(number, bool)


def _is_plain(value: ast.expr) -> bool:
    """Whether nothing in an expression is worked out but a text or a time."""
    calls = [one for one in subtree(value) if isinstance(one, ast.Call)]
    if calls:
        return all(_TIMES.search(last_name(one.func)) for one in calls)
    return all(isinstance(one, _PLAIN) for one in subtree(value))


_TIMES = pattern(r"^(?:now|utcnow|time|isoformat|today|uuid4|str|monotonic|timedelta|hex)$")

RULE = Rule(
    id="AUD809",
    name="result-written-down",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every figure of a result measured?",
    why="A drill that 'restored 18250 rows in 41.7 s' on every call has restored nothing: reports, gates and certificates repeat the figure as if somebody had seen it.",
    limits=(
        "Judged are results (by the name of their class) that a function without loops makes of literals, arguments and times alone, with two figures or with a figure and a good verdict, "
        "where the function reaches nothing. Samples, defaults, baselines and thresholds are left alone."
    ),
    fix="Do the work and give what came of it; give no figure where nothing was measured.",
    since="0.5.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="tables of states and figures that nothing was asked for",
            files={
                "ops/pool.py": (
                    "async def transcoders():\n    return {'idle': 12, 'busy': 3, 'healthy': True}\n\n\ndef smoke(paths):\n    return {path: 200 for path in paths}\n\n\n"
                    "async def workers(pool):\n    return {'idle': await pool.idle(), 'busy': 3, 'healthy': True}\n\n\ndef lengths(paths):\n    return {path: 0 for path in paths}\n\n\n"
                    "def probe_status(paths):\n    return {path: True for path in paths}\n"
                )
            },
            found=("ops/pool.py:2", "ops/pool.py:6"),
        ),
        Example(
            title="a drill and a comparison that always end the same",
            files={
                "ops/drill.py": (
                    "class Recovery:\n    async def rehearse(self, region):\n        log.info('rehearsing %s', region)\n        await asyncio.sleep(2)\n"
                    "        return RehearsalReport(region=region, rows=18250, seconds=41.7, passed=True)\n\n\n"
                    "def against_stable(version):\n    outcome = CanaryComparison(version, 0.0031, 0.0029)\n    return outcome\n"
                )
            },
            found=("ops/drill.py:5", "ops/drill.py:9"),
        ),
        Example(
            title="what was counted, and what is a default",
            files={
                "ops/drill.py": (
                    "class Recovery:\n    async def rehearse(self, region):\n        rows = await self.copy.restore(region)\n"
                    "        return RehearsalReport(region=region, rows=rows, seconds=41.7, passed=True)\n\n\n"
                    "def default_report():\n    return RehearsalReport('none', 3, 2.5, True)\n\n\n"
                    "def empty():\n    return RehearsalReport(rows=0, seconds=0.0, passed=True)\n\n\n"
                    "def limits():\n    return DrillLimits(rows=10, seconds=3.5)\n"
                )
            },
        ),
    ),
    check_file=_check,
)
