"""Which exporters of others a Prometheus of the repository asks, where its configuration tells all of them."""

from __future__ import annotations

from auditor.facts.compose_file import ComposeFile
from auditor.facts.helm_chart import HelmChart
from auditor.facts.image_references import PROMETHEUS
from auditor.facts.named_images import named_images
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile, ScrapeJob
from auditor.facts.repository import RepositoryFacts
from auditor.facts.scraped_hosts import lost_targets
from auditor.model.source import Language, Role

__all__ = ["lacks_exporter", "scraped_names"]

_EVIDENCE = {
    "node": ("node", "host", "server", "system", "vm", "machine"),
    "redis": ("redis", "valkey", "cache", "dragonfly"),
    "pg": ("postgres", "pg", "db", "database", "sql", "timescale"),
    "postgres": ("postgres", "pg", "db", "database", "sql", "timescale", "telegraf"),
    "postgresql": ("postgres", "pg", "db", "database", "sql", "timescale", "telegraf"),
    "mysql": ("mysql", "maria", "db", "database", "sql"),
    "mongodb": ("mongo", "db", "database"),
    "nginx": ("nginx", "ingress", "proxy"),
    "container": ("cadvisor", "kubelet", "container", "docker"),
    "kube": ("kube",),
    "celery": ("celery",),
    "ssl": ("ssl", "cert", "blackbox", "tls"),
    "probe": ("blackbox", "probe", "http", "uptime", "synthetic"),
    "elasticsearch": ("elastic", "opensearch"),
    "rabbitmq": ("rabbit", "amqp"),
    "haproxy": ("haproxy", "proxy"),
    "memcached": ("memcache", "cache"),
}
"""First words of metrics, and what the name or a target of the job that brings them holds."""


_OF_MACHINES = frozenset({"node", "container", "kube"})
"""First words of metrics that only an exporter gives, which no server of another kind contains."""
_TELL_OF_MACHINES = (
    "export", "cadvisor", "telegraf", "agent", "alloy", "otel", "collector", "kube-state", "prometheus", "netdata", "vector", "datadog",
)  # fmt: skip
"""What stands in the name of a service, an image or a chart that may give metrics of machines."""
_LOCAL = pattern(r"^(?:localhost|127\.0\.0\.1):(?:9090|8000|8080|3000)$")


def scraped_names(facts: RepositoryFacts) -> str | None:
    """The names and targets of all scrape jobs in one text; None where they cannot all be told. For `RepositoryFacts.derive`."""
    configs = [
        fact
        for file, fact in facts.of(PrometheusFile)
        if fact.is_config and file.language is Language.YAML and file.role is Role.SHIPPED
    ]
    jobs = [job for config in configs for job in config.jobs]
    if not jobs or any(_is_open(job) for job in jobs):
        return None
    lost = {
        one.target for one in facts.derive(lost_targets) if one.silent
    }  # of hosts that nothing runs, their own rule tells
    told = [(job, [one.text for one in job.targets if one not in lost and not _LOCAL.search(one.text)]) for job in jobs]
    asked = [one for config in configs for one in config.askers]
    return " ".join(
        (*(f"{job.name} {' '.join(texts)}" for job, texts in told if texts), *(one.text for one in asked))
    ).lower()


def _is_open(job: ScrapeJob) -> bool:
    """Whether a job may ask more than it names."""
    return job.discovers or "federate" in job.name.lower()


def composes_no_exporter(facts: RepositoryFacts) -> bool:
    """Whether the repository composes a Prometheus that it has no configuration for, and nothing that tells of machines.

    For `RepositoryFacts.derive`.
    """
    if any(fact.is_config for _, fact in facts.of(PrometheusFile)):
        return False
    services = [one for _, fact in facts.of(ComposeFile) for one in fact.services]
    others = [one for one in services if PROMETHEUS not in one.image]
    if len(others) == len(services):
        return False
    images = {image for image in facts.derive(named_images) if PROMETHEUS not in image}
    charts = [one.name for _, fact in facts.of(HelmChart) for one in fact.dependencies]
    names = [*(f"{one.name} {one.image}" for one in others), *images, *charts]
    return not any(word in name.lower() for name in names for word in _TELL_OF_MACHINES)


def lacks_exporter(word: str, facts: RepositoryFacts) -> bool:
    """Whether metrics that begin with this word come from an exporter that no job asks, or that nothing runs."""
    evidence = _EVIDENCE.get(word)
    if evidence is None:
        return False
    names = facts.derive(scraped_names)
    if names is not None:
        return not any(one in names for one in evidence)
    return word in _OF_MACHINES and facts.derive(composes_no_exporter)
