"""AUD912: a route stands behind one that takes all of its requests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from auditor.facts.python_syntax import syntax_of
from auditor.facts.route_order import PlacedRoute, exclusive_lines, hidden_routes, placed_routes
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FRAMEWORKS = (b"fastapi", b"starlette", b"APIRouter")
_MOST = 100
"""Routes of one scope that are told of."""


def _check(source: Source) -> Iterator[Hit]:
    if not any(one in source.data for one in _FRAMEWORKS):
        return
    syntax = syntax_of(source)
    scopes = [(syntax.module_nodes, ""), *((view.nodes, view.qualified) for view in syntax.functions)]
    for nodes, symbol in scopes:
        routes = placed_routes(nodes)
        apart = exclusive_lines(nodes, routes) if len(routes) > 1 else []
        for one, earlier in islice(hidden_routes(routes), _MOST):
            if not any(earlier.line in first and one.line in second for first, second in apart):
                yield Hit(source.path, one.line, one.line, _message(one, earlier), one.name or symbol)


def _message(one: PlacedRoute, earlier: PlacedRoute) -> str:
    what = f"The router {one.name}" if one.verb == "router" else f"{one.path or '/'}"
    taken = f"{'the mount at ' if earlier.verb == 'mount' else ''}{earlier.path or '/'}"
    return f"{what} is never reached: {taken} (line {earlier.line}) is tried first and takes its requests."


RULE = Rule(
    id="AUD912",
    name="route-never-reached",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Can every route be reached?",
    why="Starlette tries routes in the order in which they were added: `/metrics` that is mounted after the static files at `/` answers 404 to Prometheus, and `/orders/stats` behind `/orders/{id}` looks for an order called `stats`.",
    limits="Judged are routes, mounts and included routers of FastAPI and Starlette that one module or function puts on the same router under literal paths; those that are added elsewhere, and conditions that rule each other out, are left alone.",
    fix="Put the more special route first, and what takes everything last.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="metrics behind the static files, a word behind a parameter, and one path twice",
            files={
                "shop/main.py": (
                    "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/orders/{key}')\ndef order(key): ...\n\n\n@app.get('/orders/stats')\ndef stats(): ...\n\n\n@app.get('/orders/{name}')\ndef again(name): ...\n\n\n"
                    "app.mount('/', StaticFiles(directory='web'))\napp.mount('/metrics', metrics)\napp.include_router(users)\n"
                )
            },
            found=("shop/main.py:10", "shop/main.py:14", "shop/main.py:19", "shop/main.py:20"),
        ),
        Example(
            title="the right order, other verbs, other routers, and branches of which one is run",
            files={
                "shop/main.py": (
                    "from fastapi import APIRouter, FastAPI\n\napp = FastAPI()\nadmin = APIRouter()\n\n\n@app.get('/orders/stats')\ndef stats(): ...\n\n\n@app.get('/orders/{key}')\ndef order(key): ...\n\n\n@app.post('/orders/{key}')\ndef change(key): ...\n\n\n"
                    "@admin.get('/orders/list')\ndef listed(): ...\n\n\n@app.get('/orders/{key}/lines')\ndef lines(key): ...\n\n\n"
                    "if LOCAL:\n    app.mount('/', files)\nelse:\n    app.mount('/web', files)\n"
                ),
                "shop/more.py": (
                    "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get('')\n@router.get('/')\ndef listed(): ...\n\n\n@router.get('/at/{key:int}')\ndef counted(key): ...\n\n\n@router.get('/at/{name}')\ndef named(name): ...\n\n\n"
                    "@router.get('/of/{first}-{last}')\ndef between(): ...\n\n\n@router.get('/of/{name}')\ndef of(name): ...\n\n\n@router.get('/files/{path:path}')\ndef file(path): ...\n\n\n@router.get('/files')\ndef files(): ...\n\n\n"
                    "def serve(app):\n    if app.bare:\n        app.mount('/', files)\n        return\n    app.mount('/web', files)\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
