"""AUD897: a route answers with what it has drawn: a random walk, figures under a fixed seed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.drawn_answers import draws_answered
from auditor.facts.drawn_values import DrawnValues
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_values import UNKNOWN, fold
from auditor.facts.route_handlers import handlers_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_APART = pattern(r"(?i)test|mock|fake|fixture|stub|dummy|demo|example|sandbox|playground")
_MEANT = pattern(
    r"(?i)random|dice|(?:^|[/_-])(?:roll|pick|flip|draw|game|seed)(?:$|[/_-])|lottery|shuffle|quiz|noise|chaos|jitter|token|otp|captcha|password|secret|nonce|sampl|synth|suggest|recommend|quotes?$|joke|avatar|"
    r"load_?test|surprise|login|register|upload|code$|generate_?(?:id|name|key|data)"
)
_MODELS = pattern(r"(?i)simulat|monte|bootstrap|forecast|stochastic")
_CHOICES = frozenset({"choice", "choices", "randbelow", "integers"})
_SIZES = frozenset({"size", "k", "n"})


def _check(source: Source) -> Iterator[Hit]:
    if _APART.search(source.path):
        return
    syntax, drawn = syntax_of(source), DrawnValues.of(source)
    for one in handlers_of(syntax):
        if _APART.search(one.told) or _MEANT.search(one.told):
            continue
        draws = [
            call
            for call in draws_answered(one.view, drawn)
            if _invents(call, one.view, modelled=bool(_MODELS.search(one.told)))
        ]
        if draws:
            seed = _seed(one.view, syntax, draws[0].lineno)
            seeded = " under a seed that is written in the code" if seed else ""
            message = f"{one.view.name} answers with what it draws{seeded}."
            first = min(seed or draws[0].lineno, draws[0].lineno)
            yield Hit(source.path, first, draws[-1].end_lineno or draws[-1].lineno, message, one.view.qualified)


def _invents(call: ast.Call, view: FunctionView, *, modelled: bool) -> bool:
    """Whether a draw stands for a figure: no choice among things, and in a model of something none around what was looked up."""
    if last_name(call.func) in _CHOICES:
        return False
    return not modelled or all(_is_written(one, view) for one in _shape(call))


def _shape(call: ast.Call) -> list[ast.expr]:
    """What a draw is made around: its arguments but for how many are drawn."""
    return [*call.args[:2], *(one.value for one in call.keywords if one.arg not in _SIZES)]


def _is_written(value: ast.expr, view: FunctionView) -> bool:
    return fold(value, Bindings.of(view)) is not UNKNOWN


def _seed(view: FunctionView, syntax: PythonSyntax, before: int) -> int:
    """The line on which a function seeds its draws with a literal; 0 where it does not."""
    lines = [
        call.lineno
        for call in view.calls
        if last_name(call.func) in ("seed", "default_rng", "Random", "RandomState")
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and "rand" in syntax.name_of(call.func).lower()
        and call.lineno <= before
    ]
    return lines[-1] if lines else 0


RULE = Rule(
    id="AUD897",
    name="draws-served",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every route look up what it answers with?",
    why="A curve of the equity that is a random walk under `seed(42)` looks the same each day, and like one; nobody who sees the chart can tell.",
    limits=(
        "Judged are numbers that a route of FastAPI, Flask, Django, aiohttp or Dash draws and answers with, by whatever names they go; choices among things, games, tokens and samples are left alone, and so are "
        "simulations around what was looked up or asked for."
    ),
    fix="Answer with what was stored, or with 501 until something is.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("random", "rand.", "rng"),
    examples=(
        Example(
            title="a walk under a seed, a distribution around nothing, a socket and a view",
            files={
                "shop/routes.py": (
                    "import random\n\nimport numpy as np\nfrom fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
                    "@router.get('/curve')\nasync def curve():\n    np.random.seed(7)\n    rows = []\n    level = 100.0\n    for day in range(90):\n        change = np.random.normal(0, 0.2)\n        level = level + change\n        rows.append({'day': day, 'level': round(level, 2)})\n    return rows\n\n\n"
                    "@router.get('/monte-carlo')\nasync def simulation(runs: int):\n    mean = 0.001\n    ends = np.random.normal(mean, 0.02, runs)\n    return {'worst': float(ends.min())}\n\n\n"
                    "@router.websocket('/live')\nasync def live(websocket):\n    while True:\n        await websocket.send_json({'load': random.uniform(10, 20)})\n"
                ),
                "shop/views.py": (
                    "import random\n\nfrom django.http import JsonResponse\n\n\ndef visitors(request):\n    seen = [random.randint(10, 90) for _ in range(7)]\n    return JsonResponse({'seen': seen})\n"
                ),
            },
            found=("shop/routes.py:11", "shop/routes.py:24", "shop/routes.py:31", "shop/views.py:7"),
        ),
        Example(
            title="what was stored, a simulation around it, jitter and a game",
            files={
                "shop/routes.py": (
                    "import random\n\nimport numpy as np\nfrom fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
                    "@router.get('/curve')\nasync def curve(store):\n    await sleep(random.uniform(0, 1))\n    return await store.rows()\n\n\n"
                    "@router.get('/monte-carlo')\nasync def simulation(store, runs: int):\n    mean, spread = await store.moments()\n    ends = np.random.normal(mean, spread, runs)\n    return {'worst': float(ends.min())}\n\n\n"
                    "@router.get('/dice')\nasync def dice():\n    return {'eyes': random.randint(1, 6)}\n\n\n"
                    "@router.get('/server')\nasync def server(pool):\n    return {'at': random.choice(pool.hosts)}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
