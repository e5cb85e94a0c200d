"""AUD896: a route answers with rows and figures that are written in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from auditor.facts.claims import is_metric_name, words_of
from auditor.facts.double_words import STANDS_APART
from auditor.facts.literal_verdicts import keyed
from auditor.facts.metric_literals import number_of
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.route_handlers import answers_of, handlers_of
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
_SETTINGS = pattern(
    r"(?:^|_)(?:max|min|maximum|minimum|limits?|thresholds?|target|timeout|interval|port|version|codes?|status|ids?|page|"
    r"size|per|width|height|lat|lon|lng|latitude|longitude|year|month|day|order|position|priority|rank|index|"
    r"step|window|ttl|retries|level|default|weight|zoom|x|y|color|tier|quota|budget|expires?|ms|expiration|"
    r"created|context|length|duration|age|line|column|row|quantity|qty|retry|after|http)(?:_|$)"
)
_STATES = frozenset({"status", "state", "health", "healthy", "is_healthy", "is_active"})
_GOOD = pattern(r"(?i)^(?:active|healthy|ok|operational|online|running|up|connected|passing|compliant|armed|green)$")
_TIMES = frozenset({"now", "utcnow", "time", "isoformat", "today", "uuid4", "str", "strftime", "timedelta", "hex"})
_PLAIN = frozenset({0, 1, -1, 100})
_LEAST = 3
_ROWS = 2
_MOST_NODES = 20_000


@dataclass(slots=True)
class _Answer:
    """What an answer is made of: the records in it, its figures by their keys, how many are worked out, and the good states."""

    records: list[ast.expr] = field(default_factory=list)
    figures: list[tuple[str, float]] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    open_states: int = 0
    worked: int = 0

    @property
    def is_written(self) -> bool:
        """Whether it gives figures of the code, and fewer that are worked out."""
        telling = [(key, number) for key, number in self.figures if number not in _PLAIN]
        if len(telling) < _LEAST or len({number for _, number in telling}) == 1:
            return False
        return self.worked * 2 < len(telling) and any(_is_fine(number) for _, number in telling)

    @property
    def is_well(self) -> bool:
        """Whether each of several records says of a part that it is well."""
        return len(self.states) >= _ROWS and not self.open_states and not self.worked


def _check(source: Source) -> Iterator[Hit]:
    if _APART.search(source.path):
        return
    syntax = syntax_of(source)
    for one in handlers_of(syntax):
        if _APART.search(one.told) or _CHOSEN.search(one.view.name) or _CHOSEN.search(one.path.rstrip("/")):
            continue
        for value in answers_of(one.view):
            told = _told(value, one.view, syntax)
            if told is not None:
                table, what = told
                message = f"{one.view.name} answers with {what} that the code has written down."
                yield Hit(source.path, table.lineno, table.end_lineno or table.lineno, message, one.view.qualified)
                break


def _told(value: ast.expr, view: FunctionView, syntax: PythonSyntax) -> tuple[ast.expr, str] | None:
    """The table of an answer that is written down, and what it holds."""
    table = _resolved(value, view, syntax)
    if not any(isinstance(one, ast.Dict | ast.List | ast.keyword) for one in own_nodes([table])):
        return None
    answer = _read(table, view, syntax)
    if answer.is_written and not _is_told_elsewhere(table, answer):
        return table, f"{len(answer.figures)} figures"
    if answer.is_well:
        return table, f"{len(answer.states)} good states"
    return None


def _is_told_elsewhere(table: ast.expr, answer: _Answer) -> bool:
    """Whether it is one record whose figures are all named as metrics are: AUD204 tells of each."""
    alone = len(answer.records) == 1 and not any(isinstance(one, ast.List) for one in own_nodes([table]))
    return alone and all(is_metric_name(key) for key, _ in answer.figures)


def _resolved(value: ast.expr, view: FunctionView, syntax: PythonSyntax) -> ast.expr:
    """What stands behind the name of an answer: of the function, or a table of the module."""
    if isinstance(value, ast.Await):
        value = value.value
    if isinstance(value, ast.Call) and len(value.args) == 1 and not _is_record(value):
        value = value.args[0]  # ``jsonify(rows)``, ``JSONResponse(rows)``
    if isinstance(value, ast.Tuple) and value.elts:
        value = value.elts[0]  # ``rows, 200``
    if isinstance(value, ast.Name):
        return Bindings.of(view).only(value.id) or _tables(syntax).get(value.id, value)
    return value


def _is_record(call: ast.Call) -> bool:
    name = last_name(call.func)
    return bool(call.keywords) and name[:1].isupper() and not name.endswith("Response")


@lru_cache(maxsize=2)
def _tables(syntax: PythonSyntax) -> dict[str, ast.expr]:
    """The lists and tables of the module that are bound once, and that nothing in it changes."""
    bound: dict[str, list[ast.expr]] = {}
    for one in syntax.at_top(ast.Assign, ast.AnnAssign):
        target = one.targets[0] if isinstance(one, ast.Assign) else one.target
        if one.value is not None:
            bound.setdefault(last_name(target), []).append(one.value)
    changed = {
        last_name(one.func.value)
        for view in syntax.functions
        for one in view.calls
        if isinstance(one.func, ast.Attribute)
    }
    changed |= {
        last_name(one.value)
        for view in syntax.functions
        for one in view.of(ast.Subscript)
        if not isinstance(one.ctx, ast.Load)
    }
    return {
        name: values[0]
        for name, values in bound.items()
        if len(values) == 1 and name not in changed and isinstance(values[0], ast.List | ast.Dict)
    }


def _read(table: ast.expr, view: FunctionView, syntax: PythonSyntax) -> _Answer:
    """All records of an answer with what they hold."""
    found = _Answer()
    pending: list[tuple[str, ast.expr]] = [("", table)]
    for _ in range(_MOST_NODES):
        if not pending:
            break
        key, value = pending.pop()
        if isinstance(value, ast.Name):
            value = _resolved(value, view, syntax)
        if isinstance(value, ast.Dict):
            found.records.append(value)
            pending += [(name or key, one) for name, one in _entries(value)]
        elif isinstance(value, ast.Call) and _is_record(value):
            found.records.append(value)
            pending += [(word.arg or "", word.value) for word in value.keywords]
        elif isinstance(value, ast.List | ast.Tuple):
            pending += [(key, one) for one in value.elts]
        elif isinstance(value, ast.Call) and last_name(value.func)[:1].isupper() and not value.args:
            pending += [(word.arg or "", word.value) for word in value.keywords]
        else:
            _note(found, key, value)
    return found


def _entries(table: ast.Dict) -> Iterator[tuple[str, ast.expr]]:
    named = dict(keyed(table))
    yield from named.items()
    known = {id(one) for one in named.values()}
    yield from (("", one) for one in table.values if id(one) not in known)


def _note(found: _Answer, key: str, value: ast.expr) -> None:
    """Take account of a value that is neither a record nor a list."""
    number = number_of(value)
    if isinstance(number, int | float) and not isinstance(number, bool):
        if not _SETTINGS.search("_".join(words_of(key))):
            found.figures.append((key, float(number)))
    elif key.lower() in _STATES:
        _note_state(found, value)
    elif not isinstance(value, ast.Constant | ast.JoinedStr) and not _is_time(value):
        found.worked += 1


def _note_state(found: _Answer, value: ast.expr) -> None:
    word = value.value if isinstance(value, ast.Constant) else value.attr if isinstance(value, ast.Attribute) else None
    if word is True or (isinstance(word, str) and _GOOD.match(word)):
        found.states.append(str(word))
    else:
        found.open_states += 1


def _is_time(value: ast.expr) -> bool:
    calls = [one for one in own_nodes([value]) if isinstance(one, ast.Call)]
    return bool(calls) and all(last_name(one.func) in _TIMES for one in calls)


def _is_fine(number: float) -> bool:
    """Whether a number is none that people choose for a setting: it has a fraction, or several digits that are not all noughts."""
    return not number.is_integer() or len(str(int(abs(number))).rstrip("0")) > 1


RULE = Rule(
    id="AUD896",
    name="figures-served",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every route look up the figures that it answers with?",
    why="A route `/risk/positions` whose rows stand in its source shows each user the same portfolio, and goes on doing so after the last position is closed.",
    limits=(
        "Judged are answers of routes of FastAPI, Flask, Django, aiohttp and Dash with three figures or more that are written in the function or its module, and at most half as many values that are worked out, and lists whose records all give a good state. "
        "Settings, plans, prices, schemas and whatever calls itself a mock or an example are left alone."
    ),
    fix="Ask the store or service that knows, or answer 501 until there is one.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
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
