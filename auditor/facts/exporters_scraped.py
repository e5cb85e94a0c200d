"""Which exporters of others a Prometheus of the repository asks, where its configuration tells all of them."""

from __future__ import annotations

from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts
from auditor.model.source import Language, Role

__all__ = ["lacks_exporter", "scraped_names"]

_EVIDENCE = {
    "node": ("node", "host", "server", "system", "vm", "machine"),
    "redis": ("redis", "valkey", "cache", "dragonfly"),
    "pg": ("postgres", "pg", "db", "database", "sql", "timescale"),
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


def scraped_names(facts: RepositoryFacts) -> str | None:
    """The names and targets of all scrape jobs in one text; None where they cannot all be told. For `RepositoryFacts.derive`."""
    configs = [
        fact
        for file, fact in facts.of(PrometheusFile)
        if fact.is_config and file.language is Language.YAML and file.role is Role.SHIPPED
    ]
    jobs = [job for config in configs for job in config.jobs]
    if not jobs or any(job.dynamic or "federate" in job.name.lower() for job in jobs):
        return None
    return " ".join((*(job.name for job in jobs), *(target.text for job in jobs for target in job.targets))).lower()


def lacks_exporter(word: str, facts: RepositoryFacts) -> bool:
    """Whether metrics that begin with this word come from an exporter that no job asks."""
    names = facts.derive(scraped_names)
    evidence = _EVIDENCE.get(word)
    return names is not None and evidence is not None and not any(one in names for one in evidence)
