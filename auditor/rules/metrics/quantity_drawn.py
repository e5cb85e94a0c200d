"""AUD227: a function that is named for a quantity draws a random number."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of, gives_metric, is_metric_name
from auditor.facts.drawn_values import DrawnValues
from auditor.facts.invented_values import draws_in
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HONEST = pattern(
    r"(?i)simulat|fake|mock|synth|demo|example|seed|jitter|backoff|noise|augment|fuzz|perturb|bootstrap|explor|random|dummy|generat|game|toy|monte|stochastic|playground|fixture|data_?gen|evol|anneal|genetic|sample_"
)
_QUANTITY = pattern(
    r"(?i)(?:^|_)(?:used|free|usage|load|level|share|percent|percentage|pct|rate|ratio|lag|age|backlog|connections|sessions|requests|errors|temperature|"
    r"pressure|humidity|voltage|power|balance|traffic|utili[sz]ation|consumption|health|score|latency|throughput|count|capacity|remaining|depth|bytes|seconds|ms)$"
)


_SHARE = pattern(
    r"(?i)^\W*(?:the )?(?:share|score|rate|ratio|percentage|fraction|degree|measure|level|accuracy|robustness|similarity|quality|confidence|probability|proportion|how (?:much|many|often|well|far|stable|robust))\b"
)
_PAUSES = pattern(
    r"(?i)delay|pause|wait|sleep|interval|id$|pick|choose|select|shuffle|price|amount|roll|salt|nonce|token|port|color|angle"
)


def _check(source: Source) -> Iterator[Hit]:
    if _HONEST.search(source.path):
        return
    syntax, drawn = syntax_of(source), DrawnValues.of(source)
    for view in syntax.functions:
        if _is_honest(view) or _is_judged_elsewhere(view.name):
            continue
        if _only_draws(view, drawn) or _waits_and_draws(view, syntax, drawn):
            value = view.body[-1]
            message = f"{view.name} draws the number that it gives."
            yield Hit(source.path, value.lineno, value.end_lineno or value.lineno, message, view.qualified)


def _is_honest(view: FunctionView) -> bool:
    """Whether it calls itself a simulation; a class that measures noise does not."""
    return _HONEST.search(view.qualified.replace("Noise", "")) is not None


def _is_judged_elsewhere(name: str) -> bool:
    """Whether AUD205 sees that the function claims to measure."""
    return bool(claims_of(name) & {Claim.MEASURE, Claim.CHECK}) or gives_metric(name) or is_metric_name(name)


def _only_draws(view: FunctionView, drawn: DrawnValues) -> bool:
    """Whether a function takes nothing, is named for a quantity, and is one draw between bounds."""
    named = _QUANTITY.search(view.name) is not None
    read = {one.id for one in view.of(ast.Name) if isinstance(one.ctx, ast.Load)} & set(view.parameters)
    if len(view.body) != 1 or read or not (named or _measures_unread(view)):
        return False
    if view.parameters and not _measures_unread(view):
        return False
    value = view.body[0].value if isinstance(view.body[0], ast.Return) else None
    while isinstance(value, ast.Call) and last_name(value.func) in ("round", "int", "float", "abs") and value.args:
        value = value.args[0]
    part = value.left if isinstance(value, ast.BinOp) and isinstance(value.right, ast.Constant) else value
    return part is not None and drawn.is_draw(part, view)


def _measures_unread(view: FunctionView) -> bool:
    """Whether a function is handed something, reads none of it, and says that it gives a share, score or rate of it."""
    numbers = last_name(view.node.returns) in ("float", "int")
    said = _SHARE.search(view.docstring.partition("\n")[0]) is not None or _QUANTITY.search(view.name) is not None
    return bool(view.parameters) and numbers and said and not _PAUSES.search(view.name)


def _waits_and_draws(view: FunctionView, syntax: PythonSyntax, drawn: DrawnValues) -> bool:
    """Whether a method that is made for a wait lets time pass at most, and gives a number that it draws about one of its own."""
    last = view.body[-1] if view.body else None
    value = last.value if isinstance(last, ast.Return) else None
    if value is None or view.owner is None or not isinstance(view.node, ast.AsyncFunctionDef):
        return False
    if (
        last_name(view.node.returns) not in ("float", "int")
        or _PAUSES.search(view.name)
        or _PAUSES.search(view.owner.name)
    ):
        return False
    draw = draws_in(value, view, drawn)
    given = {one.id for one in own_nodes([value]) if isinstance(one, ast.Name)} & set(view.parameters)
    return draw is not None and not given and all(_is_quiet(one, syntax) for one in view.body[:-1])


def _is_quiet(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    call = value.value if isinstance(value, ast.Await) else value
    return isinstance(call, ast.Call) and (last_name(call.func) == "sleep" or is_log_call(syntax.name_of(call.func)))


RULE = Rule(
    id="AUD227",
    name="quantity-drawn",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every function that is named for a quantity read it?",
    why="A forecast, a panel or an alert on `storage_used()` means nothing where that is a number between two bounds.",
    limits="Judged are functions that take no argument, are named for a quantity and are one draw, and asynchronous methods that give a number, wait at most, and draw it; what calls itself random, a simulation or a sample is left alone.",
    fix="Read the quantity from what has it.",
    since="0.4.0",
    effort=60,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("random", "secrets"),
    examples=(
        Example(
            title="a share of rows that were never looked at",
            files={
                "app/report.py": 'import random\n\n\ndef _robustness(scorer, rows) -> float:\n    """Share of decisions that stay the same."""\n    return random.uniform(0.95, 0.99)\n\n\ndef pick(rows, seed) -> float:\n    return random.uniform(0, 1)\n\n\ndef spread(low, high) -> float:\n    """Share of the range."""\n    return random.uniform(low, high)\n',
            },
            found=("app/report.py:6",),
        ),
        Example(
            title="a quantity that is drawn",
            files={
                "capacity.py": (
                    "import random\n"
                    "\n"
                    "\n"
                    "def volume_used():\n"
                    "    return random.uniform(0.4, 0.6)\n"
                    "\n"
                    "\n"
                    "class Pump:\n"
                    "    def pressure(self):\n"
                    "        return round(random.uniform(2.0, 2.4), 2)\n"
                ),
            },
            found=("capacity.py:10", "capacity.py:5"),
        ),
        Example(
            title="a reading that is drawn after a wait",
            files={
                "station.py": (
                    "import asyncio\nimport random\n\n\nclass SkyNoiseReceiver:\n    async def gain(self, antenna) -> float:\n        await asyncio.sleep(1.5)\n        return 31.7 + random.gauss(0.0, 0.2)\n\n"
                    "    async def level(self) -> float:\n        '''Left to the stations.'''\n\n    async def next_pause(self) -> float:\n        return random.uniform(1, 2)\n\n    async def spread(self, most) -> float:\n        return random.uniform(1, most)\n"
                ),
            },
            found=("station.py:8",),
        ),
        Example(
            title="pauses and choices that are drawn",
            files={
                "retry.py": (
                    "import random\n"
                    "\n"
                    "\n"
                    "def pause():\n"
                    "    return random.uniform(0.4, 0.6)\n"
                    "\n"
                    "\n"
                    "def pick(hosts):\n"
                    "    return random.choice(hosts)\n"
                    "\n"
                    "\n"
                    "def spread_load(least, most):\n"
                    "    return random.uniform(least, most)\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
