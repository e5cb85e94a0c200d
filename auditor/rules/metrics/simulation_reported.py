"""AUD871: code that goes to work takes its figures from a helper that makes them up."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from auditor.facts.claims import Claim, claims_of
from auditor.facts.drawn_values import DrawnValues
from auditor.facts.invented_values import draws_in
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE", "taken_in"]

_MADE_UP = pattern(
    r"(?i)(?:^|_)(?:simulated?|simulating|synthetic|synthesi[sz]ed?|mock|mocked|fake|faked|dummy|made_up|invented|pretend|reference_sample|sample_data|placeholder)(?:_|$)"
)
_ON_PURPOSE = pattern(
    r"(?i)simulat|synth|fake|mock|demo|example|sandbox|playground|fixture|dummy|stub|seed|game|toy|monte|stochastic|generat|augment|noise|jitter|backoff|test|preview|random|dry_?run|offline|practice|tutorial|backtest"
)
_BUILDS = pattern(r"(?i)^_*(?:create|make|build|new|get|to|as|for|with)_")
"""What is built of literals may be there to try something out on it."""
_INPUTS = pattern(
    r"(?i)input|event|click|key|mouse|touch|drag|scroll|user|attack|fault|failure|crash|outage|price_path|annealing|physics|header|user_?agent|browser|step|game|battle|dice"
)
"""What is simulated to see how the real code takes it, and what a model of the world computes."""
_ARITHMETIC = frozenset({
    "min", "max", "round", "int", "float", "abs", "len", "range", "sum", "str", "sleep", "append", "extend", "get", "time", "now", "utcnow", "isoformat", "timedelta", "items", "keys", "values", "enumerate", "zip",
    "sorted", "list", "dict", "tuple", "sin", "cos", "exp", "log", "sqrt", "seed", "strftime", "uuid4", "hash", "array", "evolve", "replace", "join", "clip", "cumsum", "linspace", "arange", "DataFrame", "Series", "date_range",
})  # fmt: skip


def _check(source: Source) -> Iterator[Hit]:
    drawn = DrawnValues.of(source)
    shown: set[str] = set()
    for view, call, helper in taken_in(source):
        message = f"{view.name} takes what {helper.name} makes up."
        yield Hit(source.path, call.lineno, call.end_lineno or call.lineno, message, view.qualified)
        first = None if helper.name in shown or not _is_named(helper) else _first_value(helper, drawn)
        shown.add(helper.name)
        if first is not None:
            message = f"{helper.name} makes up what {view.name} goes on with."
            yield Hit(source.path, first.lineno, first.lineno, message, helper.qualified)


def taken_in(source: Source) -> Iterator[tuple[FunctionView, ast.Call, FunctionView]]:
    """The functions of a file that go on with what a helper makes up, with the call and the helper."""
    if _ON_PURPOSE.search(source.path):
        return
    syntax, drawn = syntax_of(source), DrawnValues.of(source)
    helpers = {view.name: view for view in syntax.functions if not view.is_test and _is_made_up(view, syntax, drawn)}
    for view in syntax.functions if helpers else ():
        if not (view.is_test or view.name in helpers or _ON_PURPOSE.search(view.qualified)):
            yield from ((view, call, helper) for call, helper in _taken(view, helpers))


def _is_made_up(view: FunctionView, syntax: PythonSyntax, drawn: DrawnValues) -> bool:
    """Whether a function gives something that comes from nothing but draws, literals and arithmetic, and is named for that or for a measurement."""
    named = _is_named(view)
    observes = bool(claims_of(view.name) & {Claim.MEASURE, Claim.CHECK}) and not _ON_PURPOSE.search(view.qualified)
    given = [one.value for one in view.returns if one.value is not None and not _is_nothing(one.value)]
    if not given or not (named or observes):
        return False
    draws = any(drawn.is_draw(call, view) for call in view.calls)
    if not draws and (not named or _BUILDS.search(view.name)):
        return False
    return all(_knows_nothing(call, view, syntax, drawn) for call in view.calls)


def _is_named(view: FunctionView) -> bool:
    return _MADE_UP.search(view.name) is not None and not _INPUTS.search(view.name)


def _knows_nothing(call: ast.Call, view: FunctionView, syntax: PythonSyntax, drawn: DrawnValues) -> bool:
    name = last_name(call.func)
    known = name in _ARITHMETIC or name[:1].isupper() or is_log_call(syntax.name_of(call.func))
    return known or drawn.is_draw(call, view) or _MADE_UP.search(name) is not None or name.startswith("predict")


def _is_nothing(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _taken(view: FunctionView, helpers: Mapping[str, FunctionView]) -> Iterator[tuple[ast.Call, FunctionView]]:
    """The calls of helpers whose results a function goes on with, first in its line, and not where it was asked to simulate."""
    dropped = {id(_called(one.value)) for one in view.of(ast.Expr)}
    chosen = {id(node) for one in view.of(ast.If) if _asks_for_it(one.test) for node in subtree(one)}
    compared = {one.id for test in view.of(ast.Compare) for one in subtree(test) if isinstance(one, ast.Name)}
    judged = {id(_called(one.value)) for one in view.of(ast.Assign) if last_name(one.targets[0]) in compared}
    seen: set[int] = set()
    for call in view.calls:
        helper = helpers.get(last_name(call.func))
        if helper is None or id(call) in dropped or id(call) in chosen or call.lineno in seen:
            continue
        if not _is_named(helper) and id(call) not in judged:
            continue  # AUD205 tells of the draw itself
        seen.add(call.lineno)
        yield call, helper


def _called(value: ast.expr) -> ast.expr:
    return value.value if isinstance(value, ast.Await) else value


def _asks_for_it(test: ast.expr) -> bool:
    names = [last_name(one) for one in subtree(test) if isinstance(one, ast.Name | ast.Attribute)]
    texts = [str(one.value) for one in subtree(test) if isinstance(one, ast.Constant)]
    return any(_ON_PURPOSE.search(one) for one in (*names, *texts))


def _first_value(view: FunctionView, drawn: DrawnValues) -> ast.expr | ast.stmt | None:
    """Where a helper makes up what it gives: its first draw, else its first table or what it returns."""
    for statement in view.body:
        draw = draws_in(statement, view, drawn)
        if draw is not None:
            return draw
    tables = [one for one in view.of(ast.Assign) if isinstance(one.value, ast.Dict | ast.List)]
    return next(iter([*tables, *view.returns]), None)


RULE = Rule(
    id="AUD871",
    name="simulation-reported",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do measurements, checks and loaded data come from the system, and from no helper that makes them up?",
    why="`collect_costs` calls `_simulate_current_cost`: the name of the helper is honest, the report that its figures end up in is not.",
    limits=(
        "Within one module: helpers that draw or write down all that they give, and are named for a simulation or a measurement. Callers that call themselves a simulation, a demo, a test or a generator, "
        "and branches that are taken only where somebody asked for it, are left alone."
    ),
    fix="Ask the system that knows; let the caller fail, or say that it does not know, where it cannot.",
    since="0.7.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="costs that are drawn two calls away",
            files={
                "shop/costs.py": (
                    "import random\n\n\nclass CostMonitor:\n    async def collect(self):\n        for one in self.resources:\n            one.cost = self._simulate_cost(one.kind)\n            one.unit = self._simulated_unit(one.kind)\n\n"
                    "    def _simulate_cost(self, kind):\n        base = {'vm': 150.0, 'disk': 20.0}.get(kind, 90.0)\n        return base * random.uniform(0.8, 1.2)\n\n"
                    "    def _simulated_unit(self, kind):\n        units = {'vm': 0.1, 'disk': 0.02}\n        return units.get(kind, 0.05)\n"
                ),
            },
            found=("shop/costs.py:12", "shop/costs.py:15", "shop/costs.py:7", "shop/costs.py:8"),
        ),
        Example(
            title="a sample in the place of the data that are missing",
            files={
                "shop/evaluate.py": (
                    "import random\n\n\ndef load_cases(path):\n    if not path.exists():\n        return synthetic_cases()\n    return read(path)\n\n\ndef synthetic_cases(count=400):\n    rng = random.Random(7)\n    return [Case(hours=rng.uniform(2, 60)) for _ in range(count)]\n"
                ),
            },
            found=("shop/evaluate.py:12", "shop/evaluate.py:6"),
        ),
        Example(
            title="a simulation that somebody asked for, and a helper that asks the system",
            files={
                "shop/costs.py": (
                    "import random\n\n\nclass CostMonitor:\n    def collect(self):\n        if self.demo_mode:\n            return self._simulate_cost()\n        return self._simulated_bill()\n\n"
                    "    def _simulate_cost(self):\n        return random.uniform(1, 2)\n\n    def _simulated_bill(self):\n        return self.client.what_if(self.plan)\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
