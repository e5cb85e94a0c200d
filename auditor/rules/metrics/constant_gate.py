"""AUD206: a gate whose outcome was written down beforehand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from auditor.facts.assumed_figures import assumed_figure, is_never_negative, kept_comparisons
from auditor.facts.claims import is_metric_name, is_target_name
from auditor.facts.literal_verdicts import keyed
from auditor.facts.python_attributes import fixed_attributes
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_checks import acts_as_check, compared_names, constant_source, decisions, is_good_whatever
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, own_nodes, subtree, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


_BOTH = {Verdict.SUCCESS, Verdict.FAILURE}


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        yield from _decided(source, view)
        yield from _tabled(source, view)
        bindings: Bindings | None = None
        lines: set[int] = set()
        for test, statement, asserted in (*decisions(view, syntax), *_given(view), *kept_comparisons(view)):
            bindings = bindings or replace(Bindings.of(view), attributes=fixed_attributes(view.owner, syntax))
            value = constant_source(test, bindings) or _flag(test, bindings) or assumed_figure(test, bindings, view)
            if value is None or value.lineno in lines or _is_limit(value):
                continue
            names = [one for one in compared_names(test) if one != "self"] or [ast.unparse(value)]
            judged = view.is_test or acts_as_check(view)
            if not judged and not any(is_metric_name(name) for name in names):
                continue
            lines.add(value.lineno)
            what = "asserts" if asserted else "decides"
            message = f"{view.name} {what} on a value of {names[0]} that is written in the code (line {statement.lineno} always comes out the same)."
            milder = Severity.MEDIUM if view.is_test else None
            yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified, milder)


def _is_limit(value: ast.expr) -> bool:
    """Whether all attributes in an expression are named for limits, which are meant to stay as they are."""
    attributes = [one.attr for one in own_nodes([value]) if isinstance(one, ast.Attribute)]
    return bool(attributes) and all(is_target_name(one) for one in attributes)


def _given(view: FunctionView) -> Iterator[tuple[ast.expr, ast.stmt, bool]]:
    """The comparisons that a check returns, alone, before a message or in a result, and those that choose between verdicts."""
    if view.is_test or not acts_as_check(view):
        return
    for choice in view.of(ast.IfExp):
        statement = next((one for one in view.of(ast.Assign, ast.Return) if choice in subtree(one)), None)
        if statement is not None and {verdict_of(one, Bindings()) for one in (choice.body, choice.orelse)} == _BOTH:
            yield choice.test, statement, False
    for one in view.returns:
        for value in _told(one.value):
            if isinstance(value, ast.Compare):
                yield value, one, False


def _told(value: ast.expr | None) -> list[ast.expr]:
    """What may be the verdict in a result: itself, the first of a tuple, what a result object is made of."""
    match value:
        case ast.Tuple(elts=[first, *_]):
            return [first]
        case ast.Call(func=maker) if last_name(maker)[:1].isupper():
            return [*value.args, *(one.value for one in value.keywords)]
        case None:
            return []
        case _:
            return [value]


def _flag(test: ast.expr, bindings: Bindings) -> ast.expr | None:
    """Where a flag that is asked for (``if not healthy``) is set to a constant, and nowhere else."""
    inner = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
    value = bindings.only(inner.id) if isinstance(inner, ast.Name) else None
    return value if isinstance(value, ast.Constant) and isinstance(value.value, bool) else None


def _tabled(source: Source, view: FunctionView) -> Iterator[Hit]:
    """Comparisons of a figure by its name with a limit, in a table that is given back, where both are literals."""
    bindings = Bindings.of(view)
    for table in view.of(ast.Dict) if not view.is_test else ():
        for key, value in keyed(table):
            names = (
                [one for one in compared_names(value) if is_metric_name(one)] if isinstance(value, ast.Compare) else []
            )
            if names and _is_bound_figure(bindings.only(names[0])) and constant_source(value, bindings) is not None:
                message = f"{view.name} gives {key!r} by comparing {names[0]} with a limit, both of which are written in the code."
                yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _is_bound_figure(value: ast.expr | None) -> bool:
    """Whether a name is bound to a literal number."""
    return isinstance(value, ast.Constant) and isinstance(value.value, int | float)


def _decided(source: Source, view: FunctionView) -> Iterator[Hit]:
    """Verdicts that end in ``or True``, kept under a name, given back or asked for; other values have a default so."""
    values = [one.value for one in view.of(ast.Assign, ast.Return)] + [one.test for one in view.of(ast.If, ast.While)]
    for value in values:
        if is_good_whatever(value) and (view.is_test or _compares(value) or acts_as_check(view)):
            message = "The verdict ends in `or True`: it is good whatever stands before."
            yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)
    for one in view.of(ast.Compare) if not view.is_test else ():
        if is_never_negative(one):
            message = "The verdict asks whether a number of things is negative: it never is."
            yield Hit(source.path, one.lineno, one.end_lineno or one.lineno, message, view.qualified)


def _compares(value: ast.expr) -> bool:
    return any(isinstance(one, ast.Compare) for one in own_nodes([value]))


RULE = Rule(
    id="AUD206",
    name="constant-gate",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does every gate compare something that was measured?",
    why="A threshold checked against a literal always comes out the same: the rollback trigger never fires, the gate never closes.",
    limits="Follows local names and attributes of the class that are bound once to numbers, and arithmetic on them; in shipped code only checks and names of metrics are judged, and comparisons that end in `or True`.",
    fix="Read the value from where it is measured, and fail where it cannot be read.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    examples=(
        Example(
            title="a rate that is written down, held against a limit of the policy",
            files={
                "app/promote.py": (
                    "class Promoter:\n    def canary(self, candidate):\n        error_rate = 0.0\n        passed = error_rate <= self.policy.maximum_error_rate\n        return Result('canary', passed)\n\n"
                    "    def quality(self, candidate):\n        error_rate = candidate.errors / candidate.requests\n        passed = error_rate <= self.policy.maximum_error_rate\n        return Result('quality', passed)\n"
                ),
            },
            found=("app/promote.py:3",),
        ),
        Example(
            title="a number of things that is not negative",
            files={
                "ops/board.py": "def approved(change):\n    return len(change.approvals) >= 0\n\n\ndef asked(change):\n    return len(change.approvals) >= 2\n"
            },
            found=("ops/board.py:2",),
        ),
        Example(
            title="an objective that is met by a literal",
            files={
                "ops/sla.py": "def sla_report(latency):\n    target = 99.5\n    uptime_percentage = 99.9\n    return {'met': uptime_percentage >= target, 'fast': latency <= 500}\n"
            },
            found=("ops/sla.py:4",),
        ),
        Example(
            title="a verdict that is kept with `or True`",
            files={
                "ops/uat.py": 'def logging_works(answer):\n    found = "timestamp" in answer or True\n    return found\n\n\ndef name_of(row):\n    return row.get("name") or "none"\n\n\ndef start(options):\n    verbose = options.verbose or True\n    run(verbose)\n',
            },
            found=("ops/uat.py:2",),
        ),
        Example(
            title="a flag that is set and then asked",
            files={
                "fallback.py": 'async def verify_fallback(log):\n    fallback_healthy = True\n    if not fallback_healthy:\n        log.error("not active")\n        return False\n    return True\n'
            },
            found=("fallback.py:2",),
        ),
        Example(
            title="a rollback trigger on a literal",
            files={
                "tests/test_trigger.py": 'import pytest\n\ndef test_error_rate():\n    error_count = 0\n    total = 100\n    error_rate = error_count / total\n    if error_rate > 0.01:\n        pytest.fail("rollback required")\n'
            },
            found=("tests/test_trigger.py:4",),
        ),
        Example(
            title="a gate in a script",
            files={
                "gate.py": "import sys\n\ndef gate():\n    coverage = 92.5\n    if coverage < 80:\n        sys.exit(1)\n"
            },
            found=("gate.py:4",),
        ),
        Example(
            title="a measured value against a written threshold",
            files={
                "gate.py": "import sys\n\ndef gate(report):\n    threshold = 80\n    coverage = report.read()\n    if coverage < threshold:\n        sys.exit(1)\n"
            },
            found=(),
        ),
        Example(
            title="a counter",
            files={
                "tests/test_loop.py": "def test_loop(queue):\n    errors = 0\n    for job in queue:\n        errors += job.failed\n    assert errors == 0\n"
            },
            found=(),
        ),
        Example(
            title="a check that returns how a literal compares",
            files={
                "checks.py": (
                    '@check("licence")\ndef licence():\n    days = 90\n    return days > 14, f"{days} days left"\n'
                ),
            },
            found=("checks.py:3",),
        ),
        Example(
            title="figures that are written side by side, and a verdict inside a result object",
            files={
                "gates.py": (
                    "class SpaceGate:\n"
                    "    async def evaluate(self):\n"
                    "        wanted, free = 3, 8\n"
                    '        return Outcome("space", free >= wanted, f"{free} slots")\n'
                ),
            },
            found=("gates.py:3",),
        ),
        Example(
            title="attributes that nothing updates, and one that something does",
            files={
                "probes.py": (
                    "class QuotaGate:\n"
                    "    used = 0.4\n"
                    "    max_used = 0.9\n"
                    "\n"
                    "    def evaluate(self):\n"
                    '        return Outcome("quota", self.used < self.max_used)\n'
                    "\n"
                    "\n"
                    "class PeerProbe:\n"
                    "    def __init__(self):\n"
                    "        self._up = 5\n"
                    "        self._known = 5\n"
                    "        self._lost = 0\n"
                    "\n"
                    "    def lose(self):\n"
                    "        self._lost += 1\n"
                    "\n"
                    "    def check(self):\n"
                    "        share = self._up / self._known\n"
                    "        state = State.HEALTHY if share > 0.8 else State.UNHEALTHY\n"
                    "        late = State.DEGRADED if self._lost > 3 else State.HEALTHY\n"
                    "        return Outcome(state, late)\n"
                ),
            },
            found=("probes.py:19", "probes.py:6"),
        ),
        Example(
            title="figures that are read side by side, and a result that is no verdict",
            files={
                "gates.py": (
                    "class SpaceGate:\n"
                    "    async def evaluate(self):\n"
                    "        wanted, free = 3, await self.slots()\n"
                    '        return Outcome("space", free >= wanted, f"{free} slots")\n'
                    "\n"
                    "\n"
                    "class Planner:\n"
                    "    def evaluate(self):\n"
                    "        wanted, free = 3, 8\n"
                    '        return Plan("space", free >= wanted)\n'
                ),
            },
        ),
        Example(
            title="a check that returns how what it read compares",
            files={
                "checks.py": (
                    '@check("licence")\n'
                    "def licence():\n"
                    "    least = 14\n"
                    "    days = read_days()\n"
                    '    return days > least, f"{days} days left"\n'
                ),
            },
        ),
    ),
    check_file=_check,
)
