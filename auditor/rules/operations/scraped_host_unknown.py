"""AUD614: Prometheus scrapes, or sends alerts to, a host that nothing in its composition is."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.repository import RepositoryFacts
from auditor.facts.scraped_hosts import lost_targets
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for one in facts.derive(lost_targets):
        message = f"{one.role} {one.target.text!r}, {one.why}."
        line = one.target.line
        yield Hit(one.file, line, line, message, severity=None if one.certain else Severity.MEDIUM)


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
    limits="Hosts of one word are judged, where a compose file mounts the very configuration, it scrapes one of the services, or the repository runs a Prometheus (then less certain), and all compose files could be read; services of Kubernetes count too. Ports of databases that speak no HTTP are reported everywhere, and those of exporters on services whose image holds none.",
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
