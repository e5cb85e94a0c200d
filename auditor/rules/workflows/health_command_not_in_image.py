"""AUD485: the health check of an image calls a program that the image does not have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_file import ComposeFile
from auditor.facts.compose_health import health_tests
from auditor.facts.final_stage import FinalStage, final_stage
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ASKS = pattern(r"(?i)CMD(?:-SHELL)?\s+\[?\s*(?:\"(?:/bin/)?(?:ba)?sh\"\s*,\s*\"-c\"\s*,\s*)?\"?(curl|wget|nc|http)\b")
_BARE = {
    "curl": pattern(
        r"^(?:docker\.io/)?(?:library/)?(?:python:[\w.]+-(?:slim|alpine)\S*|python:(?:slim|alpine)\S*|node:[\w.]*-?(?:slim|alpine)\S*|debian:\S*|ubuntu:\S*|alpine(?::\S*)?|golang:\S*alpine\S*|"
        r"busybox\S*|ruby:\S*(?:slim|alpine)\S*|php:\S*alpine\S*|openjdk:\S*(?:slim|alpine)\S*|eclipse-temurin:\S*alpine\S*|redis:\S*|postgres:\S*)$|^gcr\.io/distroless/|^scratch$"
    ),
    "wget": pattern(
        r"^(?:docker\.io/)?(?:library/)?(?:python:[\w.]+-slim\S*|python:slim\S*|node:[\w.]*-?slim\S*|debian:\S*|ubuntu:\S*|ruby:\S*slim\S*|openjdk:\S*slim\S*)$|^gcr\.io/distroless/|^scratch$"
    ),
}
"""Official images that do not bring the program: those made small (Alpine has the wget of busybox)."""


_CALLS = pattern(r"^(?:(?:/bin/|/usr/bin/)?(?:ba)?sh -c )?[\"']?(?:/usr/bin/)?(curl|wget)\s")
_OTHERS = {
    "curl": pattern(
        r"^(?:docker\.io/)?(?:ollama/ollama|redis|postgres|prom/[\w-]+|grafana/(?:loki|tempo|promtail)|jaegertracing/[\w-]+|traefik|qdrant/qdrant|(?:quay\.io/)?keycloak/keycloak|"
        r"(?:hashicorp/)?(?:vault|consul)|nats|caddy|n8nio/n8n|otel/opentelemetry-collector(?:-contrib)?|envoyproxy/envoy:distroless\S*|quay\.io/prometheus/[\w-]+)(?:[:@]|$)"
    ),
    "wget": pattern(
        r"^(?:docker\.io/)?(?:ollama/ollama|qdrant/qdrant|(?:quay\.io/)?keycloak/keycloak|otel/opentelemetry-collector(?:-contrib)?)(?:[:@]|$)"
    ),
}
"""Images of well-known services that come without the program."""


def _composed(source: Source) -> Iterator[Hit]:
    """The health checks that compose gives to services which are made of the image of somebody else."""
    fact = source.fact(ComposeFile)
    images = {one.name: one for one in fact.services} if fact is not None else {}
    for test in health_tests(source) if images else ():
        service, asked = images.get(test.service), _CALLS.search(test.text)
        built = service is not None and any(one.use in ("build", "dockerfile") for one in service.sources)
        if service is None or asked is None or built:
            continue
        name, image = asked.group(1), service.image
        if _BARE[name].search(image) or _OTHERS[name].search(image):
            message = f"The health check calls `{name}`, which `{image}` does not have: the service is never healthy."
            yield Hit(source.path, test.line, test.end_line, message, test.service)


def _check(source: Source) -> Iterator[Hit]:
    yield from _composed(source)
    stage = final_stage(source)
    for one in stage.instructions if stage is not None else ():
        asked = _ASKS.search(one.text) if one.keyword == "HEALTHCHECK" else None
        if asked is None or stage is None:
            continue
        name = asked.group(1).lower()
        bare = _BARE.get(name)
        if bare is not None and bare.search(stage.image) and not _is_brought(name, stage):
            message = f"The health check calls `{name}`, which `{stage.image}` does not have and nothing here installs: the container is never healthy."
            yield Hit(source.path, one.line, one.line, message, "HEALTHCHECK")


def _is_brought(name: str, stage: FinalStage) -> bool:
    """Whether an instruction names the program, or runs a script or a list that may install it."""
    for one in stage.instructions:
        if one.keyword in ("RUN", "COPY", "ADD") and (
            name in one.text or (one.keyword == "RUN" and _OPEN.search(one.text))
        ):
            return True
    return False


_OPEN = pattern(r"\.sh\b|xargs|\$\(|apt-get install[^&;]*\$|apk add[^&;]*\$|\bmake\b|ansible")

RULE = Rule(
    id="AUD485",
    name="health-command-not-in-image",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every program that a health check calls in the image?",
    why="'curl: not found' counts as unhealthy: whatever waits for this container waits for ever, or restarts it without end.",
    limits="HEALTHCHECK of Dockerfiles whose last stage builds on an official image that is known to lack curl or wget; where a script or a list may install more, nothing is said.",
    fix="Install the program, or ask with what the image has (`python -c`, `node -e`, `wget` of busybox).",
    since="0.4.0",
    effort=10,
    reads=frozenset({"dockerfile-copies", "image-health", "compose"}),
    triggers=("healthcheck",),
    check_file=_check,
    examples=(
        Example(
            title="small images without curl",
            files={
                "Dockerfile": "FROM python:3.13-slim AS base\nRUN pip install flask\nFROM base\nCOPY . .\nHEALTHCHECK --interval=30s \\\n  CMD curl -f http://localhost:8000/health || exit 1\n",
                "web/Dockerfile": 'FROM node:22-alpine\nHEALTHCHECK CMD ["curl", "-f", "http://localhost:3000/"]\n',
            },
            found=("Dockerfile:5", "web/Dockerfile:2"),
        ),
        Example(
            title="services of others that compose asks with curl, with what they have, and one that is built",
            files={
                "compose.yml": (
                    'services:\n  model:\n    image: ollama/ollama:latest\n    healthcheck:\n      test: ["CMD", "curl", "-f", "http://localhost:11434/api/tags"]\n'
                    '  watch:\n    image: prom/prometheus:v3\n    healthcheck:\n      test: ["CMD", "wget", "-q", "-O-", "http://localhost:9090/-/healthy"]\n'
                    "  shop:\n    build: .\n    image: redis:7\n    healthcheck:\n      test: curl -f http://localhost:8000/health\n"
                    '  web:\n    image: nginx:1.27\n    healthcheck:\n      test: ["CMD-SHELL", "curl -f http://localhost/ || exit 1"]\n'
                ),
            },
            found=("compose.yml:5",),
        ),
        Example(
            title="programs that are there, or are installed",
            files={
                "Dockerfile": "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y \\\n    curl\nHEALTHCHECK CMD curl -f http://localhost:8000/health\n",
                "web/Dockerfile": "FROM node:22-alpine\nHEALTHCHECK CMD wget -q http://localhost:3000/ || exit 1\n",
                "db/Dockerfile": "FROM python:3.13\nHEALTHCHECK CMD curl -f http://localhost:8000/health\n",
            },
        ),
    ),
)
