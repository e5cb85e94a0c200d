"""What is wrong with the metrics of one expression: shared by the rules on alerts, panels and documents."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.metric_names import Standing, metric_catalogue
from auditor.facts.promql import Selector, selectors
from auditor.facts.repository import RepositoryFacts

__all__ = ["FAULTS", "faults_of"]

_PLATFORM = frozenset({"apiserver", "cadvisor", "coredns", "etcd", "kube", "kubelet", "kubernetes"})
"""First words of the jobs of Kubernetes' own parts, whose metrics begin with many words."""
_REASONS = {
    Standing.UNKNOWN: "which nothing in the repository emits",
    Standing.UNSCRAPED: "whose exporter no scrape job asks",
    Standing.STRANDED: "which reaches only a Pushgateway that nothing deploys or scrapes",
}
FAULTS = frozenset(_REASONS)


def faults_of(expression: str, facts: RepositoryFacts, told: frozenset[Standing] = FAULTS) -> Iterator[tuple[int, str]]:
    """The first fault of an expression among those that are `told`, if any: the lines before it, and what to say of the metric."""
    catalogue = facts.derive(metric_catalogue)
    for selector in selectors(expression):
        if selector.partial or not selector.name or _is_of_the_platform(selector):
            continue
        standing = catalogue.standing(selector.name, _job_of(selector))
        if standing in told:
            yield selector.offset, f"`{selector.name}`, {_REASONS[standing]}"
            return


def _is_of_the_platform(selector: Selector) -> bool:
    return any(
        one.label == "job" and one.operator == "=" and one.value.partition("-")[0] in _PLATFORM
        for one in selector.matchers
    )


def _job_of(selector: Selector) -> str:
    return next((one.value for one in selector.matchers if one.label == "job" and one.operator == "="), "")
