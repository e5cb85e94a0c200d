"""AUD909: what routes are given to keep, they keep in a variable of the module."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.double_words import STANDS_APART
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.route_handlers import handlers_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_APART = pattern(f"(?i){STANDS_APART}|docs?_src|tutorial|sample|starter|quickstart")
_STORES = pattern(
    r"(?i)(?:^|_)(?:db|database|store|storage|data|repo|repository|table|records)$|^(?:db|store|storage|database|in_?memory)_|in_?memory"
)
_FLEETING = pattern(
    r"(?i)cache|session|conn|socket|client|subscri|listener|limit|rate|lock|metric|counter|stat|task|future|thread|process|queue|buffer|pending|active|running|online|room|channel|attempt|nonce|state|token|otp|code|seen|recent|"
    r"callback|handler|registry|plugin|provider|instance|singleton|loaded|model|engine|window|throttle|block|temp|tmp|progress|event|log|history|watch|flag|config|setting|hit"
)
_MADE = frozenset({"dict", "list", "defaultdict", "OrderedDict", "set"})
_FILLS = frozenset({"append", "extend", "insert", "add", "update", "setdefault"})


def _check(source: Source) -> Iterator[Hit]:
    if _APART.search(source.path):
        return
    syntax = syntax_of(source)
    tables = dict(_tables(syntax))
    for name, line in sorted(_filled(syntax, set(tables)).items() if tables else ()):
        if _FLEETING.search(name) and not _STORES.search(name):
            continue
        at = tables[name]
        severity = None if _STORES.search(name) else Severity.LOW
        message = f"What the routes of this module are given (line {line}) is kept in {name}: it is gone with the process, and each worker has its own."
        yield Hit(source.path, at.lineno, at.lineno, message, name, severity)


def _tables(syntax: PythonSyntax) -> Iterator[tuple[str, ast.stmt]]:
    """The containers that a module makes for itself."""
    for one in syntax.at_top(ast.Assign, ast.AnnAssign):
        target = one.targets[0] if isinstance(one, ast.Assign) else one.target
        value = one.value
        made = isinstance(value, ast.Call) and last_name(value.func) in _MADE and len(value.args) < 2  # noqa: PLR2004 - what it makes of nothing
        if isinstance(target, ast.Name) and (made or isinstance(value, ast.Dict | ast.List)):
            yield target.id, one


def _filled(syntax: PythonSyntax, names: set[str]) -> dict[str, int]:
    """Those that a handler of a changing request puts something into, with the line on which the first does."""
    found: dict[str, int] = {}
    for one in handlers_of(syntax):
        if one.verbs & {"post", "put", "patch"} and not _APART.search(one.told):
            for name, line in _puts(one.view):
                if name in names:
                    found.setdefault(name, line)
    return found


def _puts(view: FunctionView) -> Iterator[tuple[str, int]]:
    """``orders[key] = order``, ``orders.append(order)``."""
    local = {one.id for one in view.of(ast.Name) if isinstance(one.ctx, ast.Store)} - {
        name for one in view.of(ast.Global) for name in one.names
    }
    for one in view.of(ast.Assign):
        for target in one.targets:
            if (
                isinstance(target, ast.Subscript)
                and isinstance(target.value, ast.Name)
                and target.value.id not in local
            ):
                yield target.value.id, one.lineno
    for call in view.calls:
        filled = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr in _FILLS else None
        if isinstance(filled, ast.Name) and filled.id not in local:
            yield filled.id, call.lineno


RULE = Rule(
    id="AUD909",
    name="kept-in-memory",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is what a service is given to keep stored where a restart does not lose it?",
    why="`orders_db = {}` answers every request of the demonstration; the first deployment loses all orders, and two workers show two different lists.",
    limits=(
        "Judged are lists and dictionaries of a module into which a handler of POST, PUT or PATCH puts something, by their names stores, or things that are kept; "
        "caches, sessions, connections, counters and what else may be lost is left alone."
    ),
    fix="Store it in the database that the service has, or say in the interface that nothing is kept.",
    since="0.9.0",
    effort=240,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="orders and users of a module",
            files={
                "shop/routes.py": (
                    "orders_db = {'a': {'item': 'tea'}}\nusers: dict[str, User] = {}\n\n\n@router.post('/orders')\nasync def order(one: Order):\n    orders_db[one.key] = one.model_dump()\n    return one\n\n\n"
                    "@router.post('/users')\nasync def join(one: User):\n    users[one.name] = one\n    return one\n"
                )
            },
            found=("shop/routes.py:1", "shop/routes.py:2"),
        ),
        Example(
            title="a cache, a constant, and a store of its own",
            files={
                "shop/routes.py": (
                    "price_cache = {}\nCOLOURS = {'tea': 'green'}\n\n\n@router.post('/prices')\nasync def price(one: Price):\n    price_cache[one.key] = one\n    orders = {}\n    orders[one.key] = COLOURS[one.key]\n    await store.put(orders)\n    return one\n"
                )
            },
        ),
    ),
    check_file=_check,
)
