"""AUD849: a route works its answer out of numbers in its own code, or a score of what it was sent and such numbers alone."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from auditor.facts.claims import is_target_name
from auditor.facts.double_words import STANDS_APART
from auditor.facts.drawn_values import DrawnValues
from auditor.facts.pattern import pattern
from auditor.facts.python_inside import stays_inside
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, subtree, syntax_of
from auditor.facts.python_values import is_number
from auditor.facts.route_handlers import Handler, answers_of, handlers_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_APART = pattern(
    f"(?i){STANDS_APART}|docs?_src|tutorial|convert|calculator|calculat|format|validate|hash|encode|estimate_?(?:cost|tokens|time)|math|unit|page|schedule|calendar|date|time_?zone|config|setting|health|ping|version"
)
_SCORES = pattern(
    r"(?i)(?:^|_)(?:score|risk|impact|probability|confidence|likelihood|fraud|rating|sentiment|slippage|prediction|predicted\w*|forecast|anomaly|similarity|relevance|quality|credit|estimated_\w+|expected_\w+|projected_\w+)$"
)
_STATE = pattern(
    r"(?i)(?:^|_)(?:value|balance|equity|capital|price|cash|total|revenue|users?|orders|load|level|stock|volume|rate|return|returns|volatility|exposure|portfolio|position|positions|cost|income|profit|traffic|usage)$"
)
_KNOWN = frozenset(dir(builtins))


def _check(source: Source) -> Iterator[Hit]:
    if _APART.search(source.path):
        return
    syntax, drawn = syntax_of(source), DrawnValues.of(source)
    for one in handlers_of(syntax):
        view = one.view
        if _APART.search(one.told) or any(drawn.is_draw(call, view) for call in view.calls):
            continue
        found = list(_from_nothing(one, syntax)) or list(_scores(one, syntax))
        for first, last, message in found:
            yield Hit(source.path, first.lineno, last.end_lineno or last.lineno, message, view.qualified)


def _from_nothing(one: Handler, syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, ast.stmt, str]]:
    """The number that stands for the state of something, up to the last statement that works with it, where the route looks at nothing else."""
    view = one.view
    start = next((bound for bound in view.of(ast.Assign) if _stands_for_state(bound)), None)
    if start is None or not _looks_at_nothing(view, syntax):
        return
    name = last_name(start.targets[0])
    worked = [
        statement
        for statement in view.of(ast.Assign, ast.AugAssign, ast.Expr, ast.Return)
        if statement is not start
        and any(isinstance(part, ast.BinOp) and _reads(part, name) for part in own_nodes([statement]))
    ]
    if worked:
        yield (
            start,
            worked[-1],
            f"{view.name} works its answer out of {name} = {ast.unparse(start.value)}, and looks nothing up.",
        )


def _stands_for_state(bound: ast.Assign) -> bool:
    name = last_name(bound.targets[0])
    return (
        isinstance(bound.targets[0], ast.Name)
        and is_number(bound.value)
        and ast.unparse(bound.value) not in ("0", "1", "0.0", "1.0")
        and _STATE.search(name) is not None
        and not is_target_name(name)
    )


def _reads(node: ast.AST, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in subtree(node))


def _looks_at_nothing(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a function reads nothing but its own names, and what it calls stays inside; parameters of a model may be looked at."""
    own = {one.id for one in view.of(ast.Name) if isinstance(one.ctx, ast.Store)} | set(view.parameters)
    called = {id(part) for call in view.calls for part in own_nodes([call.func])}
    read = [one.id for one in view.of(ast.Name) if isinstance(one.ctx, ast.Load) and id(one) not in called]
    return all(
        name in own or name in _KNOWN or name[:1].isupper() or name in syntax.aliases for name in read
    ) and stays_inside(view, syntax)


def _scores(one: Handler, syntax: PythonSyntax) -> Iterator[tuple[ast.stmt, ast.stmt, str]]:
    """The scores of a function that looks at nothing: each a formula over names of its own and numbers, of which one at least was sent."""
    view = one.view
    if not one.verbs & {"post", "get"}:
        return
    answered = {part.id for value in answers_of(view) for part in own_nodes([value]) if isinstance(part, ast.Name)}
    found = [bound for bound in view.of(ast.Assign) if last_name(bound.targets[0]) in answered and _is_score(bound)]
    if found and _looks_at_nothing(view, syntax):
        for bound in found:
            name = last_name(bound.targets[0])
            yield (
                bound,
                bound,
                f"{view.name} gives {name} as a number of the code times what it was sent, and looks nothing up.",
            )


def _is_score(bound: ast.Assign) -> bool:
    """``risk_score = min(100, value / 100_000 * 50)``."""
    nodes = list(own_nodes([bound.value]))
    numbers = [part for part in nodes if isinstance(part, ast.Constant) and isinstance(part.value, int | float)]
    works = any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mult | ast.Div | ast.Add) for part in nodes)
    names = [part for part in nodes if isinstance(part, ast.Name) and part.id not in _KNOWN]
    return (
        isinstance(bound.targets[0], ast.Name)
        and _SCORES.search(bound.targets[0].id) is not None
        and bool(numbers)
        and works
        and bool(names)
    )


RULE = Rule(
    id="AUD849",
    name="worked-out-in-route",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a route look at anything before it works its answer out?",
    why="A stress test of `portfolio_value = 1000000.0`, and a risk score that is the size of the order times 50, tell nothing of the portfolio; whoever reads the answer takes it for that.",
    limits="Judged are routes that, with all that they call, look at nothing but what they were sent: in them numbers under a name for the state of something with which the answer is worked out, and scores, risks and estimates that are formulas. Calculators, conversions and simulations are left alone.",
    fix="Look up what the answer is about, or say in the interface that it is an example.",
    since="0.9.0",
    effort=180,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a stress test of a constant, and a risk that is a formula",
            files={
                "shop/routes.py": (
                    "@router.get('/stress')\nasync def stress():\n    cases = [{'name': 'crash', 'change': -50.0}]\n    found = []\n    stock_value = 1000000.0\n    for case in cases:\n        loss = stock_value * case['change'] / 100\n        found.append({'case': case['name'], 'loss': loss})\n    return {'cases': found}\n\n\n"
                    "@router.post('/check')\nasync def check(order: Order):\n    size = order.count * order.price\n    risk_score = min(100, size / 100000 * 50)\n    return Verdict(risk_score=risk_score)\n"
                )
            },
            found=("shop/routes.py:15", "shop/routes.py:5"),
        ),
        Example(
            title="what is looked up, and a conversion",
            files={
                "shop/routes.py": (
                    "@router.get('/stress')\nasync def stress():\n    stock_value = await store.value()\n    return {'loss': stock_value * 0.5}\n\n\n"
                    "@router.post('/check')\nasync def check(order: Order):\n    risk_score = order.size * 50 + ledger.open(order.who)\n    return Verdict(risk_score=risk_score)\n\n\n"
                    "@router.get('/convert')\nasync def convert(metres: float):\n    rate = 3.28\n    return {'feet': metres * rate}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
