"""Which functions of a Python file answer requests: of a route, a socket, a view, a callback of a dashboard."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of
from auditor.facts.route_settings import keyword_of

__all__ = ["Handler", "answers_of", "handlers_of"]

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "route", "api_route", "websocket", "websocket_route"})
_CALLBACKS = frozenset({"callback", "long_callback"})
_METHODS = frozenset({"get", "post", "put", "patch", "delete", "list", "retrieve", "on_get", "on_post"})
_VIEWS = pattern(
    r"^(?:Resource|\w*MethodView|View|TemplateView|JSONWebAPI|APIView|\w*ViewSet|HTTPEndpoint|RequestHandler|\w*Resource|\w*APIView)$"
)
_SERVED_TESTS = pattern(r"(?i)(?:stress|back|speed|walk_?forward|hypothesis)[_-]?tests?(?:ing)?")
_SENDS = frozenset(
    {"send_json", "send_text", "send_str", "emit", "json_response", "jsonify", "JsonResponse", "JSONResponse"}
)
_REGISTERS = frozenset(
    {"add_api_route", "add_route", "add_url_rule", "add_get", "add_post", "re_path", "path", "Route"}
)


@dataclass(frozen=True, slots=True)
class Handler:
    """A function that answers requests: its verbs in lower case, and its path where that is a literal."""

    view: FunctionView
    verbs: frozenset[str]
    path: str

    @property
    def told(self) -> str:
        """What it is called: the path and the qualified name, as one text in which to look for words; a stress test is no test."""
        return _SERVED_TESTS.sub("", f"{self.path} {self.view.qualified}")


@lru_cache(maxsize=2)
def handlers_of(syntax: PythonSyntax) -> tuple[Handler, ...]:
    """The functions of a file that answer requests, in their order."""
    registered = dict(_registered(syntax))
    found = (_handler(view, registered) for view in syntax.functions if not view.is_test)
    return tuple(one for one in found if one is not None)


def answers_of(view: FunctionView) -> Iterator[ast.expr]:
    """What a function answers with: what it gives back or yields, and what it sends through a socket."""
    for one in view.of(ast.Return, ast.Yield):
        if one.value is not None:
            yield one.value
    for call in view.calls:
        if last_name(call.func) in _SENDS:
            yield from call.args
            yield from (one.value for one in call.keywords)


def _handler(view: FunctionView, registered: dict[str, str]) -> Handler | None:
    for one in view.node.decorator_list:
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute | ast.Name):
            found = _decorated(one, view)
            if found is not None:
                return found
    if view.owner is not None and view.name in _METHODS and any(_VIEWS.match(last_name(b)) for b in view.owner.bases):
        return Handler(view, frozenset({view.name.removeprefix("on_")}), view.owner.name)
    if view.owner is None and not view.nested and view.name in registered:
        return Handler(view, frozenset({"get"}), registered[view.name])
    return None


def _decorated(call: ast.Call, view: FunctionView) -> Handler | None:
    """The handler that a decorator makes of a function; None where it makes none."""
    name = last_name(call.func)
    if name in _CALLBACKS and any(_is_output(one) for one in (*call.args, *(word.value for word in call.keywords))):
        return Handler(view, frozenset({"get"}), "")
    first = call.args[0] if call.args else keyword_of(call, "path", "rule")
    if name not in _VERBS or not isinstance(call.func, ast.Attribute) or first is None:
        return None
    path = first.value if isinstance(first, ast.Constant) else ""
    if not isinstance(path, str) or not (path == "" or path.startswith("/")):
        return None
    return Handler(view, _verbs(name, call), path)


def _is_output(node: ast.expr) -> bool:
    """``Output("chart", "figure")`` of Dash, alone or in a list."""
    parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return any(isinstance(one, ast.Call) and last_name(one.func) == "Output" for one in parts)


def _verbs(name: str, call: ast.Call) -> frozenset[str]:
    if name not in ("route", "api_route"):
        return frozenset({name})
    methods = keyword_of(call, "methods")
    listed = methods.elts if isinstance(methods, ast.List | ast.Tuple | ast.Set) else []
    return frozenset(str(one.value).lower() for one in listed if isinstance(one, ast.Constant)) or frozenset({"get"})


def _registered(syntax: PythonSyntax) -> Iterator[tuple[str, str]]:
    """The functions of the file that a call hands to a router: ``app.add_api_route("/rows", rows)``, ``path("rows/", rows)``."""
    for call in nodes_of(syntax.tree, ast.Call):
        if last_name(call.func) in _REGISTERS and len(call.args) > 1:
            path = call.args[0].value if isinstance(call.args[0], ast.Constant) else ""
            yield from ((last_name(one), str(path)) for one in call.args[1:] if isinstance(one, ast.Name))
    for view in syntax.functions:
        if view.parameters[:1] == ("request",) and any(_is_response(one) for one in view.returns):
            yield view.name, ""


def _is_response(back: ast.Return) -> bool:
    """Whether a function gives back an answer of Django or aiohttp."""
    return isinstance(back.value, ast.Call) and last_name(back.value.func) in ("JsonResponse", "json_response")
