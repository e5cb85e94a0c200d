"""AUD907: a middleware is made around the application and kept aside: no request passes through it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import PythonSyntax, all_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_APPS = frozenset({"app", "application", "asgi_app", "wsgi_app", "fastapi_app", "server", "asgi", "wsgi", "handler"})
_OPENS = ("dispatch", "__call__", "process_request", "handle")
_LOGS = frozenset({"info", "debug", "warning", "print", "error", "exception"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if not view.is_test:
            yield from _hits(source, view.nodes, syntax, view.qualified)
    yield from _hits(source, syntax.module_nodes, syntax, "")


def _hits(source: Source, nodes: Iterable[ast.AST], syntax: PythonSyntax, symbol: str) -> Iterator[Hit]:
    nodes = list(nodes)
    made = [(one, call) for one in nodes if isinstance(one, ast.Assign) and (call := _wrapping(one)) is not None]
    held = any(isinstance(one.targets[0], ast.Attribute) for one, _ in made)
    used = frozenset(name for node in nodes for name in _given_on(node)) if made else frozenset()
    used |= _given_on_anywhere(syntax) if held else frozenset()
    for one, call in made:
        name = last_name(one.targets[0])
        if name.endswith("app") or name in _APPS or name in used or not _is_class(call, syntax):
            continue
        message = f"{last_name(call.func)} is made around the application and only kept: no request passes through it, and what is read of it stays as it began."
        yield Hit(source.path, one.lineno, one.end_lineno or one.lineno, message, symbol)


@lru_cache(maxsize=2)
def _given_on_anywhere(syntax: PythonSyntax) -> frozenset[str]:
    """The same of a whole file: what an object holds may be asked by any of its methods."""
    return frozenset(name for node in all_nodes(syntax.tree) for name in _given_on(node))


def _wrapping(one: ast.Assign) -> ast.Call | None:
    """The middleware that a statement makes of an application."""
    call = one.value
    if not isinstance(call, ast.Call) or not last_name(call.func).endswith("Middleware") or len(one.targets) != 1:
        return None
    given = call.args[0] if call.args else next((word.value for word in call.keywords if word.arg == "app"), None)
    return call if given is not None and last_name(given) in _APPS else None


def _is_class(call: ast.Call, syntax: PythonSyntax) -> bool:
    """Whether it is, as far as can be told, a class of middleware that answers requests itself."""
    own = next((node for node, _ in syntax.classes if node.name == last_name(call.func)), None)
    return own is None or any(
        isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name in _OPENS for one in own.body
    )


def _given_on(node: ast.AST) -> set[str]:
    """The names that a node hands to somebody, gives back, or asks to answer a request."""
    match node:
        case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
            return _names(value)
        case ast.Call(func=func, args=args, keywords=words):
            given = [] if last_name(func) in _LOGS else [*args, *(one.value for one in words)]
            asked = func.value if isinstance(func, ast.Attribute) and func.attr in _OPENS else None
            called = {last_name(func)}
            return called.union(*map(_names, given if asked is None else [*given, asked]))
        case ast.Assign(targets=[target], value=value):
            served = (
                last_name(target) in _APPS or last_name(target).endswith("app") or isinstance(target, ast.Subscript)
            )
            return _names(value) if served else set()
        case _:
            return set()


def _names(value: ast.AST) -> set[str]:
    return {last_name(one) for one in subtree(value) if isinstance(one, ast.Name | ast.Attribute)}


RULE = Rule(
    id="AUD907",
    name="middleware-aside",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every middleware that is made stand in the way of the requests?",
    why="`monitoring = MonitoringMiddleware(app)` makes an object that the server never calls: the counters that the dashboard reads from it are 0 for ever.",
    limits="Judged are objects of classes named as middleware that are made of the application and then handed to nobody, given back by nobody and not bound to the application's name.",
    fix="Add the class with `app.add_middleware`, or serve the object in place of the application.",
    since="0.9.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("middleware(",),
    examples=(
        Example(
            title="a monitor that sees nothing",
            files={
                "shop/parts.py": (
                    "monitor = None\n\n\ndef setup(app):\n    global monitor\n    made = CountingMiddleware(app)\n    monitor = made\n    log.info('monitoring is on')\n"
                )
            },
            found=("shop/parts.py:6",),
        ),
        Example(
            title="middleware that is served, added or given back",
            files={
                "shop/parts.py": (
                    "def setup(app):\n    app.add_middleware(CountingMiddleware)\n    app = StampMiddleware(app)\n    wrapped = QuietMiddleware(app)\n    return wrapped\n\n\n"
                    "def serve(app):\n    outer = StampMiddleware(app)\n    uvicorn.run(outer)\n\n\ndef patch(flask):\n    flask.wsgi_app = ProxyMiddleware(flask.wsgi_app)\n"
                )
            },
        ),
        Example(
            title="what the server is told to load",
            files={
                "shop/asgi.py": "app = FastAPI()\nasgi = StampMiddleware(app)\n",
            },
        ),
        Example(
            title="one that another method asks",
            files={
                "shop/around.py": "class Around:\n    def __init__(self, app):\n        self.inner = StampMiddleware(app)\n\n    async def __call__(self, scope, receive, send):\n        await self.inner(scope, receive, send)\n",
            },
        ),
    ),
    check_file=_check,
)
