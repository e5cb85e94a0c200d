"""AUD614: Prometheus scrapes, or sends alerts to, a host that nothing in its composition is."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.compose_file import ComposeFile
from auditor.facts.kubernetes_names import KubernetesNames
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile, Target
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_HOST = pattern(r"^([A-Za-z][A-Za-z0-9_\-]*):(\d{2,5})$")
_COMMON = frozenset({"prometheus", "grafana", "alertmanager"})
"""Names of services that are called so everywhere: they do not tell which composition is meant."""
_LOCAL = frozenset({"localhost"})
_NO_HTTP = {
    5432: "PostgreSQL",
    6379: "Redis",
    3306: "MySQL",
    27017: "MongoDB",
    5672: "AMQP",
    9042: "Cassandra",
    11211: "memcached",
}
_EXPORTERS = {
    9104: "MySQL",
    9113: "nginx",
    9114: "Elasticsearch",
    9117: "Apache",
    9121: "Redis",
    9127: "PgBouncer",
    9150: "memcached",
    9187: "PostgreSQL",
    9216: "MongoDB",
    9308: "Kafka",
}
"""The ports of exporters, which stand beside what they tell of: https://github.com/prometheus/prometheus/wiki/Default-port-allocations."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    hosts, plain = facts.derive(_composed), facts.derive(_without_exporter)
    for file, fact in facts.of(PrometheusFile):
        if not fact.is_config or file.language is not Language.YAML:
            continue
        composed = bool(hosts) and (_runs_here(file.path, facts) or _is_meant(fact, hosts))
        for role, target in _targets(fact):
            why = _why(target, hosts if composed else None, plain)
            if why:
                yield Hit(file.path, target.line, target.line, f"{role} {target.text!r}, {why}.")


def _targets(fact: PrometheusFile) -> Iterator[tuple[str, Target]]:
    for job in fact.jobs:
        if job.metrics_path is not None and job.metrics_path.text == "/probe":
            continue  # what an exporter is to look at: the job itself asks the exporter
        yield from ((f"The job `{job.name}` scrapes", one) for one in job.targets)
    yield from (("Alerts are sent to", one) for one in fact.alertmanagers)
    yield from (("Targets are asked through", one) for one in fact.askers)
    yield from (("Samples are kept at", one) for one in fact.stores)


def _is_meant(fact: PrometheusFile, hosts: frozenset[str]) -> bool:
    """Whether the configuration is for the composition at hand, mounted or not: it scrapes a service of it by its name."""
    found = [_HOST.match(one.text) for job in fact.jobs if not job.dynamic for one in job.targets]
    return any(match is not None and match.group(1) in hosts - _COMMON for match in found)


def _why(target: Target, hosts: frozenset[str] | None, plain: frozenset[str]) -> str:
    found = _HOST.match(target.text)
    if found is None or found.group(1).lower() in _LOCAL:
        return ""
    protocol = _NO_HTTP.get(int(found.group(2)))
    if protocol:
        return f"the port of {protocol}, which gives no metrics: an exporter has to stand in between"
    exporter = _EXPORTERS.get(int(found.group(2)))
    if exporter and found.group(1) in plain:
        return f"the port of the exporter for {exporter}, and the image of this service holds no exporter"
    if hosts is not None and found.group(1) not in hosts:
        return "and no service of the composition has this name"
    return ""


def _composed(facts: RepositoryFacts) -> frozenset[str]:
    """Every name by which a service of a compose file, or of Kubernetes, is reached; none where a file could not be read."""
    found: set[str] = set()
    for _, fact in facts.of(ComposeFile):
        if fact.unread or fact.includes:
            return frozenset()
        found.update(name for one in fact.services for name in (one.name, one.container, *one.aliases) if name)
    found.update(one.name for _, fact in facts.of(KubernetesNames) for one in fact.resources)
    return frozenset(found)


def _without_exporter(facts: RepositoryFacts) -> frozenset[str]:
    """The services whose image, wherever they are composed, is somebody's and named after no exporter."""
    held: dict[str, set[str]] = {}
    for _, fact in facts.of(ComposeFile):
        for service in fact.services:
            built = any(one.use == "build" for one in service.sources)
            held.setdefault(service.name, set()).add("" if built else service.image.lower())
    return frozenset(
        name
        for name, images in held.items()
        if all(image and "export" not in image and "$" not in image for image in images)
    )


def _runs_here(path: str, facts: RepositoryFacts) -> bool:
    """Whether a compose file mounts this very configuration: then its services are all that there is."""
    return any(
        source.use == "mount"
        and f"/{path}".endswith("/" + source.path.lstrip("./"))
        and path.rpartition("/")[2] in source.path
        for _, fact in facts.of(ComposeFile)
        for service in fact.services
        for source in service.sources
    )


def _files(target: str) -> dict[str, str]:
    return {
        "compose.yml": "services:\n  shop:\n    build: .\n  prometheus:\n    image: prom/prometheus\n    volumes:\n      - ./prometheus.yml:/etc/prometheus/prometheus.yml\n",
        "prometheus.yml": f"alerting:\n  alertmanagers:\n    - static_configs:\n        - targets: ['alertmanager:9093']\nscrape_configs:\n  - job_name: shop\n    static_configs:\n      - targets: ['{target}']\n",
    }


RULE = Rule(
    id="AUD614",
    name="scraped-host-unknown",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Is there a service behind each host that Prometheus is told of?",
    why="A target that is no service is down from the first day, and an Alertmanager that is none gets no alert.",
    limits="Hosts of one word are judged, where a compose file mounts the very configuration, or it scrapes one of the services, and all compose files could be read; services of Kubernetes count too. Ports of databases that speak no HTTP are reported everywhere, and those of exporters on services whose image holds none.",
    fix="Add the service (an exporter, cAdvisor, Alertmanager) to the composition, or take the target out.",
    since="0.2.0",
    effort=30,
    reads=frozenset({"prometheus"}),
    check_repository=_check,
    examples=(
        Example(
            title="ports that the blackbox exporter knocks at",
            files={
                "prometheus.yml": (
                    "scrape_configs:\n  - job_name: ports\n    metrics_path: /probe\n    params:\n      module: [tcp_connect]\n    static_configs:\n      - targets: ['db:5432']\n"
                    "    relabel_configs:\n      - source_labels: [__address__]\n        target_label: __param_target\n      - target_label: __address__\n        replacement: blackbox-exporter:9115\n"
                ),
            },
        ),
        Example(
            title="exporters that nobody starts, and an Alertmanager that is not there",
            files=_files("node-exporter:9100"),
            found=("prometheus.yml:4", "prometheus.yml:8"),
        ),
        Example(
            title="a configuration that no file mounts, a prober and a store that nobody starts",
            files={
                "compose.yml": "services:\n  shop:\n    build: .\n",
                "ops/prometheus.yml": (
                    "scrape_configs:\n  - job_name: shop\n    static_configs:\n      - targets: ['shop:8000']\n  - job_name: cache\n    static_configs:\n      - targets: ['cache-exporter:9121']\n"
                    "  - job_name: pages\n    metrics_path: /probe\n    static_configs:\n      - targets: ['https://shop.example.org']\n    relabel_configs:\n"
                    "      - target_label: __address__\n        replacement: prober:9115\nremote_write:\n  - url: http://samples:9201/write\n  - url: https://samples.example.org/write\n"
                ),
            },
            found=("ops/prometheus.yml:7", "ops/prometheus.yml:14", "ops/prometheus.yml:16"),
        ),
        Example(
            title="a database without an exporter",
            files={
                "prometheus.yml": "scrape_configs:\n  - job_name: db\n    static_configs:\n      - targets: ['postgres:5432']\n"
            },
            found=("prometheus.yml:4",),
        ),
        Example(
            title="the port of an exporter on a service that holds none",
            files={
                "compose.yml": "services:\n  proxy:\n    image: nginx:1.27\n  cache-exporter:\n    image: oliver006/redis_exporter:v1.66.0\n",
                "prometheus.yml": "scrape_configs:\n  - job_name: proxy\n    static_configs:\n      - targets: ['proxy:9113', 'cache-exporter:9121']\n",
            },
            found=("prometheus.yml:4",),
        ),
        Example(
            title="services of the composition, and hosts elsewhere",
            files={
                "compose.yml": "services:\n  shop:\n    build: .\n  alertmanager:\n    image: prom/alertmanager\n  prometheus:\n    image: prom/prometheus\n    volumes:\n      - ./prometheus.yml:/etc/prometheus/prometheus.yml\n",
                "prometheus.yml": "alerting:\n  alertmanagers:\n    - static_configs:\n        - targets: ['alertmanager:9093']\nscrape_configs:\n  - job_name: shop\n    static_configs:\n      - targets: ['shop:8000', 'db.example.org:9100', 'localhost:9090']\n",
            },
        ),
    ),
)
