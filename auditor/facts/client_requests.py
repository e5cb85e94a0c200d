"""Paths that tests and load tests in Python ask the project's own application for, through a client made for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, syntax_of
from auditor.facts.route_pattern import without_query
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "ClientRequest", "ClientRequests"]

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "websocket_connect"})
_IN_PROCESS = pattern(
    r"\bTestClient\(|\.test_client\(|\bASGITransport\(|\bASGIWebSocketTransport\(|AsyncClient\(\s*app=|\bAPIClient\(|AsyncTestClient\("
)
"""What makes a client of an application that runs in the same process: Starlette, Flask, httpx, Django REST, Litestar."""
_MAKES_ROUTES = pattern(
    r"\b(?:FastAPI|Flask|Quart|Starlette|Sanic|APIRouter|Blueprint|Litestar|Router)\(|@\w+\.route\(|\bRoute\(|add_url_rule|urlpatterns|"
    r"dependency_overrides_app|respx|responses\.(?:add|get|post)|requests_mock|aioresponses|httpretty|pytest_httpx|httpx_mock|MockTransport"
)
"""An application of the test's own, or a server that is played."""
_CLIENTS = frozenset({"TestClient", "ASGITransport", "ASGIWebSocketTransport", "AsyncClient", "AsyncTestClient"})
_LOAD_USERS = ("HttpUser", "FastHttpUser", "HttpLocust")
_MISSING = 404
_MEANT_TO_MISS = pattern(
    r"(?i)not_?found|non_?exist|missing|unknown|invalid_(?:path|route|url)|404|no_such|fallback|catch_?all"
)


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class ClientRequest:
    """One path as written, fields of f-strings as ``{}``, its 1-based line and the function that asks."""

    line: int
    path: str
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRequests(Fact):
    """What one file asks for. `makes` where it makes the client itself; `load` where it is a load test.

    `plays` where the file has an application or a server of its own: then neither it nor what its fixtures give
    says anything of the project's routes. `apps` are the dotted names of what it makes clients of.
    """

    kind: ClassVar[str] = "client-requests"
    requests: tuple[ClientRequest, ...]
    makes: bool
    load: bool
    plays: bool
    apps: tuple[str, ...] = ()


def _parse(source: Source) -> ClientRequests | None:
    if b"lient" not in source.data:
        return None
    may_load = any(name.encode() in source.data for name in _LOAD_USERS)
    if source.file.role is not Role.TEST and not may_load:
        return None
    syntax = syntax_of(source)
    load = may_load and any(last_name(base) in _LOAD_USERS for node, _ in syntax.classes for base in node.bases)
    if source.file.role is not Role.TEST and not load:
        return None
    text = source.text
    makes, plays = _IN_PROCESS.search(text) is not None, _MAKES_ROUTES.search(text) is not None
    requests = tuple(sorted({one for view in syntax.functions for one in _requests(view, syntax, load=load)}))
    if not (requests or makes or plays):
        return None
    apps = tuple(sorted(set(_apps(syntax)))) if makes else ()
    return ClientRequests(requests=requests, makes=makes, load=load, plays=plays, apps=apps)


def _apps(syntax: PythonSyntax) -> Iterator[str]:
    """The imported applications that clients are made of: ``TestClient(app)``, ``app.test_client()``, ``ASGITransport(app=app)``."""
    for call in nodes_of(syntax.tree, ast.Call):
        name = last_name(call.func)
        holder: ast.expr | None = None
        if name == "test_client" and isinstance(call.func, ast.Attribute):
            holder = call.func.value
        elif name in _CLIENTS:
            holder = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg == "app"), None)
        dotted = syntax.name_of(holder)
        if "." in dotted:
            yield dotted


def _requests(view: FunctionView, syntax: PythonSyntax, *, load: bool) -> Iterator[ClientRequest]:
    if _MEANT_TO_MISS.search(view.name) or _expects_missing(view):
        return
    for call in view.calls:
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in _VERBS:
            continue
        if not _is_client(call.func.value, syntax, load=load):
            continue
        given = (
            call.args[0]
            if call.args
            else next((one.value for one in call.keywords if one.arg in ("url", "path")), None)
        )
        path = without_query(_text(given))
        if path.startswith("/") and len(path) > 1 and not path.startswith("//"):
            yield ClientRequest(line=call.lineno, path=path, function=view.qualified)


def _is_client(holder: ast.expr, syntax: PythonSyntax, *, load: bool) -> bool:
    if load:
        return syntax.name_of(holder) in ("self.client", "self.user.client", "l.client", "self.locust.client")
    return last_name(holder).lower().endswith("client")


def _expects_missing(view: FunctionView) -> bool:
    """Whether the function wants an answer of 404, and no other."""
    for node in view.of(ast.Compare):
        sides = (node.left, *node.comparators)
        if isinstance(node.ops[0], ast.Eq) and any(_is_missing(one) for one in sides):
            return True
    return any(_is_missing(one) for call in view.calls for one in (*call.args, *(each.value for each in call.keywords)))


def _is_missing(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return node.value == _MISSING
    return "NOT_FOUND" in last_name(node).upper()


def _text(node: ast.expr | None) -> str:
    """The text of a path; the fields of an f-string are open segments, and one that begins with a field is none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return ""


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.PYTHON and file.role in (Role.TEST, Role.SHIPPED, Role.EXAMPLE)


PARSER = Parser(fact=ClientRequests, accepts=_accepts, parse=_parse)
