"""AUD844: whether a pod is ready is asked of the route that only says that it lives, and there is one for readiness."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.kubernetes_containers import KubernetesContainers
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.served_routes import ServedRoutes
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_READY = pattern(r"(?i)(?:^|/)(?:ready|readyz|readiness|is[-_]?ready)/?$")
_LIFE = pattern(r"(?i)(?:^|/)(?:healthz?|livez?|liveness|alive|ping|up|status|_?health(?:check)?)/?$")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    ready = sorted(
        {
            route
            for file, fact in facts.of(ServedRoutes)
            if file.role is Role.SHIPPED
            for route in (*fact.routes, *fact.top)
            if _READY.search(route)
        }
    )
    for file, fact in facts.of(KubernetesContainers) if ready else ():
        for one in fact.containers:
            lives = {probe.path for probe in one.probes if probe.kind == "livenessProbe"}
            for probe in one.probes:
                if probe.kind == "readinessProbe" and probe.path in lives and _LIFE.search(probe.path):
                    message = f"The readiness of {one.name!r} is asked of `{probe.path}`, as its liveness is: `{ready[0]}`, which tells of it, is asked by no probe."
                    yield Hit(file.path, probe.line, probe.line, message, one.name)


RULE = Rule(
    id="AUD844",
    name="readiness-asks-for-life",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the readiness probe ask whether the service is ready?",
    why="`/healthz` answers while the process runs; a pod that has lost its database stays among those that get the traffic, though `/readyz` would have said so.",
    limits="Judged are containers whose readiness and liveness probes ask for one and the same path with a name of life or health, where code of the repository serves a path named for readiness.",
    fix="Let the readiness probe ask for the path of readiness.",
    since="0.6.0",
    effort=5,
    reads=frozenset({"kubernetes-containers", "served-routes"}),
    examples=(
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
