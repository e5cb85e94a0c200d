"""Routes of JavaScript, TypeScript and Go, read from the calls that make them."""

from __future__ import annotations

from auditor.facts.pattern import Match, pattern
from auditor.facts.route_pattern import ANY
from auditor.facts.routes_found import RoutesFound

__all__ = ["go_routes", "script_routes"]

_VERB = pattern(
    r"(\bawait\s+)?([\w$)\]]+)\s*(?:\?\.|\.)\s*(get|post|put|delete|patch|head|options|all|any|route|ws)\s*(?:<[^>\n]{0,80}>)?\(\s*[\"'`]([^\"'`\n]{0,200})[\"'`]\s*([,)])"
)
_VERB_OF_NAME = pattern(
    r"\b(?:app|router|server|fastify|\w*[rR]outer)\.(?:get|post|put|delete|patch|all|route)\(\s*(?:[A-Za-z_$][\w.$]*\s*,|[A-Za-z_$][\w.$]*\s*\+|\[|/)"
)
_PREFIX = pattern(
    r"\.(use|mount|basePath|prefix|nest|setGlobalPrefix|register|group)\(\s*[\"'`]([^\"'`\n]{0,200})[\"'`]\s*(?:,\s*([\w$.]*))?"
)
_PREFIX_OF_NAME = pattern(
    r"\.(?:use|mount|setGlobalPrefix|basePath)\(\s*(?:[A-Za-z_$][\w.$]*\s*,\s*\w|process\.|config|\[)"
)
_FIELD = pattern(r"\b(url|path|endpoint|route|prefix|basePath)\s*:\s*[\"'`](/[^\"'`\n]{0,200})[\"'`]")
_KEY = pattern(r"[{,\n]\s*[\"'`](?:[A-Z]+ )?(/[^\"'`\n]{0,200})[\"'`]\s*:")
_DECORATOR = pattern(
    r"@(Controller|Get|Post|Put|Delete|Patch|All|Head|Route|WebSocketGateway)\(\s*(?:[\"'`]([^\"'`\n]{0,200})[\"'`])?"
)
_COMPARED = pattern(r"(?:===?|\bcase)\s*[\"'`](/[^\"'`\n]{0,200})[\"'`]")
_STARTS = pattern(r"(?:startsWith\(|HasPrefix\([^,\n]{0,80},)\s*[\"'`](/[^\"'`\n]{0,200})[\"'`]")
_BARE_SERVER = pattern(r"createServer\(\s*(?:async\s*)?(?:\(|function)")
_SERVER = pattern(r"createServer\(|Bun\.serve|Deno\.serve|IncomingMessage")
_MADE_CLIENT = pattern(
    r"\b(\w+)\s*(?::\s*\w+\s*)?=\s*(?:await\s+)?(?:axios|ky|got|ofetch|\$fetch|wretch|supertest|request)\s*(?:\.\s*(?:create|extend|defaults|agent|url)\s*)?\("
)
_CLIENTS = frozenset({"axios", "http", "https", "client", "request", "$http", "ky", "got", "supertest", "page", "cy", "nock", "agent", "fetcher",
                      "apiClient", "httpClient", "instance", "mock", "fetch"})  # fmt: skip
_GO_ROUTE = pattern(
    r"\.(HandleFunc|Handle|GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|Any|All|Get|Post|Put|Delete|Patch|Head|Path|Method|MethodFunc|HandlerFunc|Handler|File|Add)"
    r"\(\s*(?:http\.Method\w+\s*,\s*|\"[A-Z]+\"\s*,\s*)?[\"`](?:[A-Z]+ )?([^\"`\n]{0,200})[\"`]\s*[,)]"
)
_GO_PREFIX = pattern(
    r"\.(Group|Route|Mount|PathPrefix|Static|StaticFS|Party|StripPrefix)\(\s*[\"`]([^\"`\n]{0,200})[\"`]"
)
_GO_OPEN = pattern(
    r"\.(?:HandleFunc|Handle|GET|POST|PUT|Group|Mount|PathPrefix)\(\s*(?:[\"`][^\"`\n]*[\"`]\s*\+|[a-zA-Z_][\w.]*\s*(?:\+|,|\(|\)))"
)
_GO_COMPARED = pattern(r"(?:==|\bcase)\s*[\"`](/[^\"`\n]{0,200})[\"`]")


def script_routes(text: str, found: RoutesFound) -> None:
    """Gather what a JavaScript or TypeScript file serves: Express and its like, Nest, Hono, plain servers."""
    clients = _CLIENTS | {match.group(1) for match in _MADE_CLIENT.finditer(text)}
    for match in _VERB.finditer(text):
        path = match.group(4)
        if _asks(match, clients) or not (path.startswith(("/", "*", "${")) or not path):
            continue
        found.routes.append(path)
    if _VERB_OF_NAME.search(text):
        found.routes.append(ANY)
    for match in _PREFIX.finditer(text):
        found.prefix(match.group(2))
        routed = match.group(3).rpartition(".")[2].lower()
        if match.group(2).strip("/") and not routed.endswith(("router", "routes", "route", "app", "api")):
            found.everything_below(match.group(2))
    if _PREFIX_OF_NAME.search(text):
        found.prefixes.append(ANY)
    _tabled(text, found)
    _decorated(text, found)
    found.routes.extend(match.group(1) for match in _COMPARED.finditer(text))
    if _SERVER.search(text):
        for match in _STARTS.finditer(text):
            found.everything_below(match.group(1))
    if not found.routes and _BARE_SERVER.search(text):
        found.routes.append(ANY)


def _asks(match: Match, clients: frozenset[str]) -> bool:
    """Whether a call asks for a path and serves none: of a client, awaited, or without anything that would answer."""
    unanswered = match.group(5) == ")" and match.group(3) not in ("route", "all", "any", "ws")
    return bool(match.group(1)) or match.group(2) in clients or unanswered


def _tabled(text: str, found: RoutesFound) -> None:
    """Routes given as fields and keys of objects."""
    for match in _FIELD.finditer(text):
        found.prefix(match.group(2))
    found.routes.extend(match.group(1) for match in _KEY.finditer(text))


def _decorated(text: str, found: RoutesFound) -> None:
    for match in _DECORATOR.finditer(text):
        path = match.group(2) or ""
        if match.group(1) in ("Controller", "Route"):
            found.prefix(path)
        else:
            found.routes.append(path)
    if "enableVersioning" in text:
        found.prefixes.append(ANY)


_GO_OF_LIBRARIES = {
    "k8s.io/apiserver/pkg/server": ("/healthz", "/livez", "/readyz"),
    "HealthProbeBindAddress:": ("/healthz", "/readyz"),
    "AddHealthzCheck(": ("/healthz",),
    "AddReadyzCheck(": ("/readyz",),
}
"""What servers of Kubernetes answer by themselves
(https://pkg.go.dev/k8s.io/apiserver/pkg/server, https://pkg.go.dev/sigs.k8s.io/controller-runtime/pkg/manager)."""


def go_routes(text: str, found: RoutesFound) -> None:
    """Gather what a Go file serves: net/http and the routers after its fashion."""
    for match in _GO_ROUTE.finditer(text):
        path = match.group(2)
        is_tree = path.endswith("/") and match.group(1) in ("Handle", "HandleFunc")
        if is_tree:
            found.everything_below(path)
        found.routes.append(path)
    for match in _GO_PREFIX.finditer(text):
        found.prefix(match.group(2))
        if match.group(1) in ("Mount", "PathPrefix", "Static", "StaticFS"):
            found.everything_below(match.group(2))
    for sign, routes in _GO_OF_LIBRARIES.items():
        found.routes.extend(routes if sign in text else ())
    if _GO_OPEN.search(text):
        found.routes.append(ANY)
    found.routes.extend(match.group(1) for match in _GO_COMPARED.finditer(text))
    if "URL.Path" in text:
        for match in _STARTS.finditer(text):
            found.everything_below(match.group(1))
