"""Routes of Python: decorators, calls that add routes, tables of them, and comparisons with the path of a request."""

from __future__ import annotations

import ast

from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import PythonSyntax, nodes_of, syntax_of
from auditor.facts.route_makers import INCLUDES, PREFIX_WORDS, ROUTERS, branches_of, makes_router, prefix_of, routed_by
from auditor.facts.route_pattern import ANY, SETTING
from auditor.facts.route_settings import is_setting, keyword_of, path_settings
from auditor.facts.routes_found import MADE, RoutesFound
from auditor.facts.source import Source

__all__ = ["python_routes"]

_VERBS = frozenset({"get", "post", "put", "delete", "patch", "head", "options", "trace", "websocket", "route", "api_route",
                    "websocket_route", "query", "handle", "endpoint", "custom_route", "action", "expose"})  # fmt: skip
_OFTEN_OPEN = frozenset({"get", "post", "websocket", "route", "api_route"})
_ADDS = frozenset({"add_api_route", "add_route", "add_url_rule", "add_api_websocket_route", "add_websocket_route", "add_get",
                   "add_post", "add_put", "add_delete", "add_view", "Route", "WebSocketRoute", "APIRoute", "URLSpec"})  # fmt: skip
_DJANGO = frozenset({"path", "re_path", "url"})
_MOUNTS = frozenset(
    {"mount", "Mount", "add_static", "mount_gradio_app", "add_subapp", "add_static_files", "StaticFiles"}
)
_APPS = frozenset({"FastAPI", "Flask", "Quart", "Starlette", "Sanic", "Bottle"})
_WITH_OWN_ROUTES = frozenset({"include_router", "APIRouter", "Blueprint", "register_blueprint", "APIBlueprint"})
"""What stands before routes that are all read: the prefix itself answers only where one of them is empty."""
_SHOWN_BY_FRAMEWORK = frozenset(
    {"docs_url", "redoc_url", "openapi_url", "swagger_url", "graphiql_path", "health_path", "metrics_path", "doc"}
)

_WEB = frozenset({"get", "post", "put", "delete", "patch", "view", "static"})
_CALLED = (
    _ADDS | _DJANGO | _WEB | _MOUNTS | ROUTERS
    | {"startswith", "add_resource", "register", "add_api", "add_openapi", "from_openapi"}
)  # fmt: skip
"""The last parts of the names of calls that can tell."""


def python_routes(source: Source, found: RoutesFound) -> None:
    """Gather what a module serves. Raises ParseFailure where it does not parse."""
    syntax = syntax_of(source)
    reader = _Reader(syntax, found, is_server=b"do_GET" in source.data or b"do_POST" in source.data)
    reader.learn_all()
    if reader.is_server and not found.routes and not found.top:
        found.routes.append(ANY)  # it answers whatever the path is


class _Reader:
    """Takes note of the nodes of one module."""

    def __init__(self, syntax: PythonSyntax, found: RoutesFound, *, is_server: bool) -> None:
        self.syntax, self.found, self.is_server = syntax, found, is_server
        self.constants = {
            node.targets[0].id: node.value.value
            for node in syntax.at_top(ast.Assign)
            if isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        }
        found.settings.update(path_settings(syntax))

        self.apps = {
            target.id
            for node in nodes_of(syntax.tree, ast.Assign)
            if isinstance(node.value, ast.Call) and last_name(node.value.func) in _APPS
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        self.routers = {
            last_name(target)
            for node in nodes_of(syntax.tree, ast.Assign)
            if isinstance(node.value, ast.Call) and makes_router(node.value)
            for target in node.targets
        }

    def learn_all(self) -> None:
        """Take account of all nodes."""
        tree = self.syntax.tree
        for node in nodes_of(tree, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
            for one in node.decorator_list:
                self._decorator(one)
        for call in nodes_of(tree, ast.Call):
            if last_name(call.func) in _CALLED:
                self._call(call)
            elif last_name(call.func).endswith("Router"):
                self._router(call, last_name(call.func))
            if call.keywords and not makes_router(call):
                self._handed(keyword_of(call, "prefix", "url_prefix"))
        if any(isinstance(one.value, str) and one.value.startswith("/") for one in nodes_of(tree, ast.Constant)):
            self._learn_paths(tree)

    def _learn_paths(self, tree: ast.Module) -> None:
        """Take account of where texts stand that begin as paths do."""
        for comparison in nodes_of(tree, ast.Compare):
            self._compared([comparison.left, *comparison.comparators])
        for case in nodes_of(tree, ast.MatchValue):
            self._compared([case.value])
        for pair in nodes_of(tree, ast.Tuple):
            if len(pair.elts) > 1 and isinstance(pair.elts[1], ast.Name | ast.Attribute):
                self._compared(pair.elts[:1])
        for table in nodes_of(tree, ast.Dict):
            self._compared([key for key in table.keys if key is not None])
            for key, value in zip(table.keys, table.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in ("prefix", "url_prefix"):
                    self._handed(value)
        for binding in nodes_of(tree, ast.Assign):
            self._assigned(binding)

    def _compared(self, nodes: list[ast.expr]) -> None:
        """Texts that a path is compared with or looked up by; a list of them is, outside of plain servers, one of exemptions."""
        for node in nodes:
            inner = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) and self.is_server else [node]
            for one in inner:
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.startswith("/"):
                    self.found.routes.append(one.value)

    def _assigned(self, node: ast.Assign) -> None:
        """``path = "/users"`` of a controller class."""
        target = node.targets[0]
        name = last_name(target)
        value = node.value
        if name in PREFIX_WORDS and isinstance(value, ast.Constant) and str(value.value).startswith("/"):
            self.found.prefixes.append(str(value.value))
            self.found.routes.append(str(value.value))
            self.found.own.append(str(value.value))

    def _decorator(self, node: ast.expr) -> None:
        if not isinstance(node, ast.Call) or last_name(node.func) not in _VERBS:
            return
        first = node.args[0] if node.args else keyword_of(node, "path", "rule", "url")
        if first is None:
            self.found.routes.append("")
            self.found.bare += 1
            return
        text = self._text(first)
        maker = node.func.value if isinstance(node.func, ast.Attribute) else None
        if isinstance(maker, ast.Name) and maker.id in self.apps:
            self.found.top.append(text)
        elif text != ANY or last_name(node.func) in _OFTEN_OPEN:
            self.found.routes.append(text)
            self.found.bare += maker is None or last_name(maker) not in self.routers

    def _call(self, node: ast.Call) -> None:
        name = last_name(node.func)
        if name in _ADDS and (node.args or node.keywords):
            first = node.args[0] if node.args else keyword_of(node, "path", "rule", "pattern")
            self.found.routes.append(self._text(first) if first is not None else ANY)
        elif name in _DJANGO and len(node.args) > 1 and self.syntax.name_of(node.func).startswith("django"):
            self._django(node)
        elif name in _WEB and self.syntax.name_of(node.func).startswith("aiohttp.web."):
            self.found.routes.append(self._text(node.args[0]) if node.args else ANY)
        elif name in _MOUNTS and node.args:
            path = keyword_of(node, "path") or node.args[0]
            self._mounted(self._text(path), inner=any(one.arg == "routes" for one in node.keywords))
        elif name in ROUTERS:
            self._router(node, name)
        elif name == "startswith" and node.args and self.is_server:
            self._starts(node.args[0])
        else:
            self._special(node, name)

    def _special(self, node: ast.Call, name: str) -> None:
        if name == "add_resource":
            self.found.routes.extend(self._text(one) for one in node.args[1:])
        elif name == "register" and len(node.args) > 1:
            prefix = self._text(node.args[0])
            if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                self.found.routes.append(prefix)
                self.found.everything_below(prefix)
        elif name in ("add_api", "add_openapi", "from_openapi"):
            self.found.routes.append(ANY)

    def _handed(self, value: ast.expr | None) -> None:
        """The prefix that a function is given: one that includes the routers it is handed may put it before them."""
        text = "" if value is None or isinstance(value, ast.Name) else self._text(value)
        if text == ANY or text.startswith(("/", SETTING)):
            self.found.handed.append(text)

    def _mounted(self, text: str, *, inner: bool) -> None:
        self.found.prefix(text)
        self.found.outer.append(text)
        if not inner and text.strip("/"):
            self.found.everything_below(text)

    def _starts(self, node: ast.expr) -> None:
        for one in node.elts if isinstance(node, ast.Tuple) else [node]:
            if (
                isinstance(one, ast.Constant)
                and isinstance(one.value, str)
                and one.value.startswith("/")
                and one.value != "/"
            ):
                self.found.everything_below(one.value)

    def _router(self, node: ast.Call, name: str) -> None:
        shown = [one.value for one in node.keywords if one.arg in _SHOWN_BY_FRAMEWORK]
        self.found.routes.extend(text for one in shown for text in map(self._text, branches_of(one)) if text)
        value = prefix_of(node, name)
        prefix = "" if value is None else self._text(value)
        self._count(node, name, bare=not prefix.strip("/"))
        routed = routed_by(node, name)
        if name in INCLUDES and prefix == ANY and isinstance(value, ast.Name):
            self.found.takes = True
        elif prefix:
            self._put_before(prefix, name)
            self.found.loose.extend([] if self._is_told(name, routed) else [prefix])
        if routed is not None:
            self._included(prefix, routed)

    def _is_told(self, name: str, routed: ast.expr | None) -> bool:
        """Whether it is told which routes a prefix stands before: a router's own, or those of an imported one."""
        if name not in INCLUDES:
            return name in _WITH_OWN_ROUTES
        return "." in self.syntax.name_of(routed) or last_name(routed) in self.routers

    def _put_before(self, prefix: str, name: str) -> None:
        self.found.prefixes.append(prefix)
        if name not in _WITH_OWN_ROUTES:
            self.found.routes.append(prefix)
        if name in _APPS:
            self.found.outer.append(prefix)
        elif name not in INCLUDES:
            self.found.own.append(prefix)

    def _count(self, node: ast.Call, name: str, *, bare: bool) -> None:
        if name in _APPS:
            self.found.app = True
        elif name not in INCLUDES:
            self.found.routers += 1
            self.found.bare += bare
            self.found.router_line = self.found.router_line or node.lineno

    def _included(self, prefix: str, routed: ast.expr) -> None:
        dotted = self.syntax.name_of(routed)
        if isinstance(routed, ast.Call) and "." in (maker := self.syntax.name_of(routed.func)):
            self.found.included.append((prefix, f"{maker}{MADE}"))  # ``create_router()`` of another module
            return
        if dotted.startswith("self.") and last_name(routed) in self.routers:
            return
        if isinstance(routed, ast.Constant) and isinstance(routed.value, str):
            dotted = f"{routed.value}."
        if isinstance(routed, ast.Call) or not dotted:
            self.found.everything_below(prefix)
        elif "." in dotted:
            self.found.included.append((prefix, dotted))

    def _django(self, node: ast.Call) -> None:
        text, view = self._text(node.args[0]), node.args[1]
        if isinstance(view, ast.Call) and last_name(view.func) == "include":
            self.found.prefix(text)
            self.found.outer.append(text)
            first = view.args[0] if view.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                self.found.included.append((text, f"{first.value}."))
            elif isinstance(first, ast.Attribute) and not first.attr.startswith("urls"):
                self.found.everything_below(text)
        elif isinstance(view, ast.Attribute) and view.attr == "urls":
            self.found.everything_below(text)
        else:
            self.found.routes.append(text)

    def _text(self, node: ast.expr) -> str:
        """The text of an expression; ``**`` for what cannot be told of it."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else ""
        if isinstance(node, ast.Name):
            return self.constants.get(node.id, ANY)
        if isinstance(node, ast.Attribute) and is_setting(node.attr):
            return SETTING + node.attr  # ``settings.API_PREFIX``
        if isinstance(node, ast.JoinedStr):
            return "".join(
                self._text(one.value) if isinstance(one, ast.FormattedValue) else self._text(one) for one in node.values
            )
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._text(node.left) + self._text(node.right)
        return ANY
