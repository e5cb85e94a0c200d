"""AUD748: code that asks the project's own server for paths asks for one that no route serves."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.called_paths import CLIENT, CalledPath, CalledPaths
from auditor.facts.client_requests import ClientRequests
from auditor.facts.own_hosts import own_hosts
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.route_table import RouteTable, route_table
from auditor.facts.served_routes import ServedRoutes
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role, SourceFile
from auditor.rules.base import Example, Rule
from auditor.rules.references.asked_paths import says_nothing

__all__ = ["RULE"]

_OWN = pattern(
    r"(?i)^(?:\w+\.)*_?(?:request|(?:(?:api|app|base|backend|server|service|site|staging|target|e2e|smoke|test)_?)*(?:base|url|host|target|server|endpoint|origin|api))$"
)
_SAYS_LITTLE = frozenset({"/", "/metrics", "/docs", "/admin", "/static", "/health"})
"""Paths that many servers have: that this one has them, too, does not tell whose address it is."""
_OF_COPIES = pattern(
    r"(?i)fail_?over|failback|availab|standby|replic|region|balanc|canary|rollout|roll_?back|deploy|release|cutover|switch|disaster|recover|peer|cluster|^ha\b|self_?heal"
)
"""Modules that deal with several copies of the project's own server."""
_INTERNAL = "/internal/"
"""Where servers keep what only their own kind asks for."""
_USERS = pattern(
    r"(?i)(?:^|/)(?:ops|scripts?|tools|bin|deploy|load|perf|e2e|smoke|tests?|__tests__|cli|bench\w*)(?:/|$)|smoke|e2e|load|verify|probe"
)
"""Where programs lie that ask the project's server; in its own code an address is rather that of somebody else."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    table = facts.derive(route_table)
    if not table.serves:
        return
    for file, fact in facts.of(CalledPaths):
        if not _USERS.search(file.path):
            yield from _missing_of_clients(file, fact, table)
            yield from _missing_of_peers(file, fact, table)
            continue
        own = _asks_own(fact, facts)
        for _, asked in _by_address(fact):
            if own or any(_proves(one, table) for one in asked):
                yield from _missing(file, asked, table, own=own)
        yield from _missing_alone(facts, file, fact, table)


def _missing_of_clients(file: SourceFile, fact: CalledPaths, table: RouteTable) -> Iterator[Hit]:
    """Paths where the project's own interface lies that a client anywhere in its code is handed."""
    asked = [one for one in fact.items if one.base == CLIENT and table.is_home(one.path)]
    if asked and (not fact.foreign or any(table.may_serve(one.path.rstrip("/")) for one in asked)):
        yield from _missing(file, asked, table)


def _missing_of_peers(file: SourceFile, fact: CalledPaths, table: RouteTable) -> Iterator[Hit]:
    """Paths behind an address that the project's own code holds for another copy of its server: others behind it are served."""
    if not _OF_COPIES.search(file.path.rpartition("/")[2]):
        return
    proven = {_last(one.base) for one in fact.items if _proves(one, table)}
    for base, asked in _by_address(fact):
        if _last(base) in proven:
            yield from _missing(file, asked, table, severity=Severity.LOW)
        elif not fact.foreign:
            inside = [one for one in asked if one.path.startswith(_INTERNAL)]
            yield from _missing(file, inside, table, own=True, severity=Severity.LOW)


def _by_address(fact: CalledPaths) -> list[tuple[str, list[CalledPath]]]:
    """What is asked for behind each variable that is named as an address of the project's own."""
    found: dict[str, list[CalledPath]] = {}
    for one in fact.items:
        found.setdefault(one.base, []).append(one)
    return [(base, found[base]) for base in sorted(found) if _OWN.search(base)]


def _last(base: str) -> str:
    return base.rpartition(".")[2]


def _missing_alone(facts: RepositoryFacts, file: SourceFile, fact: CalledPaths, table: RouteTable) -> Iterator[Hit]:
    """Paths that stand alone, as in a list of what is to be asked: those where the project's own interface lies."""
    clients = tuple(facts.at(file.path, ClientRequests))
    if any(facts.at(file.path, ServedRoutes)) or any(one.plays for one in clients):
        return
    judged = {one.path for client in clients for one in client.requests}
    told = any(one.base == CLIENT and _proves(one, table) for one in fact.items) and not fact.foreign
    asked = [
        one
        for one in fact.items
        if one.base in ("", CLIENT)
        and (table.is_home(one.path) or (told and one.base == CLIENT and table.is_beside(one.path)))
    ]
    if any(one.makes for one in clients) or any(table.may_serve(one.path.rstrip("/")) for one in asked):
        yield from _missing(file, [one for one in asked if one.path not in judged], table)


def _proves(one: CalledPath, table: RouteTable) -> bool:
    path = one.path.rstrip("/")
    return path not in _SAYS_LITTLE and not path.startswith("/{}") and table.may_serve(path)


def _asks_own(fact: CalledPaths, facts: RepositoryFacts) -> bool:
    """Whether all addresses that the file names are the project's own beyond doubt."""
    hosts = facts.derive(own_hosts)
    return bool(fact.addresses) and all(hosts.of_address(host, port) is not None for host, port in fact.addresses)


def _missing(
    file: SourceFile,
    asked: list[CalledPath],
    table: RouteTable,
    *,
    own: bool = False,
    severity: Severity | None = None,
) -> Iterator[Hit]:
    for one in asked:
        path = one.path.rstrip("/") or "/"
        if (path in _SAYS_LITTLE and not own) or path.startswith("/{}") or says_nothing(path) or table.may_serve(path):
            continue
        beside = "beside which its own routes lie"
        if one.base not in ("", CLIENT):
            beside = "whose own address is asked" if own else "and others that are asked for here are served"
        message = f"No route of the repository serves `{one.path}`, {beside}."
        yield Hit(
            file.path,
            one.line,
            one.line,
            message,
            one.base.removesuffix(CLIENT),
            Severity.LOW if file.role is Role.TEST else severity,
        )


_APP = (
    'import express from "express";\n\nconst app = express();\napp.get("/livez", (req, res) => res.send("ok"));\n'
    'app.post("/orders", (req, res) => res.sendStatus(202));\napp.listen(3000);\n'
)

RULE = Rule(
    id="AUD748",
    name="called-endpoint-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does the server have every path that the project's own tools and end-to-end tests ask it for?",
    why="A check of a release that asks for a path which is not there fails each time, or is written so that it never fails.",
    limits=(
        "Python, JavaScript, TypeScript and Go in folders of tools and tests, and elsewhere paths that a client is handed which lie where several own routes do; paths behind a variable that is named as an address, where another path behind the "
        "same variable is served, or where the file names no address but the project's own. Any prefix of the repository may stand before any route, and routes that are computed may be any."
    ),
    fix="Serve the path, or ask for one that is served.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"called-paths"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="a check of a release, and a journey through a page that was never built",
            files={
                "src/server.ts": _APP,
                "ops/verify.py": (
                    'import requests\n\n\ndef up(base):\n    return requests.get(f"{base}/livez", timeout=5).ok\n\n\n'
                    'def version(base):\n    return requests.get(f"{base}/version", timeout=5).json()["version"]\n'
                ),
                "test/journey.e2e.test.ts": (
                    'import request from "supertest";\n\nit("is stored", async () => {\n  await request(base!).post("/orders").send({}).expect(202);\n'
                    '  await request(base!).get("/orders/open/1").expect(200);\n});\n'
                ),
            },
            found=("ops/verify.py:9", "test/journey.e2e.test.ts:5"),
        ),
        Example(
            title="a check that names the port on which the application listens",
            files={
                "shop/app.py": (
                    'import uvicorn\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/api/v1/health")\ndef health():\n    return {}\n\n\n'
                    'uvicorn.run(app, host="0.0.0.0", port=8000)\n'
                ),
                "scripts/gate.py": (
                    'import httpx\n\n\nclass Gate:\n    def __init__(self, config):\n        self.base_url = config.get("base_url", "http://localhost:8000")\n\n'
                    '    def up(self):\n        return httpx.get(f"{self.base_url}/health").is_success\n\n'
                    '    def stored(self):\n        return httpx.get(f"{self.base_url}/health/db").is_success\n'
                ),
                "scripts/queue.py": 'import httpx\n\nbase_url = "http://localhost:15672"\n\n\ndef up():\n    return httpx.get(f"{base_url}/healthz/ready").is_success\n',
            },
            found=("scripts/gate.py:12", "scripts/gate.py:9"),
        ),
        Example(
            title="a page and a device that ask where the server's own routes lie, and a client of somebody else",
            files={
                "src/server.ts": (
                    'const app = express();\napp.get("/api/v2/orders", list);\napp.get("/api/v2/orders/open", open);\napp.get("/api/v2/stock", stock);\n'
                ),
                "web/Orders.tsx": (
                    'export const load = () => fetch("/api/v2/orders");\nexport const cancel = (id: string) => client.post(`/api/v2/orders/${id}/cancel`);\n'
                ),
                "device/send.go": 'package device\n\nfunc (d *Device) send(ctx context.Context) error {\n\treturn d.post(ctx, "/api/v2/readings", d.body)\n}\n',
                "src/pay.ts": 'const bank = axios.create({ baseURL: "https://api.sparbank.net" });\nexport const pay = () => bank.post("/api/v2/payments", {});\n',
            },
            found=("device/send.go:4", "web/Orders.tsx:2"),
        ),
        Example(
            title="paths in a list, beside routes of the same interface",
            files={
                "src/server.ts": (
                    'const app = express();\napp.get("/api/v2/orders", list);\napp.get("/api/v2/orders/open", open);\napp.get("/api/v2/stock", stock);\napp.use(pages);\n'
                ),
                "ops/probe.py": (
                    'import requests\n\nCHECKS = [\n    "/api/v2/orders/open",\n    "/api/v2/invoices",\n]\n\n\ndef probe(where):\n'
                    "    return [requests.get(where + path, timeout=5).ok for path in CHECKS]\n"
                ),
                "src/menu.ts": 'export const LINKS = ["/api/v2/orders/open", "/api/v2/refunds"];\n',
            },
            found=("ops/probe.py:5",),
        ),
        Example(
            title="another copy of the server that is asked for what only its older version has, and a peer of somebody else",
            files={
                "src/server.ts": (
                    'const app = express();\napp.get("/livez", live);\napp.get("/v1/orders", list);\napp.get("/v1/stock", stock);\n'
                ),
                "src/standby.ts": (
                    "export const alive = (site: Site) => http.get(`${site.base_url}/livez`);\n"
                    "export const lag = (site: Site) => http.get(`${site.base_url}/replication/lag`);\n"
                ),
                "src/bank.ts": "export const lag = (bank: Bank) => http.get(`${bank.base_url}/replication/lag`);\n",
                "ops/verify.py": (
                    "import httpx\n\n\ndef verify(base_url):\n    with httpx.Client(base_url=base_url) as client:\n"
                    '        client.get("/v1/stock")\n        client.get("/v1/ping")\n'
                ),
            },
            found=("ops/verify.py:7", "src/standby.ts:2"),
        ),
        Example(
            title="copies that ask one another for what none of them keeps, and one that asks somebody else",
            files={
                "src/server.ts": _APP,
                "src/cluster.ts": "export const drain = (copy: Copy) => http.post(`${copy.base_url}/internal/drain`, {});\n",
                "src/failover.ts": (
                    'const DNS = "https://dns.example-provider.net";\n'
                    "export const move = (zone: Zone) => http.post(`${zone.base_url}/internal/move`, {});\n"
                ),
            },
            found=("src/cluster.ts:1",),
        ),
        Example(
            title="another server, a path that is meant to miss, and an address of which nothing is served",
            files={
                "src/server.ts": _APP,
                "ops/capacity.py": (
                    'import requests\n\n\ndef load(prometheus, base):\n    requests.get(f"{base}/v2/teams")\n    return requests.get(f"{prometheus}/api/v1/query")\n'
                ),
                "test/routes.test.ts": (
                    'import request from "supertest";\n\nit("answers", async () => {\n  await request(app).post("/orders");\n'
                    '  await request(app).get("/unknown").expect(404);\n});\n'
                ),
            },
        ),
    ),
)
