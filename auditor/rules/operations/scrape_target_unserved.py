"""AUD606: Prometheus scrapes a port on which nothing gives metrics."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.metrics_emitted import MetricsEmitted
from auditor.facts.named_images import named_images
from auditor.facts.own_hosts import own_hosts
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile, ScrapeJob, Target
from auditor.facts.repository import RepositoryFacts
from auditor.facts.served_ports import served_ports
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_LOCAL = pattern(r"^(?:localhost|127\.0\.0\.1|host\.docker\.internal|0\.0\.0\.0):(\d{1,5})$")
_PORT = pattern(r"^\d{1,5}$")
_BY_FRAMEWORKS = frozenset({80, 443, 3000, 4000, 5000, 8000, 8080, 8501, 8888})
"""Ports at which servers listen that are told of none."""
_EXPORTERS = frozenset({2112, 3000, 4194, 8080, 8404, 8888, 8889, 15692, 24231})
_CODE = frozenset(
    {Language.PYTHON, Language.GO, Language.JAVA, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.RUST}
)
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
    yield from _own_services(facts)
    if any(fact.serves for _, fact in facts.of(MetricsEmitted)):
        return
    for file, fact in facts.of(PrometheusFile):
        for job in fact.jobs if fact.is_config else ():
            for target in job.targets:
                port = _unserved(job, target, facts)
                if port:
                    message = f"The job `{job.name}` scrapes port {port}, but no code of the repository serves metrics."
                    yield Hit(file.path, target.line, target.line, message, job.name)


def _own_services(facts: RepositoryFacts) -> Iterator[Hit]:
    """Ports of services that the repository builds, on which nothing in it listens."""
    hosts, ports = facts.derive(own_hosts), facts.derive(served_ports) | _BY_FRAMEWORKS
    for file, fact in facts.of(PrometheusFile):
        for job, target in ((each, one) for each in fact.jobs for one in each.targets if fact.is_config):
            host, _, port = target.text.partition(":")
            if not _PORT.search(port) or int(port) in ports or hosts.of_service(host) is None:
                continue
            message = (
                f"The job `{job.name}` scrapes port {port} of `{host}`, on which nothing in the repository listens."
            )
            yield Hit(file.path, target.line, target.line, message, job.name)


def _unserved(job: ScrapeJob, target: Target, facts: RepositoryFacts) -> str:
    """The port, where the target can only be the project's own and the project serves no metrics at all."""
    local = _LOCAL.match(target.text)
    if not local or any(word in job.name.lower() for word in _WORDS):
        return ""
    port = int(local.group(1))
    if port in _EXPORTERS or port in _EXPORTER_PORTS:
        return ""
    published = port in facts.derive(served_ports) and facts.derive(_only_composes)
    return "" if published else local.group(1)


def _only_composes(facts: RepositoryFacts) -> bool:
    """Whether images are named and no code is there: what listens is others' work. For `RepositoryFacts.derive`."""
    has_code = any(file.language in _CODE and file.role is Role.SHIPPED for file in facts.files)
    return not has_code and bool(facts.derive(named_images))


_CONFIG = "scrape_configs:\n  - job_name: shop\n    static_configs:\n      - targets: ['localhost:8000']\n"

RULE = Rule(
    id="AUD606",
    name="scrape-target-unserved",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does the project serve metrics where Prometheus scrapes it?",
    why="A target that serves nothing is down from the first day, and every panel and alert on it is empty.",
    limits=(
        "Local targets are judged in a repository of which no code serves metrics at all; usual ports of exporters are passed over. Of services that "
        "a compose file builds, ports are judged that no file binds, exposes, publishes or sets, but for those at which servers listen unasked."
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
            title="a port of a service of its own at which nothing listens, beside one that is set",
            files={
                "compose.yml": "services:\n  shop:\n    build: .\n  worker:\n    build: .\n    environment:\n      METRICS_PORT: 9108\n",
                "prometheus.yml": (
                    "scrape_configs:\n  - job_name: shop\n    static_configs:\n      - targets: ['shop:8000', 'worker:9108']\n"
                    "  - job_name: queue\n    static_configs:\n      - targets: ['worker:9107', 'elsewhere:9107']\n"
                ),
                "shop/main.py": "import os\n\nfrom prometheus_client import start_http_server\n\nstart_http_server(int(os.environ['METRICS_PORT']))\n",
            },
            found=("prometheus.yml:7",),
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
