"""Hosts that Prometheus is told of, and that nothing which the repository runs is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.compose_file import ComposeFile
from auditor.facts.image_references import PROMETHEUS
from auditor.facts.kubernetes_names import KubernetesNames
from auditor.facts.named_images import named_images
from auditor.facts.pattern import pattern
from auditor.facts.prometheus import PrometheusFile, Target
from auditor.facts.repository import RepositoryFacts
from auditor.model.source import Language

__all__ = ["LostTarget", "lost_targets"]

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
_PORT_OF = "the port of "
_TOOL = pattern(r"(?i)^(?:[\w-]*[_-])?(alertmanager|cadvisor|exporter|pushgateway|blackbox)(?:[_-][\w-]*)?:\d+$")
"""Hosts whose image is known to be called as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostTarget:
    """A target that gives nothing: its file, what asks it, and why. `certain` where the composition is the one that is meant, `silent` where the port speaks no HTTP."""

    file: str
    role: str
    target: Target
    why: str
    certain: bool
    silent: bool


def lost_targets(facts: RepositoryFacts) -> tuple[LostTarget, ...]:
    """All of them, by file; for `RepositoryFacts.derive`."""
    return tuple(_lost(facts))


def _lost(facts: RepositoryFacts) -> Iterator[LostTarget]:
    hosts, plain = facts.derive(_composed), facts.derive(_without_exporter)
    runs, whole, images = facts.derive(_runs_prometheus), facts.derive(_is_all), facts.derive(_images)
    for file, fact in facts.of(PrometheusFile):
        if not fact.is_config or file.language is not Language.YAML:
            continue
        certain = whole and bool(hosts) and (_runs_here(file.path, facts) or _is_meant(fact, hosts))
        judged = certain or (whole and bool(hosts) and runs)
        for role, target in _targets(fact):
            tool = _TOOL.match(target.text)
            missing = runs and tool is not None and tool.group(1).lower() not in images
            why = _why(target, hosts if judged or missing else None, plain)
            silent = why.startswith(_PORT_OF)
            if why:
                yield LostTarget(
                    file=file.path, role=role, target=target, why=why, certain=certain or silent, silent=silent
                )


def _runs_prometheus(facts: RepositoryFacts) -> bool:
    """Whether the repository itself runs a Prometheus: then what that is to ask should stand beside it."""
    return any(PROMETHEUS in image for image in facts.derive(named_images))


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
    found = [_HOST.match(one.text) for job in fact.jobs for one in job.targets]
    return any(match is not None and match.group(1) in hosts and match.group(1) not in _COMMON for match in found)


def _why(target: Target, hosts: frozenset[str] | None, plain: frozenset[str]) -> str:
    found = _HOST.match(target.text)
    if found is None or found.group(1).lower() in _LOCAL:
        return ""
    protocol = _NO_HTTP.get(int(found.group(2)))
    if protocol:
        return f"{_PORT_OF}{protocol}, which gives no metrics: an exporter has to stand in between"
    exporter = _EXPORTERS.get(int(found.group(2)))
    if exporter and found.group(1) in plain:
        return f"{_PORT_OF}the exporter for {exporter}, and the image of this service holds no exporter"
    if hosts is not None and found.group(1) not in hosts:
        return "and no service of the composition has this name"
    return ""


def _composed(facts: RepositoryFacts) -> frozenset[str]:
    """Every name by which a service of a compose file, or of Kubernetes, is reached."""
    found: set[str] = set()
    for _, fact in facts.of(ComposeFile):
        found.update(name for one in fact.services for name in (one.name, one.container, *one.aliases) if name)
    found.update(one.name for _, fact in facts.of(KubernetesNames) for one in fact.resources)
    return frozenset(found)


def _is_all(facts: RepositoryFacts) -> bool:
    """Whether all compose files could be read."""
    return not any(fact.unread or fact.includes for _, fact in facts.of(ComposeFile))


def _images(facts: RepositoryFacts) -> str:
    """All images in one text."""
    return " ".join(sorted({image.lower() for image in facts.derive(named_images)}))


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
    mounted = facts.derive(_mounted).get(path.rpartition("/")[2], frozenset())
    return any(f"/{path}".endswith(f"/{one}") for one in mounted)


def _mounted(facts: RepositoryFacts) -> dict[str, frozenset[str]]:
    """What compose files mount, without the dots before it, by its last part."""
    found: dict[str, set[str]] = {}
    for _, fact in facts.of(ComposeFile):
        for source in (one for service in fact.services for one in service.sources if one.use == "mount"):
            place = source.path.lstrip("./")
            found.setdefault(place.rpartition("/")[2], set()).add(place)
    return {name: frozenset(paths) for name, paths in found.items()}
