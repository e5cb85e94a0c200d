"""The paths that code answers HTTP requests on, as far as one file tells; servers in languages that are not read may answer any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.route_pattern import ANY, route_pattern
from auditor.facts.routes_code import go_routes, script_routes
from auditor.facts.routes_found import RoutesFound
from auditor.facts.routes_python import python_routes
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "ServedRoutes"]

_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX})
_READ = _SCRIPTS | {Language.GO, Language.PYTHON}
_UNREAD = (
    ".java",
    ".kt",
    ".rb",
    ".php",
    ".cs",
    ".rs",
    ".ex",
    ".exs",
    ".scala",
    ".erl",
    ".clj",
    ".pl",
    ".swift",
    ".fs",
    ".dart",
    ".lua",
    ".cr",
)
_SERVER = pattern(
    r"(?i)axum|actix|rocket|warp::|hyper|tide::|poem|TcpListener|HttpListener|WebApplication|Controller|@Path\(|sinatra|rails|routes?\b|"
    r"HttpServer|ktor|vapor|phoenix|shelf|tonic|servlet|vertx|javalin|_SERVER\[|http4s|akka"
)
_EXPOSES = pattern(
    r"""(?i)start_http_server|start_wsgi_server|instrumentator|PrometheusMetrics\(|django_prometheus|starlette_exporter|prometheus_exporter|"""
    r"""express-prom|prom-bundle|fastify-metrics|nestjs[-/@\w]*prometheus|koa-prometheus|swagger-stats|PrometheusExporter|PrometheusMetricReader|"""
    r"""ginprom|gin-prometheus|echoprometheus|echo-?contrib/prometheus|chi-?prometheus|fiberprometheus|push_to_gateway|aioprometheus|"""
    r"""prometheus[-_]flask|flask[-_]prometheus|prometheus[-_]async|litestar\S*prometheus|MetricsServer|metrics_server|celery_exporter"""
)
"""Libraries that answer ``/metrics`` without a route that names it."""
_ROLES = frozenset({Role.SHIPPED, Role.GENERATED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedRoutes(Fact):
    """Patterns of routes, of prefixes that may stand before them, and prefixes with the module whose routes they are put before.

    `top` are routes of the application itself, before which no router's prefix stands. Of the prefixes, `own` are those of the file's own routers, `outer` those that may stand before everything, `loose`
    those that may stand before the routes of any file. `exposes` where a library answers scrapes of Prometheus by itself.
    `settings` are names that are set to a path here, which a route anywhere may have as a segment.
    `prefixed` where each router of the file has a prefix, so that one of `own` stands before all of its routes; `router_line` is
    the 1-based line of its first router (0: none), `app` tells that it makes an application. `takes` where routers are
    included with a prefix that a function is handed, `handed` what functions are handed as one.
    """

    kind: ClassVar[str] = "served-routes"
    routes: tuple[str, ...]
    top: tuple[str, ...]
    prefixes: tuple[str, ...]
    own: tuple[str, ...]
    outer: tuple[str, ...]
    loose: tuple[str, ...]
    prefixed: bool
    included: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...] = ()
    router_line: int = 0
    app: bool = False
    takes: bool = False
    handed: tuple[str, ...] = ()
    exposes: bool = False


def _accepts(file: SourceFile) -> bool:
    return (file.language in _READ or file.name.endswith(_UNREAD)) and file.role in _ROLES


def _parse(source: Source) -> ServedRoutes | None:
    found = RoutesFound()
    if source.file.name.endswith(_UNREAD):
        found.routes.extend([ANY] if _SERVER.search(source.text) else [])
    elif source.file.language is Language.PYTHON:
        python_routes(source, found)
    elif source.file.language is Language.GO:
        go_routes(source.text, found)
    else:
        script_routes(source.text, found)
    exposes = source.file.language in _READ and _EXPOSES.search(source.text) is not None
    if not (exposes or found.routes or found.top or found.prefixes or found.included or found.settings or found.handed):
        return None
    return ServedRoutes(
        routes=tuple(sorted({route_pattern(one) for one in found.routes})),
        top=tuple(sorted({route_pattern(one) for one in found.top})),
        prefixes=_patterns(found.prefixes),
        own=_patterns(found.own),
        outer=_patterns(found.outer),
        loose=_patterns(found.loose),
        exposes=exposes,
        prefixed=found.routers > 0 and not found.bare,
        included=tuple(sorted({(route_pattern(one), module) for one, module in found.included})),
        settings=tuple(sorted(found.settings.items())),
        router_line=found.router_line,
        app=found.app,
        takes=found.takes,
        handed=_patterns(found.handed),
    )


def _patterns(texts: list[str]) -> tuple[str, ...]:
    return tuple(sorted({route_pattern(one) for one in texts} - {""}))


PARSER = Parser(fact=ServedRoutes, accepts=_accepts, parse=_parse)
