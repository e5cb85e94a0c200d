"""AUD606: Prometheus scrapes a port on which nothing gives metrics."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.metrics_emitted import MetricsEmitted
from auditor.facts.path_mentions import PathMentions
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile, ScrapeJob, Target
from auditor.facts.repository import RepositoryFacts
from auditor.facts.served_ports import served_ports
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LOCAL = pattern(r"^(?:localhost|127\.0\.0\.1|host\.docker\.internal|0\.0\.0\.0):(\d+)$")
_EXPORTERS = frozenset({3000, 8080, 8404, 8888, 8889, 9252, 9323, 15692, 4194, 2112, 9091, 9600, 24231})
_EXPORTER_PORTS = range(9090, 10000)
_WORDS = (
    "exporter",
    "node",
    "cadvisor",
    "postgres",
    "redis",
    "mysql",
    "nginx",
    "grafana",
    "prometheus",
    "alertmanager",
)


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    if any(fact.serves for _, fact in facts.of(MetricsEmitted)):
        return
    for file, fact in facts.of(PrometheusFile):
        for job in fact.jobs if fact.is_config else ():
            for target in job.targets:
                port = _unserved(job, target, facts)
                if port:
                    message = f"The job `{job.name}` scrapes port {port}, but no code of the repository serves metrics."
                    yield Hit(file.path, target.line, target.line, message, job.name)


def _unserved(job: ScrapeJob, target: Target, facts: RepositoryFacts) -> str:
    """The port, where the target can only be the project's own and the project serves no metrics at all."""
    local = _LOCAL.match(target.text)
    if not local or any(word in job.name.lower() for word in _WORDS):
        return ""
    port = int(local.group(1))
    if port in _EXPORTERS or port in _EXPORTER_PORTS:
        return ""
    published = port in facts.derive(served_ports) and any(fact.images for _, fact in facts.of(PathMentions))
    return "" if published and not _has_code(facts) else local.group(1)


def _has_code(facts: RepositoryFacts) -> bool:
    code = ("python", "go", "java", "javascript", "typescript", "rust")
    return any(file.language.value in code and file.role.value == "shipped" for file in facts.files)


_CONFIG = "scrape_configs:\n  - job_name: shop\n    static_configs:\n      - targets: ['localhost:8000']\n"

RULE = Rule(
    id="AUD606",
    name="scrape-target-unserved",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does the project serve metrics where Prometheus scrapes it?",
    why="A target that serves nothing is down from the first day, and every panel and alert on it is empty.",
    limits=(
        "Only local targets are judged, and only in a repository of which no code serves metrics at all: whether a "
        "server that has metrics has them on the very port is not asked. Usual ports of exporters are passed over."
    ),
    fix="Serve the metrics (`start_http_server`, `make_asgi_app`, `promhttp.Handler`) on the port that is scraped.",
    since="0.1.0",
    effort=90,
    reads=frozenset({"prometheus"}),
    examples=(
        Example(
            title="no code serves metrics",
            files={"prometheus.yml": _CONFIG, "shop/pay.py": "def pay(amount: int) -> int:\n    return amount\n"},
            found=("prometheus.yml:4",),
        ),
        Example(
            title="the client's own server",
            files={
                "prometheus.yml": _CONFIG,
                "shop/main.py": "from prometheus_client import start_http_server\n\nstart_http_server(8000)\n",
            },
        ),
    ),
    check_repository=_check,
)
