"""AUD896: a route or service answers with rows and figures that are written in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.answer_parts import AnswerParts, answer_parts, resolved_answer
from auditor.facts.claims import is_metric_name
from auditor.facts.double_words import STANDS_APART
from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.python_values import is_true
from auditor.facts.route_handlers import Handler, answers_of, handlers_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_APART = pattern(f"(?i){STANDS_APART}|docs?_src|tutorial|sample")
_CHOSEN = pattern(
    r"(?i)config|setting|option|preset|plan(?:s|_|$)|pricing|prices?$|tier|template|schema|openapi|default|catalog|supported|choices|enum|constant|version|manifest|well.?known|"
    r"robots|sitemap|timeframe|interval|models?$|features?$|palette|colou?r|theme|currenc|countr|langu|legend|help|licen[cs]e|swagger|capabilit|parameters?$|presets?|tools?$|menu|faq|about|info$"
)
_IN_FORCE = pattern(
    r"(?i)security|rate_?-?limit|headers|config|settings|policy|policies|retention|backup|encrypt|complian|monitoring|protection|limits|guard|firewall|safety|control"
)
"""What a route is about that tells which settings are in force."""
_ON = pattern(r"(?i)^(?:\w+_)?(?:enabled|active|enforced|is_enabled|is_active|on)$")
_SERVICES = pattern(
    r"(?:Service|Manager|Engine|Client|Provider|Collector|Repository|Monitor|Analy[sz]er|Tracker|Connector|Gateway|API|Api|Fetcher|Dashboard|Integration|Tool|Agent|Feed|Scanner|Aggregator|Orchestrator|Reporter)$"
)
_LOOKS_UP = pattern(
    r"^_*(?:get|fetch|load|collect|query|retrieve|read|list|calculate|compute|analy[sz]e|search|find|check|scan|track)_"
)
_LITERAL = (ast.Constant, ast.Dict, ast.List, ast.Tuple, ast.Load)
_SOME = 6
_LEAST_WORKED = 2
_COUNTED = pattern(
    r"(?i)(?:^|_)(?:online|offline|connected|active|registered|processed|handled|served|delivered|completed|pending|queued|today|total|open|running)(?:_|$)"
)
"""Counts that differ from one moment to the next."""


def _check(source: Source) -> Iterator[Hit]:
    if _APART.search(source.path):
        return
    syntax = syntax_of(source)
    for one in (*handlers_of(syntax), *_services(syntax)):
        if _APART.search(one.told):
            continue
        if "get" in one.verbs and _IN_FORCE.search(one.told):
            yield from _settings(source, one.view, syntax)
        if _CHOSEN.search(one.view.name) or _CHOSEN.search(one.path.rstrip("/")):
            continue
        for value in answers_of(one.view):
            told = _told(value, one.view, syntax)
            if told is not None:
                table, what = told
                message = f"{one.view.name} answers with {what} that the code has written down."
                yield Hit(source.path, table.lineno, table.end_lineno or table.lineno, message, one.view.qualified)
                break


def _services(syntax: PythonSyntax) -> Iterator[Handler]:
    """The methods of services that are named for looking something up."""
    for view in syntax.functions:
        owner = view.owner.name if view.owner is not None else ""
        if not view.is_test and not view.node.decorator_list and _SERVICES.search(owner) and _LOOKS_UP.match(view.name):
            yield Handler(view, frozenset({"call"}), "")


def _settings(source: Source, view: FunctionView, syntax: PythonSyntax) -> Iterator[Hit]:
    """What a route tells of the settings in force, where all of that is literal and something of it is said to be on."""
    for value in answers_of(view):
        table = resolved_answer(value, view, syntax)
        if not isinstance(table, ast.Dict) or answer_parts(table, view, syntax).worked:
            continue
        nodes = list(own_nodes([table]))
        on = [
            key
            for one in nodes
            if isinstance(one, ast.Dict)
            for key, value in keyed(one)
            if _ON.match(key) and is_true(value)
        ]
        plain = all(isinstance(one, _LITERAL) for one in nodes)
        if on and plain and len([one for one in nodes if isinstance(one, ast.Constant)]) >= _SOME:
            message = f"{view.name} tells what is set as the code has it written there, {on[0]}=True included, whatever is in force."
            yield Hit(source.path, table.lineno, table.end_lineno or table.lineno, message, view.qualified)
            return


def _told(value: ast.expr, view: FunctionView, syntax: PythonSyntax) -> tuple[ast.expr, str] | None:
    """The table of an answer that is written down, and what it holds."""
    table = resolved_answer(value, view, syntax)
    if not any(isinstance(one, ast.Dict | ast.List | ast.keyword) for one in own_nodes([table])):
        return None
    answer = answer_parts(table, view, syntax)
    alone = _among_worked(table, answer)
    if alone is not None:
        return alone
    if answer.is_written and not _is_told_elsewhere(table, answer):
        return table, f"{len(answer.figures)} figures"
    if answer.is_well:
        return table, f"{len(answer.states)} good states"
    return None


def _among_worked(table: ast.expr, answer: AnswerParts) -> tuple[ast.expr, str] | None:
    """The one count of a record that is written down, beside others that are worked out: ``"vehicles_online": 1284``."""
    if not isinstance(table, ast.Dict) or len(answer.records) != 1 or answer.worked < _LEAST_WORKED:
        return None
    told = [(key, number) for key, number in answer.figures if _COUNTED.search(key) and number > _SOME]
    if len(answer.figures) != 1 or not told or is_metric_name(told[0][0]):
        return None
    value = next((one for key, one in keyed(table) if key == told[0][0]), table)
    return value, f"the number {told[0][1]:g} as {told[0][0]}"


def _is_told_elsewhere(table: ast.expr, answer: AnswerParts) -> bool:
    """Whether it is one record whose figures are all named as metrics are: AUD204 tells of each."""
    alone = len(answer.records) == 1 and not any(isinstance(one, ast.List) for one in own_nodes([table]))
    return alone and all(is_metric_name(key) for key, _ in answer.figures)


RULE = Rule(
    id="AUD896",
    name="figures-served",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does every route and service look up the figures that it answers with?",
    why="A route `/risk/positions` whose rows stand in its source shows each user the same portfolio, and goes on doing so after the last position is closed.",
    limits=(
        "Judged are answers of routes of FastAPI, Flask, Django, aiohttp and Dash, and of methods of services that are named for looking something up, with three figures or more that are written in the function or its module, and at most half as many values that are worked out, and lists whose records all give a good state. "
        "Of settings it tells where all of an answer on what is in force is literal and says of something that it is on. Plans, prices, schemas and whatever calls itself a mock or an example are left alone."
    ),
    fix="Ask the store or service that knows, or answer 501 until there is one.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a count that is written down beside those that are kept, and a limit",
            files={
                "pages.py": (
                    "from aiohttp import web\n\n\nasync def get_state(request):\n    stats = request.app[DESK].stats\n    return web.json_response(\n        {'received': stats.received, 'stored': stats.kept(), 'vehicles_online': 1284, 'up': round(request.app[DESK].up(), 1)}\n    )\n\n\n"
                    "async def get_other(request):\n    stats = request.app[DESK].stats\n    return web.json_response({'received': stats.received(), 'stored': stats.kept(), 'max_active': 1284})\n"
                )
            },
            found=("pages.py:7",),
        ),
        Example(
            title="rows of a model, a matrix, a table of the module, and controls that are all active",
            files={
                "shop/routes.py": (
                    "from fastapi import APIRouter\n\nrouter = APIRouter()\n_STOCK = [{'item': 'tea', 'left': 412, 'share': 0.31}, {'item': 'salt', 'left': 97, 'share': 0.07}]\n\n\n"
                    "@router.get('/exposure')\nasync def exposure():\n    return [\n        Exposure(item='tea', value=65250.0, share=0.62),\n        Exposure(item='salt', value=35250.5, share=0.38),\n    ]\n\n\n"
                    "@router.get('/links')\nasync def links():\n    return {'items': ['tea', 'salt'], 'matrix': [[1.0, 0.85], [0.85, 1.0], [0.4, 0.31]]}\n\n\n"
                    "@router.get('/stock')\nasync def stock():\n    return _STOCK\n\n\n"
                    "@router.get('/guards')\nasync def guards():\n    return [Guard(id='stop', status='ACTIVE'), Guard(id='cap', status='ACTIVE')]\n"
                ),
                "shop/views.py": (
                    "from django.http import JsonResponse\n\n\ndef revenue(request):\n    rows = [{'day': 'Mon', 'sum': 1290.5}, {'day': 'Tue', 'sum': 1310.25}, {'day': 'Wed', 'sum': 990.75}]\n    return JsonResponse({'rows': rows})\n"
                ),
            },
            found=("shop/routes.py:17", "shop/routes.py:27", "shop/routes.py:4", "shop/routes.py:9", "shop/views.py:6"),
        ),
        Example(
            title="a security that is told and not asked, and one that is asked",
            files={
                "shop/routes.py": (
                    "@router.get('/security/headers')\nasync def security_headers():\n    return {\n        'level': 'standard',\n        'headers': {'X-Frame-Options': 'DENY'},\n        'rate_limiting': {'enabled': True, 'requests_per_minute': 60},\n    }\n\n\n"
                    "@router.get('/security/limits')\nasync def limits():\n    return {'level': settings.level, 'rate_limiting': {'enabled': settings.limited, 'requests_per_minute': 60}}\n"
                )
            },
            found=("shop/routes.py:3",),
        ),
        Example(
            title="a service that falls back on figures, and a builder of them",
            files={
                "shop/risk.py": (
                    "class RiskService:\n    def get_risks(self, desk):\n        found = self.client.ask(desk)\n        if found:\n            return found\n        return {'spread': 0.02, 'worst': 0.31, 'swing': 0.15}\n\n\n"
                    "class Shapes:\n    def get_shape(self):\n        return {'a': 0.02, 'b': 0.31, 'c': 0.15}\n"
                )
            },
            found=("shop/risk.py:6",),
        ),
        Example(
            title="what is looked up, a table of settings, and prices",
            files={
                "shop/routes.py": (
                    "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
                    "@router.get('/exposure')\nasync def exposure(store):\n    return [Exposure(item=one.name, value=one.value, share=one.share) for one in await store.rows()]\n\n\n"
                    "@router.get('/limits')\nasync def limits():\n    return {'max_rows': 512, 'min_share': 0.25, 'timeout': 37.5}\n\n\n"
                    "@router.get('/plans')\nasync def plans():\n    return [{'name': 'small', 'fee': 19.5}, {'name': 'large', 'fee': 49.5}, {'name': 'huge', 'fee': 99.5}]\n\n\n"
                    "@router.get('/none')\nasync def none():\n    return {'rows': [], 'sum': 0.0, 'seen': 0, 'bad': 0}\n"
                )
            },
        ),
    ),
    check_file=_check,
)
