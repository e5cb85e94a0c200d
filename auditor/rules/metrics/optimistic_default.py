"""AUD215: what is missing reads as healthy."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import is_bad_when_high, is_metric_name, words_of
from auditor.facts.code_functions import CodeFunctions
from auditor.facts.code_optimism import full_shares, full_without_data, missing_passes, presumed_verdicts
from auditor.facts.code_scope import Scope
from auditor.facts.code_source import code_of
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, neighbours, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_VERDICT = pattern(
    r"^(?:(?:is_|was_|all_)?(?:healthy|alive|approved|compliant|safe|intact|consistent|reachable|certified|in_sync)|passed|is_valid|verified|operational|signed_off|reviewed|success(?:ful)?|succeeded)$|_(?:passed|healthy|verified|is_valid|compliant|succeeded|reachable|intact|consistent|certified)$"
)
_STATES = frozenset("status health state health_status".split())  # noqa: SIM905 - reads better
_GOOD = frozenset("healthy ok success passed up operational".split())  # noqa: SIM905 - reads better
_RISKS = frozenset({"risk", "risk_level", "threat_level", "severity_level"})
_SETTINGS = pattern(
    r"(?i)config|setting|option|kwargs|args|param|threshold|default|spec|schema|env|limit|rule|policy|query|prefs"
)
_BUILDERS = pattern(r"^(?:__init__|from_|_from_|parse_|load_config|deserialize)")
_HEALTH = pattern(r"(?i)health|probe|ready|readiness|liveness|status|diagnos|monitor|check")
_CONTAINER = pattern(r"(?:Metrics|Health|Stats|Statistics|Measurements|Snapshot)$")


def _check(source: Source) -> Iterator[Hit]:
    if source.file.language is not Language.PYTHON:
        yield from _in_code(source)
        return
    syntax = syntax_of(source)
    for view in syntax.functions:
        if not view.calls or _BUILDERS.search(view.name):
            continue
        for first, last, key in neighbours(_defaults(view)):
            message = f"{view.name} takes a missing {key} for a good one."
            yield Hit(source.path, first, last, message, view.qualified)
        yield from _unmeasured(source, view, syntax)


def _in_code(source: Source) -> Iterator[Hit]:
    """The same in JavaScript and TypeScript (``report.healthy ?? true``)."""
    fact = source.fact(CodeFunctions)
    for function in fact.functions if fact is not None else ():
        if _BUILDERS.search(function.short_name):
            continue
        for one in function.fallbacks:
            key = "_".join(words_of(one.key))
            if _is_optimistic(key, one.value) and not _SETTINGS.search(one.subject):
                message = f"{function.short_name} takes a missing {one.key} for a good one."
                yield Hit(source.path, one.line, one.line, message, function.name)
    yield from _unknown_in_code(source)


def _unknown_in_code(source: Source) -> Iterator[Hit]:
    """Figures that nobody has, and states that nobody reports, where they are taken for the best there could be."""
    go = source.file.language is Language.GO
    found: dict[tuple[int, str], Hit] = {}
    for function in code_of(source).functions:
        scope = Scope.of(function, {}, go=go)
        told = [
            *((node, f"counts as full where there is nothing to count: {name}") for node, name in full_shares(scope)),
            *((node, f"counts as full where there is nothing to count: {name}") for node, name in full_without_data(scope)),
            *((node, f"passes where {name} could not be had") for node, name in missing_passes(scope)),
        ]  # fmt: skip
        if _HEALTH.search(f"{source.path} {function.qualified}"):
            told += [(node, f"takes a state that nobody reports for a good one: {name}") for node, name in presumed_verdicts(scope)]  # fmt: skip
        for node, what in told:
            hit = Hit(source.path, node.line, node.end_line, f"{function.name} {what}.", function.qualified)
            found.setdefault((node.line, what), hit)
    yield from found.values()


def _defaults(view: FunctionView) -> Iterator[tuple[ast.Call, str]]:
    asked = [one for one in view.calls if isinstance(one.func, ast.Attribute) and one.func.attr == "get" and one.args]
    if not asked:
        return
    compared = _compared(view)
    # left out: what is only formatted for people, or not reached by what failed
    shown = _answered(view).union(id(one) for node in view.of(ast.JoinedStr) for one in own_nodes(node.values))
    for node in (one for one in asked if id(one) not in shown):
        match node:
            case ast.Call(
                func=ast.Attribute(value=subject, attr="get"),
                args=[ast.Constant(value=str(key)), ast.Constant(value=value)],
            ):
                figure = isinstance(value, int | float) and not isinstance(value, bool)
                if figure and id(node) not in compared:
                    continue  # nothing is decided on it here
                if _is_optimistic(key, value) and not _SETTINGS.search(ast.unparse(subject)):
                    yield node, key
            case _:
                continue


def _answered(view: FunctionView) -> frozenset[int]:
    """The calls in the condition of an ``elif``, where the branch before it has taken what says itself that it failed."""
    found = []
    for node in view.of(ast.If):
        if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            asked = {
                ast.unparse(one.operand.value)
                for one in own_nodes([node.test])
                if isinstance(one, ast.UnaryOp)
                and isinstance(one.op, ast.Not)
                and isinstance(one.operand, ast.Subscript)
            }
            calls = [one for one in own_nodes([node.orelse[0].test]) if isinstance(one, ast.Call)]
            found += [
                one for one in calls if isinstance(one.func, ast.Attribute) and ast.unparse(one.func.value) in asked
            ]
    return frozenset(id(one) for one in found)


def _compared(view: FunctionView) -> frozenset[int]:
    """The calls that are compared, or bound to a name that is."""
    tests = view.of(ast.Compare)
    names = {one.id for test in tests for one in own_nodes([test]) if isinstance(one, ast.Name)}
    bound = [
        node.value
        for node in view.of(ast.Assign)
        if any(isinstance(one, ast.Name) and one.id in names for one in node.targets)
    ]
    return frozenset(id(one) for root in (*tests, *bound) for one in own_nodes([root]) if isinstance(one, ast.Call))


def _is_optimistic(key: str, value: object) -> bool:
    lowered = key.lower()
    if value is True:
        return _VERDICT.search(lowered) is not None
    if isinstance(value, str):
        harmless = lowered in _RISKS and value.lower() in ("low", "none", "minimal", "negligible")
        return harmless or (lowered in _STATES and value.lower() in _GOOD)
    if isinstance(value, bool) or value not in (0, 100, 1):
        return False
    metric = is_metric_name(lowered) and "count" not in words_of(key)
    return metric and is_bad_when_high(lowered) == (value == 0)


def _unmeasured(source: Source, view: FunctionView, syntax: PythonSyntax) -> Iterator[Hit]:
    """A fresh metrics object that is returned as it is unless a source happens to be there."""
    for statement in view.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(args=[], keywords=[]) as call):
                made = syntax.name_of(call.func).rpartition(".")[2]
            case _:
                continue
        if not _CONTAINER.search(made) or not _returned(view, name) or not _filled_only_perhaps(view, statement, name):
            continue
        message = f"{view.name} returns a fresh {made} as measured when its source is missing."
        yield Hit(source.path, statement.lineno, statement.lineno, message, view.qualified)
        yield from _perfect_defaults(source, made, syntax)


def _returned(view: FunctionView, name: str) -> bool:
    return any(isinstance(one.value, ast.Name) and one.value.id == name for one in view.returns)


def _filled_only_perhaps(view: FunctionView, made: ast.stmt, name: str) -> bool:
    """Whether every statement that could fill the object stands in a condition or a block that may fail."""
    certain = [one for one in view.body if one is not made and not isinstance(one, ast.If | ast.Try | ast.Return)]
    talk = [one for one in certain if isinstance(one, ast.Expr)]
    used = {node.id for one in certain if one not in talk for node in own_nodes([one]) if isinstance(node, ast.Name)}
    passed_on = any(_hands_over(one, name) for one in talk)
    inside = [node for node in view.nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    return (
        name not in used
        and not passed_on
        and any(isinstance(node.value, ast.Name) and node.value.id == name for node in inside)
    )


def _hands_over(statement: ast.Expr, name: str) -> bool:
    arguments = statement.value.args if isinstance(statement.value, ast.Call) else []
    return any(isinstance(one, ast.Name) and one.id == name for one in arguments)


def _perfect_defaults(source: Source, made: str, syntax: PythonSyntax) -> Iterator[Hit]:
    """The first field of the class that starts at the best value there is."""
    for node, qualified in syntax.classes:
        if node.name != made:
            continue
        for field in subtree(node):
            target = (
                field.target
                if isinstance(field, ast.AnnAssign)
                else field.targets[0]
                if isinstance(field, ast.Assign)
                else None
            )
            value = field.value if isinstance(field, ast.AnnAssign | ast.Assign) else None
            name = last_name(target)
            zero = isinstance(value, ast.Constant) and value.value == 0
            if target is not None and zero and is_metric_name(name) and is_bad_when_high(name):
                message = f"{made}.{name} is 0, the best value there is, before anything was measured."
                yield Hit(source.path, target.lineno, target.lineno, message, qualified)
                return


RULE = Rule(
    id="AUD215",
    name="optimistic-default",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.LOW,
    question="Is a missing measurement told apart from a good one?",
    why="An error rate that defaults to zero reads as perfectly healthy: the rollback that depends on it never happens.",
    limits="Knows metrics and verdicts by the usual names of their keys; settings and thresholds are left alone.",
    fix="Leave missing values None, and treat None as unhealthy.",
    since="0.1.0",
    effort=30,
    reads=frozenset({"python", "code-functions"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a risk that nobody assessed",
            files={"assess.py": "def assess(analysis):\n    return analysis.get('risk_level', 'low')\n"},
            found=("assess.py:2",),
        ),
        Example(
            title="healthy unless told otherwise",
            files={"monitor.py": 'def summarize(report):\n    return report.get("healthy", True)\n'},
            found=("monitor.py:2",),
        ),
        Example(
            title="no error rate, no errors",
            files={
                "monitor.py": 'def gate(data):\n    rate = data.get("error_rate", 0.0)\n    latency = data.get("p95_latency_ms", 0)\n    return rate < 0.01 and latency < 200\n'
            },
            found=("monitor.py:2",),
        ),
        Example(
            title="a fresh object as the measurement",
            files={
                "monitor.py": 'import json\n\n\nclass HealthMetrics:\n    def __init__(self):\n        self.error_rate = 0.0\n\n\ndef collect(path):\n    metrics = HealthMetrics()\n    if path.exists():\n        metrics.error_rate = json.loads(path.read_text())["error_rate"]\n    return metrics\n'
            },
            found=("monitor.py:6", "monitor.py:10"),
        ),
        Example(
            title="settings",
            files={
                "monitor.py": 'def limits(config):\n    return config.get("error_rate", 0.0), config.get("enabled", True)\n'
            },
            found=(),
        ),
        Example(
            title="a count of what was seen",
            files={"monitor.py": 'def total(counts):\n    return counts.get("errors", 0) + counts.get("failed", 0)\n'},
            found=(),
        ),
        Example(
            title="healthy unless told otherwise, in TypeScript",
            files={
                "src/gate.ts": "export function summarize(report: Report) {\n  return report.healthy ?? true;\n}\n\nexport function gate(data) {\n  const rate = data.errorRate || 0;\n  return rate < 0.01;\n}\n"
            },
            found=("src/gate.ts:2", "src/gate.ts:6"),
        ),
        Example(
            title="without runs, all runs are good; without an answer, the gate opens; a link that nobody looks at is up",
            files={
                "src/gate.ts": (
                    "export async function gate(prom: Client) {\n  const failures = await prom.query('sum(failures)');\n  if ((failures ?? 0) > 3) {\n    throw new Error('too many');\n  }\n}\n\n"
                    "export function summary(runs: Runs) {\n  const successRate = runs.total ? runs.passed / runs.total : 1;\n  return successRate;\n}\n"
                ),
                "src/health.ts": "export function linkState(link?: Link) {\n  return { name: 'link', up: link?.connected ?? true };\n}\n",
                "share.go": "package runs\n\nfunc SuccessRate(passed, total int) float64 {\n\tif total == 0 {\n\t\treturn 1\n\t}\n\treturn float64(passed) / float64(total)\n}\n",
            },
            found=("share.go:5", "src/gate.ts:3", "src/gate.ts:9", "src/health.ts:2"),
        ),
        Example(
            title="a scale of one, and a count of what the code itself collected",
            files={
                "src/gate.ts": (
                    "export function scale(width: number, base: number) {\n  const factor = base ? width / base : 1;\n  return factor;\n}\n\n"
                    "export function gate(failures?: number) {\n  return (failures ?? 0) > 3;\n}\n"
                ),
                "src/option.ts": "export function option(one: Option) {\n  return { label: one.label, ready: one.ready ?? true };\n}\n",
            },
            found=(),
        ),
        Example(
            title="settings, and what is only shown",
            files={
                "src/gate.ts": "export function limits(config) {\n  return config.errorRate ?? 0;\n}\n\nexport function show(data) {\n  return `error rate ${data.errorRate ?? 0}`;\n}\n"
            },
            found=(),
        ),
    ),
    check_file=_check,
)
