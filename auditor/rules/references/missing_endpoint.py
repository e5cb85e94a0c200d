"""AUD787: something asks the project's own server for a path that none of its routes serves."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.endpoint_uses import EndpointUse, endpoint_uses
from auditor.facts.proxied_paths import ProxiedPaths
from auditor.facts.repository import RepositoryFacts
from auditor.facts.route_table import route_table
from auditor.facts.silent_containers import serves_nothing
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.asked_paths import says_nothing
from auditor.rules.references.asked_servers import is_document, is_judged, is_served

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    table = facts.derive(route_table)
    silent = facts.derive(serves_nothing)
    if not table.serves and not silent:
        return
    proxied = tuple(path for _, fact in facts.of(ProxiedPaths) for path in fact.paths)
    served: dict[tuple[str, int], list[tuple[EndpointUse, bool]]] = {}
    for one in facts.derive(endpoint_uses):
        answered = not silent and is_served(one, table, proxied)
        served.setdefault((one.file, one.line), []).append((one, answered or says_nothing(one.path)))
    seen: set[tuple[str, int, str]] = set()
    for uses in served.values():
        for one, answered in uses:
            key = (one.file, one.line, one.path)
            file = facts.by_path.get(one.file)
            if any(found for _, found in uses) or answered or key in seen or not is_judged(file):
                continue
            seen.add(key)
            severity = Severity.LOW if one.said or one.unsure or is_document(file) else None
            yield Hit(
                one.file, one.line, one.line, f"No route of the repository serves `{one.path}`.", one.symbol, severity
            )


_ORDERS = 'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/orders")\n\n\n@router.get("/{order_id}")\ndef order(order_id: int):\n    return order_id\n'
_APP = (
    'from fastapi import FastAPI\n\nfrom shop.orders import router\n\napp = FastAPI()\napp.include_router(router, prefix="/api/v1")\n\n\n'
    '@app.get("/health")\ndef health():\n    return {}\n'
)
_COMPOSE = "services:\n  shop:\n    build: .\n    ports:\n      - '8000:8000'\n  grafana:\n    image: grafana/grafana\n    ports:\n      - '3000:3000'\n"

_PATH = "path"
"""Not written out below, where it would be a path that this module has asked for."""

RULE = Rule(
    id="AUD787",
    name="missing-endpoint",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does the project serve every path that its scripts, health checks and monitoring ask it for?",
    why="A probe of a path that is not there restarts healthy containers or is ignored for good; a check that always fails tells nothing.",
    limits=(
        "Read are routes of Python, JavaScript, TypeScript and Go. Any prefix of the repository may stand before any route, routes that "
        "are computed may be any, and of hosts only those count that are the project's own beyond doubt: ports and services that it builds, and variables named after its server."
    ),
    fix="Ask for a path that is served, or serve it.",
    since="0.1.0",
    effort=30,
    reads=frozenset(
        {
            "shell",
            "github-workflow",
            "gitlab-ci",
            "prometheus",
            "service-addresses",
            "image-health",
            "document-references",
        }
    ),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="the probes that the server of a controller answers by itself, and one that nobody answers",
            files={
                "Dockerfile": 'FROM golang:1.22\nCOPY . .\nCMD ["/watcher"]\n',
                "main.go": (
                    'package main\n\nimport (\n\t"net/http"\n\n\t"k8s.io/apiserver/pkg/server"\n)\n\nfunc main() {\n\thttp.HandleFunc("/names", names)\n\tserver.Run()\n}\n'
                ),
                "docker-compose.yml": "services:\n  watcher:\n    build: .\n    ports:\n      - 8000:8000\n",
                "deploy/check.sh": "#!/bin/sh\ncurl -f http://localhost:8000/livez\ncurl -f http://localhost:8000/begun\n",
            },
            found=("deploy/check.sh:3",),
        ),
        Example(
            title="checks of paths that are served and that are not",
            files={
                "shop/orders.py": _ORDERS,
                "shop/app.py": _APP,
                "docker-compose.yml": _COMPOSE,
                "deploy/check.sh": (
                    "#!/bin/sh\ncurl -f http://localhost:8000/health\ncurl -f http://localhost:8000/api/v1/orders/7?full=1\n"
                    "curl -f http://localhost:8000/api/v1/status\ncurl -f http://localhost:3000/api/teams\ncurl https://example.org/status\n"
                ),
            },
            found=("deploy/check.sh:4",),
        ),
        Example(
            title="asked inside of a container; a client of the page, a router with a prefix that nobody includes, and pages that may be switched off",
            files={
                "shop/app.py": (
                    'from fastapi import FastAPI\n\nfrom shop import settings\n\napp = FastAPI(docs_url="/docs" if settings.DEBUG else None)\n\n\n'
                    '@app.get("/api/v1/health")\ndef health():\n    return {}\n'
                ),
                "shop/tenants.py": (
                    'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/tenants")\n\n\n@router.get("/{tenant}")\ndef tenant(tenant: str):\n    return tenant\n'
                ),
                "web/src/api.ts": (
                    'import axios from "axios";\n\nconst api = axios.create({ baseURL: BASE });\n\n'
                    'export const one = (id: string) => api.get(`${ROOT}/${id}`);\nexport const up = async () => (await backend.get("/ready", {})).data;\n'
                ),
                "docker-compose.yml": _COMPOSE,
                "ops/check.sh": (
                    '#!/bin/bash\nkubectl exec "$POD" -- curl -sf http://localhost:8000/health\ndocker exec shop curl -f localhost:8000/api/v1/health\n'
                    "docker compose exec shop curl -f http://localhost:8000/ready\nkubectl exec deploy/grafana -- curl http://localhost:3000/ready\n"
                ),
            },
            found=("ops/check.sh:2", "ops/check.sh:4"),
        ),
        Example(
            title="routers in routers, one of a class of the project",
            files={
                "shop/kinds.py": "from fastapi import APIRouter\n\n\nclass AdminRouter(APIRouter):\n    pass\n",
                "shop/about.py": 'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/about")\n\n\n@router.get("")\ndef about():\n    return {}\n',
                "shop/admin.py": 'from shop import about\nfrom shop.kinds import AdminRouter\n\nrouter = AdminRouter(prefix="/admin")\nrouter.include_router(about.router)\n',
                "shop/routes.py": 'from fastapi import APIRouter\n\nfrom shop import admin\n\nrouter = APIRouter(prefix="/api")\nrouter.include_router(admin.router)\n',
                "shop/app.py": "from fastapi import FastAPI\n\nfrom shop import routes\n\napp = FastAPI()\napp.include_router(routes.router)\n",
                "docker-compose.yml": _COMPOSE,
                "ops/check.sh": "#!/bin/sh\ncurl -f http://localhost:8000/api/admin/about\ncurl -f http://localhost:8000/api/admin/users\n",
            },
            found=("ops/check.sh:3",),
        ),
        Example(
            title="routers that a function includes with the prefix it is handed",
            files={
                "shop/orders.py": 'from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get("/open")\ndef open_orders():\n    return []\n',
                "shop/routing.py": (
                    "from fastapi import FastAPI\n\nfrom shop.orders import router as orders\n\n\ndef register(app: FastAPI, router, prefix=None):\n    prefix = prefix or ''\n"
                    '    app.include_router(router, prefix=prefix)\n\n\ndef register_all(app):\n    register(app, orders, prefix="/api/orders")\n'
                ),
                "docker-compose.yml": _COMPOSE,
                "ops/check.sh": "#!/bin/sh\ncurl -f http://localhost:8000/api/orders/open\ncurl -f http://localhost:8000/api/v1/open\n",
            },
            found=("ops/check.sh:3",),
        ),
        Example(
            title="a function of the script, a health check and a scrape",
            files={
                "shop/orders.py": _ORDERS,
                "shop/app.py": _APP,
                "docker-compose.yml": _COMPOSE.replace(
                    "    build: .\n",
                    '    build: .\n    healthcheck:\n      test: ["CMD", "curl", "-f", "http://localhost:8000/ready"]\n',
                ),
                "prometheus.yml": "scrape_configs:\n  - job_name: shop\n    metrics_path: /internal/figures\n    static_configs:\n      - targets: ['shop:8000']\n",
                "deploy/check.sh": (
                    '#!/bin/bash\nAPI_URL="${1}"\nprobe() {\n  local path=$1\n  curl -fs "$API_URL$path" || exit 1\n}\n'
                    "probe /health\nprobe /v2/status\n"
                ),
            },
            found=("deploy/check.sh:8", "docker-compose.yml:5", "prometheus.yml:3"),
        ),
        Example(
            title="a route for any name in a module that no application takes in, and a prefix that stands before others",
            files={
                "shop/orders.py": _ORDERS,
                "shop/old.py": _ORDERS.replace('prefix="/orders"', "").replace("order", "thing"),
                "shop/app.py": _APP,
                "docker-compose.yml": _COMPOSE,
                "deploy/check.sh": "#!/bin/sh\ncurl -f http://localhost:8000/api/v1/anything\ncurl -f http://localhost:8000/metrics\n",
            },
            found=("deploy/check.sh:2", "deploy/check.sh:3"),
        ),
        Example(
            title="hosts that variables stand in",
            files={
                "shop/orders.py": _ORDERS,
                "shop/app.py": _APP,
                ".github/workflows/deploy.yml": (
                    'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          curl -sf "http://$ENDPOINT/ready"\n'
                    '          curl -sf "https://api.${DOMAIN}/api/v1/orders/7"\n          curl -sf "http://$VAULT_HOST/ready"\n'
                ),
            },
            found=(".github/workflows/deploy.yml:7",),
        ),
        Example(
            title="a program that is started and answers nothing",
            files={
                "pyproject.toml": '[project]\nname = "stock-watcher"\n',
                "Dockerfile": 'FROM python:3.12\nCOPY . .\nCMD ["python", "watch.py"]\n',
                "watch.py": "import time\n\nwhile True:\n    time.sleep(60)\n",
                "k8s/watcher.yaml": (
                    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: watcher\nspec:\n  template:\n    metadata:\n      annotations:\n        prometheus.io/path: /metrics\n"
                    "    spec:\n      containers:\n        - name: watcher\n          image: registry.example.org/stock-watcher:1.0\n          livenessProbe:\n            httpGet:\n"
                    "              path: /healthz\n              port: 8080\n        - name: proxy\n          image: envoyproxy/envoy:v1.30\n          livenessProbe:\n"
                    "            httpGet:\n              path: /ready\n              port: 9901\n"
                ),
                "docs/operations.md": "# Operations\n\n- Liveness: `GET /healthz`\n",
            },
            found=("docs/operations.md:3", "k8s/watcher.yaml:16", "k8s/watcher.yaml:9"),
        ),
        Example(
            title="ports that nothing tells of: that of applications, that of a registry of images, and that of a cluster's interface",
            files={
                "shop/orders.py": _ORDERS,
                "shop/app.py": _APP,
                "ops/check.sh": (
                    "#!/bin/sh\ncurl -f http://localhost:8000/api/v1/stock\ncurl -f http://localhost:5000/v2/_catalog\n"
                    "curl -f http://localhost:5000/v2/shop/tags/list\ncurl -f http://localhost:8001/api/v1/namespaces\ncurl -f http://localhost:8001/livez\n"
                ),
            },
            found=("ops/check.sh:2",),
        ),
        Example(
            title="checks in the description of infrastructure, and what documents tell",
            files={
                "shop/orders.py": _ORDERS,
                "shop/app.py": _APP,
                "infra/main.tf": f'resource "aws_lb_target_group" "shop" {{\n  health_check {{\n    {_PATH} = "/livez"\n  }}\n}}\n',
                "render.yaml": f"services:\n  - type: web\n    name: shop\n    healthCheck{_PATH.title()}: /health\n",
                "docs/api.md": (
                    "# Interface\n\n| `GET /health` | state |\n| `GET /api/v1/orders/{id}` | one order |\n| `GET /api/v1/orders/{id}/parcels/{parcel}` | where it is |\n"
                    "| `GET /api/v1/refunds` | planned |\n\nAsk `https://shop.example.com/health/deep` for more.\n"
                ),
            },
            found=("docs/api.md:5", "docs/api.md:8", "infra/main.tf:3"),
        ),
        Example(
            title="the commands of a runbook, and the public name of the server in a variable",
            files={
                "shop/orders.py": _ORDERS,
                "shop/app.py": _APP,
                "docker-compose.yml": _COMPOSE,
                "docs/runbook.md": (
                    "# Runbook\n\n```bash\ncurl -X POST http://localhost:8000/api/v1/freeze\ncurl http://localhost:8000/api/v1/orders/7 | jq\n"
                    "curl http://localhost:3000/api/teams\n```\n"
                ),
                "ops/open.sh": '#!/bin/sh\nAPI="${SHOP_API:-https://desk.example.com}"\ncurl -X POST "${API}/api/v1/shelves"\ncurl "${API}/api/v1/orders/7"\n',
                "docs/failover.md": "# Failover\n\nCall `POST /internal/failover` on the standby.\n",
                "docs/changelog.md": "```bash\ncurl http://localhost:8000/api/v1/old\n```\n",
            },
            found=("docs/failover.md:3", "docs/runbook.md:4", "ops/open.sh:3"),
        ),
        Example(
            title="the steps of a runbook",
            files={
                "shop/orders.py": _ORDERS,
                "shop/app.py": _APP,
                "runbooks/rollback.yml": (
                    "steps:\n  - name: list\n    api_endpoint: /api/v1/orders/{order_id}\n  - name: notify\n    api_endpoint: /api/v1/notifications/send\n"
                    "  - name: other\n    endpoint: https://example.org/api/v1/send\n"
                ),
            },
            found=("runbooks/rollback.yml:5",),
        ),
        Example(
            title="an address in a variable, behind the proxy of this machine, which hands the whole interface on",
            files={
                "shop/orders.py": _ORDERS
                + '\n\n@router.get("/open")\ndef still_open():\n    return []\n\n\n@router.get("/late")\ndef late():\n    return []\n',
                "shop/app.py": _APP,
                "nginx.conf": "server {\n  location /api/ {\n    proxy_pass http://shop;\n  }\n}\n",
                "deploy/watch.sh": '#!/bin/sh\nCHECK_URL="http://localhost/api/v1/health/ping"\nLIST="http://localhost/api/v1/orders/open"\ncurl -f "$CHECK_URL"\ncurl -f "$LIST"\n',
            },
            found=("deploy/watch.sh:2",),
        ),
        Example(
            title="routes under a prefix that is computed, and a proxy's own paths",
            files={
                "shop/orders.py": _ORDERS,
                "shop/app.py": _APP.replace('"/api/v1"', "settings.prefix"),
                "nginx.conf": "server {\n  location /edge {\n    return 200;\n  }\n}\n",
                "docker-compose.yml": _COMPOSE,
                "deploy/check.sh": "#!/bin/sh\ncurl -f http://localhost:8000/any/orders/7\ncurl -f $API_URL/edge/up\ncurl -f $GITHUB_API_URL/meta\n",
            },
        ),
    ),
)
