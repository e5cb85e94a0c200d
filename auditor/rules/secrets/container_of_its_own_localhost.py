"""AUD347: a container is told that a service runs on localhost, which is the container itself."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.base import ParseFailure
from auditor.facts.compose_file import looks_like_compose
from auditor.facts.mended_yaml import read_meant
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.templates import is_template
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_ADDRESS = pattern(r"^[\"']?[a-z][a-z0-9+.-]*://(?:[^@/\s]*@)?(?:localhost|127\.0\.0\.1):(\d{2,5})(?:[/?]\S*)?[\"']?$")
_HOST = pattern(r"^(?:localhost|127\.0\.0\.1)(?::\d{2,5})?$")
_NAMES_SERVICE = pattern(
    r"(?:DATABASE|POSTGRES\w*|PG|MYSQL|MONGO\w*|REDIS|CACHE|BROKER|CELERY\w*|AMQP|RABBITMQ|KAFKA|ELASTIC\w*|OPENSEARCH|OTEL_EXPORTER\w*|OTLP|JAEGER|ZIPKIN|MINIO|S3|VAULT|"
    r"CONSUL|NATS|QDRANT|WEAVIATE|MILVUS|CHROMA|OLLAMA|INFLUX\w*|CLICKHOUSE|LOKI|PROMETHEUS|PUSHGATEWAY|SMTP|MAIL|NEO4J|ETCD|TEMPORAL|DB)_(?:\w+_)?(?:UR[LI]|HOST|ENDPOINT|DSN|ADDR|ADDRESS|SERVERS?)$|^(?:DATABASE|REDIS|MONGO|BROKER)_UR[LI]$"
)
_OUTSIDE = pattern(
    r"PUBLIC|EXTERNAL|BROWSER|FRONTEND|NEXT_|VITE_|REACT_|ROOT_URL|CALLBACK|REDIRECT|ORIGIN|CORS|DOMAIN|ADVERTISE|LISTEN|BIND|HEALTH"
)


def _check(source: Source) -> Iterator[Hit]:
    if not looks_like_compose(source.file.name) or is_template(source.path):
        return
    try:
        roots = read_meant(source.text).documents
    except ParseFailure:
        return  # the parser of compose files reports it
    root = roots[0] if roots else None
    for key, service in root.mapping("services").pairs if isinstance(root, Mapping) else ():
        if not isinstance(service, Mapping) or service.text("network_mode"):
            continue
        for name, value, line in _environment(service.get("environment")):
            if (
                _NAMES_SERVICE.search(name)
                and not _OUTSIDE.search(name)
                and (_ADDRESS.match(value) or _HOST.match(value))
            ):
                message = f"`{name}` points at localhost, which inside the container is the container itself: nothing else listens there."
                yield Hit(source.path, line, line, message, key.text)


def _environment(node: Node | None) -> Iterator[tuple[str, str, int]]:
    if isinstance(node, Mapping):
        for key, value in node.pairs:
            if isinstance(value, Scalar):
                yield key.text, value.text, value.line
    if isinstance(node, Sequence):
        for item in node.items:
            if isinstance(item, Scalar):
                name, _, text = item.text.partition("=")
                yield name, text, item.line


_SERVICE = "services:\n  api:\n    build: .\n    environment:\n"

RULE = Rule(
    id="AUD347",
    name="container-of-its-own-localhost",
    category=Category.LOCALHOST_ENDPOINT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every service of a composition reach the others by their names?",
    why="The address was copied from a laptop. In the container nothing answers there: traces are lost in silence, or the program does not start.",
    limits="Variables that are named after a database, queue, collector or store, of services in a network of their own. Addresses for browsers and to listen on are left alone.",
    fix="Write the name of the service: `http://collector:4317`.",
    since="0.3.0",
    effort=5,
    reads=frozenset({"compose"}),
    triggers=("localhost", "127.0.0.1"),
    check_file=_check,
    examples=(
        Example(
            title="a collector and a database that are not in the container",
            files={
                "docker-compose.yml": _SERVICE
                + "      OTEL_EXPORTER_OTLP_ENDPOINT: http://localhost:4317\n      DB_HOST: localhost\n"
                "  worker:\n    build: .\n    environment:\n      - REDIS_URL=redis://localhost:6379/0\n"
            },
            found=("docker-compose.yml:10", "docker-compose.yml:5", "docker-compose.yml:6"),
        ),
        Example(
            title="names of services, the network of the machine, and addresses for others",
            files={
                "docker-compose.yml": _SERVICE
                + "      REDIS_URL: redis://cache:6379/0\n      PUBLIC_MINIO_ENDPOINT: http://localhost:9000\n      SITE_URL: http://localhost:8080\n"
                "  agent:\n    image: agent\n    network_mode: host\n    environment:\n      REDIS_URL: redis://localhost:6379/0\n"
            },
        ),
    ),
)
