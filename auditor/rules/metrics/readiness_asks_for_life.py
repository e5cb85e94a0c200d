"""AUD844: whether a pod is ready is asked of the route that only says that it lives, and there is one for readiness."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.kubernetes_containers import ContainerSpec, HttpProbe, KubernetesContainers
from auditor.facts.own_containers import own_containers
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.route_pattern import route_pattern, without_query
from auditor.facts.served_routes import ServedRoutes
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_READY = pattern(r"(?i)(?:^|/)(?:ready|readyz|readiness|is[-_]?ready)/?$")
_LIFE = pattern(r"(?i)(?:^|/)(?:healthz?|livez?|liveness|alive|ping|up|status|_?health(?:check)?)/?$")

_PUBLIC = pattern(
    r"^(?:registry\.k8s\.io|k8s\.gcr\.io|mcr\.microsoft\.com|docker\.elastic\.co|quay\.io/(?:prometheus|jetstack|argoproj|keycloak|minio|coreos|strimzi|thanos|cilium)|public\.ecr\.aws|nvcr\.io|gcr\.io/(?:google|cadvisor|kaniko)[\w-]*)/"
    r"|^(?:docker\.io/|ghcr\.io/)?(?:grafana|prom|prometheus|bitnami|library|elastic|opensearchproject|hashicorp|confluentinc|apache|jaegertracing|otel|open-telemetry|minio|keycloak|timberio|fluent|traefik|envoyproxy|istio|linuxserver|qdrant|semitechnologies|chromadb|ollama|vllm|getmeili|clickhouse|victoriametrics|temporalio|n8nio|dgraph|scylladb|timescale|pgvector|mysql|redis|nginxinc|oliver006|prometheuscommunity|argoproj|fluxcd|dexidp|goharbor|sonatype|jenkins|gitea|metabase|neo4j|milvusdb|openpolicyagent)/"
    r"|^(?:docker\.io/)?(?:nginx|redis|valkey|postgres|mysql|mariadb|mongo|rabbitmq|nats|consul|vault|traefik|haproxy|httpd|caddy|memcached|elasticsearch|kibana|logstash|influxdb|telegraf|cassandra|neo4j|registry|sonarqube|keycloak|kong|minio|grafana|prometheus|wordpress|ghost|nextcloud|busybox|alpine|eclipse-mosquitto|zookeeper|couchdb|solr)(?::|@|$)"
)
"""Images that others publish: their probes ask for what those images serve."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    ready = _ready(facts)
    own = {(path, one.name, one.line) for path, one in facts.derive(own_containers)} if ready else set()
    for file, fact in facts.of(KubernetesContainers) if ready else ():
        for one in fact.containers:
            if (file.path, one.name, one.line) not in own and _PUBLIC.search(one.image):
                continue
            for probe in _asks_for_life(one):
                message = f"The readiness of {one.name!r} is asked of `{probe.path}`, as its liveness is: `/{ready[0]}`, which tells of it, is asked by no probe."
                yield Hit(file.path, probe.line, probe.line, message, one.name)


def _ready(facts: RepositoryFacts) -> list[str]:
    """The routes named for readiness that code serves and no probe asks for."""
    every = [one for _, fact in facts.of(KubernetesContainers) for one in fact.containers]
    asked = {end for one in every for path in _paths(one) for end in _ends(route_pattern(without_query(path)))}
    served = [fact for file, fact in facts.of(ServedRoutes) if file.role is Role.SHIPPED]
    routes = {route for fact in served for route in (*fact.routes, *fact.top) if _READY.search(route)}
    return sorted(routes - asked)


def _paths(container: ContainerSpec) -> Iterator[str]:
    """What the probes of a container ask for: the path of a route, or that of an address in a command."""
    yield from (probe.path for probe in container.probes)
    for words, _ in container.probe_commands:
        yield from (part.strip("\"'") for word in words for part in word.split() if "/" in part)


def _ends(path: str) -> Iterator[str]:
    """``api/ready`` and ``ready``: a router's own route may have a prefix before it."""
    parts = path.split("/")
    yield from ("/".join(parts[at:]) for at in range(len(parts)))


def _asks_for_life(container: ContainerSpec) -> Iterator[HttpProbe]:
    """Probes of readiness that ask for the path of life that the probe of liveness asks for."""
    lives = {probe.path for probe in container.probes if probe.kind == "livenessProbe"}
    for probe in container.probes:
        if probe.kind == "readinessProbe" and probe.path in lives and _LIFE.search(probe.path):
            yield probe


RULE = Rule(
    id="AUD844",
    name="readiness-asks-for-life",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the readiness probe ask whether the service is ready?",
    why="`/healthz` answers while the process runs; a pod that has lost its database stays among those that get the traffic, though `/readyz` would have said so.",
    limits="Judged are containers whose readiness and liveness probes ask for one and the same path with a name of life or health, where code of the repository serves a path named for readiness that no probe asks for. Images that others publish are left alone.",
    fix="Let the readiness probe ask for the path of readiness.",
    since="0.6.0",
    effort=5,
    reads=frozenset({"kubernetes-containers", "served-routes"}),
    examples=(
        Example(
            title="an image that others publish, and a route that another probe asks for",
            files={
                "app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/ready')\nasync def ready(db):\n    return await db.ping()\n",
                "deploy/charts.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: charts\nspec:\n  containers:\n    - name: charts\n      image: grafana/grafana:11\n      livenessProbe:\n        httpGet: {path: /api/health, port: 80}\n      readinessProbe:\n        httpGet: {path: /api/health, port: 80}\n",
            },
        ),
        Example(
            title="a route that the probe of one service asks for, which another has no need of",
            files={
                "app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/ready')\nasync def ready(db):\n    return await db.ping()\n",
                "deploy/shop.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: shop\nspec:\n  containers:\n    - name: shop\n      image: acme/shop:1\n      livenessProbe:\n        httpGet: {path: /healthz, port: 80}\n      readinessProbe:\n        httpGet: {path: /ready, port: 80}\n",
                "deploy/work.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: work\nspec:\n  containers:\n    - name: work\n      image: acme/work:1\n      livenessProbe:\n        httpGet: {path: /healthz, port: 80}\n      readinessProbe:\n        httpGet: {path: /healthz, port: 80}\n",
            },
        ),
        Example(
            title="a service that tells whether it is ready, and is not asked",
            files={
                "app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/healthz')\ndef healthz():\n    return {}\n\n\n@app.get('/readyz')\nasync def readyz(db):\n    return await db.ping()\n",
                "deploy/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: web:1\n      livenessProbe:\n        httpGet: {path: /healthz, port: 80}\n      readinessProbe:\n        httpGet: {path: /healthz, port: 80}\n",
            },
            found=("deploy/pod.yaml:12",),
        ),
        Example(
            title="a service that is asked, and one that has one path only",
            files={
                "app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/healthz')\ndef healthz():\n    return {}\n",
                "deploy/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: web:1\n      livenessProbe:\n        httpGet: {path: /healthz, port: 80}\n      readinessProbe:\n        httpGet: {path: /healthz, port: 80}\n",
            },
        ),
    ),
    check_repository=_check,
)
