"""AUD823: a check reads 0 where a figure is missing, and 0 is within every limit."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.claims import Claim, claims_of, is_bad_when_high, is_target_name
from auditor.facts.good_names import is_high_good, is_low_good
from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, own_nodes, subtree, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHECKS = pattern(
    r"(?i)(?:^|_)(?:check|checks|validate|verify|evaluate|assess|gate|compliance|compare|slo|sla|threshold|thresholds|analy[sz]e|canary|should_(?:rollback|abort|alert|promote)|is_healthy|decide|health|judge)(?:_|$)"
)
_BAD_WHEN_HIGH = pattern(
    r"(?i)error|fail|latenc|p50|p9\d|cpu|memory|\bmem|disk|usage|utili[sz]ation|lag|drop|loss|queue|backlog|vulnerab|critical|restart|crash|downtime|drift|timeout|duration|violation|incident|response_time|saturation|pending|burn|miss"
)
_FAULTS = pattern(
    r"(?i)violation|failure|failed|error|problem|issue|breach|alert|regression|warning|finding|reason|fault|anomal|blocker|critical"
)
_FLAGS = pattern(r"(?i)pass|ok|healthy|success|valid|compliant|met|good|ready|within")
_CONFIG = pattern(
    r"(?i)config|setting|option|param|kwargs|args|policy|threshold|limit|default|environ|request|payload|criteria|spec"
)
_SPEED = pattern(r"(?i)rate$|share$|ratio|latenc|p50|p9\d|(?:^|_)lag|burn|response_time|staleness|_age(?:_|$)")
_RESULT = pattern(r"(?:Metrics|Result|Report|Sample|Stats|Reading|Snapshot|Measurement|Status|Health)$")
_QUERY = pattern(r"(?i)quer|scalar|prom|instant|fetch|measure|probe")
_KNOWN = pattern(r"(?i)base|refer|previous|last|golden|known|best|champion|committed|stable|main|master")
"""What a new figure is held against."""
_MOST_HOPS = 2


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        for value, name in () if view.is_test else _unanswered(view):
            message = (
                f"{view.name} gives {name} as 0 where the question for it was not answered, and 0 is the best there is."
            )
            yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)
        for floor, key in () if view.is_test else _no_floor(view):
            message = f"{view.name} takes a lower limit of 0 where {key} is missing: everything is above that."
            yield Hit(source.path, floor.lineno, floor.end_lineno or floor.lineno, message, view.qualified)
        if view.is_test or not (_CHECKS.search(view.name) or Claim.CHECK in claims_of(view.name)):
            continue
        bindings = Bindings.of(view)
        for branch in view.of(ast.If):
            sought = [(_looked_up(figure, bindings, 0), over) for figure, over in _high(branch.test)]
            found = [(looked, over) for looked, over in sought if looked is not None]
            bad = {
                over: _complains(branch.body if over else branch.orelse, bindings) for over in {one[1] for one in found}
            }
            for looked, over in found:
                if bad[over] and _sought(looked) not in _keys(syntax):
                    message = f"{view.name} reads {_key(looked)} as 0 where it is missing, and 0 is within every limit."
                    yield Hit(source.path, looked.lineno, looked.end_lineno or looked.lineno, message, view.qualified)


def _no_floor(view: FunctionView) -> Iterator[tuple[ast.expr, str]]:
    """``floor = baseline.get("recall", 0.0) - 0.01``, below which a function refuses."""
    bindings = Bindings.of(view)
    for branch in view.of(ast.If):
        match branch.test:
            case ast.Compare(ops=[ast.Lt() | ast.LtE()], comparators=[ast.Name(id=name)]):
                figure = bindings.only(name)
            case _:
                continue
        looked = figure.left if isinstance(figure, ast.BinOp) else figure
        match looked:
            case ast.Call(
                func=ast.Attribute(attr="get", value=held),
                args=[ast.Constant(value=str() as key), ast.Constant(value=0)],
            ) if is_high_good(key) and _KNOWN.search(_path(held)) and _complains(branch.body, bindings):
                yield looked, key
            case _:
                continue


def _unanswered(view: FunctionView) -> Iterator[tuple[ast.expr, str]]:
    """``Metrics(error_rate=found or 0.0)``, where ``found`` is what somebody was asked for."""
    defaults = [one for one in view.of(ast.BoolOp) if isinstance(one.op, ast.Or) and _is_zero(one.values[-1])]
    if not defaults:
        return
    bindings = Bindings.of(view)
    zeros = {id(one): one for one in defaults if _is_asked_for(one.values[0], bindings)}
    for name, value in _given(view) if zeros else ():
        if _SPEED.search(name) and not is_target_name(name):
            yield from ((zeros[id(one)], name) for one in subtree(value) if id(one) in zeros)


def _given(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    """What the results that a function makes are given, by name."""
    for call in view.calls:
        if _RESULT.search(last_name(call.func)):
            yield from ((one.arg, one.value) for one in call.keywords if one.arg)
    for one in view.returns:
        if isinstance(one.value, ast.Dict):
            yield from keyed(one.value)
        elif isinstance(one.value, ast.BoolOp) and is_low_good(view.name):
            yield view.name, one.value


def _is_zero(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value in (0, 0.0) and value.value is not False


def _is_asked_for(value: ast.expr, bindings: Bindings) -> bool:
    """Whether a value is what another was asked for over a wire: awaited, or the answer of a query."""
    found = bindings.only(value.id) if isinstance(value, ast.Name) else value
    call = found.value if isinstance(found, ast.Await) else found
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    return isinstance(found, ast.Await) or _QUERY.search(last_name(call.func)) is not None


def _high(test: ast.expr) -> list[tuple[ast.expr, bool]]:
    """What a condition compares with an upper limit, and whether it is true where that is above."""
    match test:
        case ast.BoolOp(values=values):
            return [one for value in values for one in _high(value)]
        case ast.Compare(left=left, ops=[ast.Gt() | ast.GtE() | ast.Lt() | ast.LtE() as op], comparators=[right]):
            over = isinstance(op, ast.Gt | ast.GtE)
            return [(one, over is (one is left)) for one in (left, right) if not is_target_name(last_name(one))]
        case _:
            return []


def _looked_up(figure: ast.expr, bindings: Bindings, hops: int) -> ast.Call | None:
    """The ``.get("errors", 0)`` that a figure is, or is worked out of."""
    if isinstance(figure, ast.Name) and hops <= _MOST_HOPS:
        found = bindings.only(figure.id)
        return _looked_up(found, bindings, hops + 1) if found is not None else None
    if isinstance(figure, ast.BinOp) and isinstance(figure.op, ast.Div | ast.Mult):
        return _looked_up(figure.left, bindings, hops + 1)
    match figure:
        case ast.Call(func=ast.Name(id="float" | "int" | "abs"), args=[inner]):
            return _looked_up(inner, bindings, hops)
        case ast.Call(
            func=ast.Attribute(attr="get", value=held), args=[ast.Constant(value=str() as key), ast.Constant(value=0)]
        ):
            told = _path(held) + key
            measured = (_BAD_WHEN_HIGH.search(told) or is_bad_when_high(key)) and not is_target_name(key)
            return figure if measured and not _CONFIG.search(_path(held)) else None
        case _:
            return None


@lru_cache(maxsize=2)
def _keys(syntax: PythonSyntax) -> frozenset[object]:
    """The keys of the tables that a file makes: for what has one of these, a default is for nothing."""
    made = nodes_of(syntax.tree, ast.Dict)
    return frozenset(one.value for table in made for one in table.keys if isinstance(one, ast.Constant))


def _sought(looked: ast.Call) -> str:
    """The key that is asked for."""
    return str(ast.literal_eval(looked.args[0]))


def _path(held: ast.expr) -> str:
    """The names and keys by which a figure is reached: ``self.results.cpu.``."""
    parts = [
        one.value if isinstance(one, ast.Constant) else last_name(one)
        for one in subtree(held)
        if isinstance(one, ast.Name | ast.Attribute | ast.Constant)
    ]
    return "".join(f"{part}." for part in parts if isinstance(part, str))


def _key(looked: ast.Call) -> str:
    held = looked.func.value if isinstance(looked.func, ast.Attribute) else looked
    above = _path(held).rstrip(".").rpartition(".")[2] if isinstance(held, ast.Call) else ""
    return f"{above}.{_sought(looked)}".lstrip(".")[:60]


def _complains(body: list[ast.stmt], bindings: Bindings) -> bool:
    """Whether statements note a fault, refuse or fail."""
    for node in own_nodes(body):
        match node:
            case ast.Raise():
                return True
            case ast.Return(value=value) if verdict_of(value, bindings) is Verdict.FAILURE:
                return True
            case ast.Call(func=ast.Attribute(attr="append" | "add" | "extend", value=held)) if _FAULTS.search(
                last_name(held)
            ):
                return True
            case ast.Assign(targets=[target], value=ast.Constant(value=False)) if _FLAGS.search(last_name(target)):
                return True
            case _:
                continue
    return False


RULE = Rule(
    id="AUD823",
    name="zero-for-unknown",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does a check that was given no figure say so?",
    why="The load test recorded no errors because it recorded nothing: `.get('errors', 0)` makes that the best run of the year.",
    limits=(
        "Judged are functions named for checks that read a load, time, count of failures or the like by `.get(key, 0)`, at once or through a name, compare it with an upper limit, "
        "and note a fault, refuse or fail above it; lower limits that are missing figures of a baseline; and results and functions whose rate, latency or lag is `answer or 0`. Settings, limits and keys that the same file writes are left alone."
    ),
    fix="Ask whether the figure is there, and fail where it is not.",
    since="0.5.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=(".get(", " or 0"),
    examples=(
        Example(
            title="a rate that nobody answered for",
            files={
                "canary.py": (
                    "async def canary(source):\n    errors = await source.scalar('errors')\n    slow = await source.scalar('slow')\n"
                    "    return CanaryMetrics(error_rate=errors or 0.0, p95_ms=(slow or 0) * 1000)\n\n\n"
                    "def totals(rows):\n    found = rows.first()\n    return TotalsReport(error_rate=found or 0.0, rows=rows.count() or 0)\n\n\n"
                    "async def _failure_share(source):\n    found = await source.scalar('failures')\n    return found or 0.0\n\n\n"
                    "async def hit_share(source):\n    found = await source.scalar('hits')\n    return found or 0.0\n"
                )
            },
            found=("canary.py:14", "canary.py:4"),
        ),
        Example(
            title="a floor that is not there",
            files={
                "floor.py": (
                    "def compare(found, reference):\n    for name, score in found.items():\n        floor = reference.get(name, {}).get('recall', 0.0) - 0.01\n        if score.recall < floor:\n            return False\n    return True\n\n\n"
                    "def compare_all(found, reference):\n    floor = reference['all'].get('recall', 1.0)\n    if found.recall < floor:\n        return False\n    return True\n"
                )
            },
            found=("floor.py:3",),
        ),
        Example(
            title="loads and failures that nobody recorded",
            files={
                "gate/limits.py": (
                    "def check_limits(found, limits):\n"
                    "    problems = []\n"
                    "    load = found.get('host', {}).get('cpu_load', 0)\n"
                    "    if load > limits['load']:\n"
                    "        problems.append('load')\n"
                    "    failed = found.get('failed_requests', 0)\n"
                    "    share = failed / found['requests']\n"
                    "    if share <= limits['share']:\n"
                    "        print('ok')\n"
                    "    else:\n"
                    "        problems.append('failures')\n"
                    "    return problems\n"
                    "\n"
                    "\n"
                    "def should_rollback(canary):\n"
                    "    if canary.get('p99_latency', 0.0) >= 500:\n"
                    "        raise Rollback\n"
                ),
            },
            found=("gate/limits.py:16", "gate/limits.py:3", "gate/limits.py:6"),
        ),
        Example(
            title="figures that must be there, lower limits and settings",
            files={
                "gate/limits.py": (
                    "def check_limits(found, config):\n"
                    "    problems = []\n"
                    "    if found['cpu_load'] > 80:\n"
                    "        problems.append('load')\n"
                    "    if found.get('error_coverage', 0) < 80:\n"
                    "        problems.append('coverage')\n"
                    "    if config.get('error_wait', 0) > 10:\n"
                    "        problems.append('wait')\n"
                    "    return problems\n"
                    "\n"
                    "\n"
                    "def show(found):\n"
                    "    if found.get('cpu_load', 0) > 80:\n"
                    "        print('busy')\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
