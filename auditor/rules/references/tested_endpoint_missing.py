"""AUD797: a test or load test asks the application for a path that none of its routes serves."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.client_requests import ClientRequest, ClientRequests
from auditor.facts.included_routers import inclusions
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.route_table import RouteTable, route_table
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_MEANT_TO_MISS = pattern(
    r"(?i)non-?_?exist|not-?_?found|missing|invalid|does-?not|unknown|no-such|404|xxx|\.\.|<|example|bogus|wrong|random|fake"
)
_TOO_OPEN = pattern(r"^/\{\}")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    table = facts.derive(route_table)
    if not table.serves:
        return
    makers, players = _folders(facts)
    for file, fact in facts.of(ClientRequests):
        if fact.plays or _is_below(file.path, players) or not (fact.load or fact.makes or _is_below(file.path, makers)):
            continue
        among = _asked(facts, file.path, fact)
        for one in fact.requests:
            if not _is_served(one, table, among):
                message = f"No route of the repository serves `{one.path}`: whatever is asked here, the answer is 404."
                yield Hit(file.path, one.line, one.line, message, one.function, None if fact.load else Severity.LOW)


def _asked(facts: RepositoryFacts, path: str, fact: ClientRequests) -> frozenset[str] | None:
    """The files of the applications that the test makes clients of; None where that is not certain for each."""
    apps = set(fact.apps)
    for file, other in facts.of(ClientRequests):
        if file.name == "conftest.py" and path.startswith(file.path.removesuffix("conftest.py")):
            apps.update(other.apps)
    included = facts.derive(inclusions)
    reached = [included.reached(one) for one in sorted(apps)]
    return frozenset().union(*reached) if reached and all(reached) else None


def _folders(facts: RepositoryFacts) -> tuple[frozenset[str], frozenset[str]]:
    """The folders of the `conftest.py` that make a client of the project, and of those that play an application."""
    made, played = set[str](), set[str]()
    for file, fact in facts.of(ClientRequests):
        if file.name == "conftest.py":
            folder = file.path.removesuffix("conftest.py")
            made.update([folder] if fact.makes else [])
            played.update([folder] if fact.plays else [])
    return frozenset(made), frozenset(played)


def _is_below(path: str, folders: frozenset[str]) -> bool:
    return any(path.startswith(folder) for folder in folders)


def _is_served(one: ClientRequest, table: RouteTable, among: frozenset[str] | None) -> bool:
    path = one.path.rstrip("/")
    if _MEANT_TO_MISS.search(path) or _TOO_OPEN.search(path):
        return True
    return table.may_serve(path, among=among)


_ORDERS = 'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/orders")\n\n\n@router.get("/{order_id}")\ndef order(order_id: int):\n    return order_id\n'
_APP = 'from fastapi import FastAPI\n\nfrom shop.orders import router\n\napp = FastAPI()\napp.include_router(router, prefix="/api/v1")\n'

RULE = Rule(
    id="AUD797",
    name="tested-endpoint-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Do tests and load tests ask the application for paths that it serves?",
    why="A load test of a path that is not there measures how fast the server says 404, and a security test that accepts 404 passes whatever the code does.",
    limits=(
        "Read are the clients of Starlette, FastAPI, Flask, Django REST and Litestar that tests make in their file or in a `conftest.py` above, and "
        "users of Locust. Tests that have an application of their own or play a server, and those that want 404, are left alone; so are repositories whose routes are computed."
    ),
    fix="Ask for the path that is served; assert on an answer that only a working route gives.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"client-requests"}),
    roles=frozenset({Role.TEST, Role.SHIPPED, Role.EXAMPLE}),
    check_repository=_check,
    examples=(
        Example(
            title="a load test and a test that accepts 404, on paths of an earlier version",
            files={
                "shop/orders.py": _ORDERS,
                "shop/app.py": _APP,
                "load/locustfile.py": (
                    "from locust import HttpUser, task\n\n\nclass Buyer(HttpUser):\n    @task\n    def buy(self):\n"
                    '        self.client.get("/api/v1/orders/7")\n        with self.client.post("/api/v1/purchases", catch_response=True) as answer:\n            answer.success()\n'
                ),
                "tests/test_access.py": (
                    "from fastapi.testclient import TestClient\n\nfrom shop.app import app\n\nclient = TestClient(app)\n\n\ndef test_order():\n"
                    '    assert client.get("/api/v1/orders/7").status_code == 200\n\n\ndef test_others():\n'
                    '    assert client.get("/api/v1/accounts/7").status_code in (401, 403, 404)\n'
                ),
            },
            found=("load/locustfile.py:8", "tests/test_access.py:13"),
        ),
        Example(
            title="a prefix of the settings, and an application beside another whose routes cannot be told",
            files={
                "shop/orders.py": _ORDERS,
                "shop/settings.py": 'class Settings:\n    API_PREFIX: str = "/api/v1"\n\n\nsettings = Settings()\n',
                "shop/app.py": _APP.replace('"/api/v1"', "settings.API_PREFIX").replace(
                    "\n\napp", "\nfrom shop.settings import settings\n\napp"
                ),
                "pages.py": "from flask import Flask\n\napp = Flask(__name__)\n\n\ndef add(where, view):\n    app.add_url_rule(where, view_func=view)\n",
                "tests/test_orders.py": (
                    "from fastapi.testclient import TestClient\n\nfrom shop.app import app\n\nclient = TestClient(app)\n\n\ndef test_order():\n"
                    '    assert client.get("/api/v1/orders/7").status_code == 200\n    assert client.get("/api/v2/orders/7").status_code < 500\n'
                ),
                "tests/test_pages.py": 'from pages import app\n\n\ndef test_any():\n    assert app.test_client().get("/anything").status_code\n',
            },
            found=("tests/test_orders.py:10",),
        ),
        Example(
            title="pages that answer everything else, beside an interface of which a load test knows other names",
            files={
                "shop/app.py": (
                    'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/api/v1/orders")\ndef orders():\n    return []\n\n\n'
                    '@app.get("/api/v1/orders/open")\ndef still_open():\n    return []\n\n\n@app.get("/api/v1/stock")\ndef stock():\n    return []\n'
                ),
                "pages.py": 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/<path:name>")\ndef page(name):\n    return name\n',
                "load/locustfile.py": (
                    "from locust import HttpUser, task\n\n\nclass Buyer(HttpUser):\n    @task\n    def look(self):\n"
                    '        self.client.get("/api/v1/bestellungen")\n        self.client.get("/impressum")\n'
                ),
            },
            found=("load/locustfile.py:7",),
        ),
        Example(
            title="paths that are meant to miss, a played server, a client of another service",
            files={
                "shop/orders.py": _ORDERS,
                "shop/app.py": _APP,
                "tests/conftest.py": "import pytest\nfrom fastapi.testclient import TestClient\n\nfrom shop.app import app\n\n\n@pytest.fixture\ndef client():\n    return TestClient(app)\n",
                "tests/test_paths.py": (
                    'def test_served(client):\n    assert client.get(f"/api/v1/orders/{7}").status_code == 200\n\n\n'
                    'def test_no_page(client):\n    assert client.get("/api/v2/orders").status_code == 404\n\n\n'
                    'def test_docs(client):\n    assert client.get("/docs").status_code == 200\n\n\n'
                    'def test_unknown_page(client):\n    assert client.get("/api/v3").status_code in (404, 405)\n'
                ),
                "tests/test_played.py": (
                    "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route('/ping')\ndef ping():\n    return ''\n\n\n"
                    "def test_ping():\n    assert app.test_client().get('/pong').status_code\n"
                ),
                "sdk/tests/test_sdk.py": "def test_sdk(sdk_client):\n    assert sdk_client.get('/v1/things')\n",
            },
        ),
    ),
)
