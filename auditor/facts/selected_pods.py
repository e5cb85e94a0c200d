"""Pods by their labels, and what selects them: budgets, services, monitors and policies of Kubernetes, and what autoscalers scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.helm_text import COMPUTED, is_chart_template, read_manifests
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar
from auditor.model.source import Language

__all__ = ["PARSER", "PodSelector", "SelectedPods", "Workload"]

_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod", "Rollout"})
_SELECTING = {
    "PodDisruptionBudget": "selector",
    "Service": "selector",
    "NetworkPolicy": "podSelector",
    "PodMonitor": "selector",
}
"""Kinds that select pods, and under which key of their specification."""


@dataclass(frozen=True, slots=True, order=True)
class Workload:
    """What makes pods: its kind in lower case, its name, and the labels of the pods; `open` where a template computes any of them."""

    kind: str
    name: str
    labels: tuple[tuple[str, str], ...]
    open: bool


@dataclass(frozen=True, slots=True, order=True)
class PodSelector:
    """What is selected, at which line: by labels, or, where there are none, by kind and name."""

    what: str
    line: int
    labels: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SelectedPods(Fact):
    """All of one file."""

    kind: ClassVar[str] = "selected-pods"
    workloads: tuple[Workload, ...]
    selectors: tuple[PodSelector, ...]


def _parse(source: Source) -> SelectedPods | None:
    if "apiVersion" not in source.text or "kind" not in source.text:
        return None
    roots = [one for one in read_manifests(source.path, source.text) if isinstance(one, Mapping)]
    workloads = tuple(one for root in roots for one in _workloads(root))
    selectors = tuple(one for root in roots for one in _selectors(root))
    return SelectedPods(workloads, selectors) if workloads or selectors else None


def _workloads(root: Mapping) -> Iterator[Workload]:
    kind = root.text("kind")
    if kind not in _WORKLOADS:
        return
    spec = root.mapping("spec")
    inner = spec.mapping("jobTemplate").mapping("spec") if kind == "CronJob" else spec
    metadata = root.mapping("metadata") if kind == "Pod" else inner.mapping("template").mapping("metadata")
    labels, computed = _labels(metadata.get("labels"))
    name = root.mapping("metadata").text("name")
    yield Workload(kind.lower(), name, labels, computed or COMPUTED in name or not name)


def _labels(node: Node | None) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Labels as they are written, and whether a template computes any of them."""
    if node is None:
        return (), False
    if not isinstance(node, Mapping):
        return (), True
    pairs = tuple(sorted((key.text, value.text) for key, value in node.pairs if isinstance(value, Scalar)))
    return pairs, len(pairs) < len(node.pairs) or any(
        COMPUTED in part or "$" in part for pair in pairs for part in pair
    )


def _selectors(root: Mapping) -> Iterator[PodSelector]:
    kind, spec = root.text("kind"), root.mapping("spec")
    if kind == "HorizontalPodAutoscaler":
        target = spec.mapping("scaleTargetRef")
        name = target.get("name")
        if isinstance(name, Scalar) and COMPUTED not in name.text and "$" not in name.text:
            yield PodSelector("autoscaler", name.line, kind=target.text("kind").lower(), name=name.text)
    key = _SELECTING.get(kind)
    given = spec.mapping(key) if key else None
    if given is None or given.get("matchExpressions") is not None:
        return
    wanted = given if kind == "Service" else given.mapping("matchLabels")
    labels, computed = _labels(wanted)
    if labels and not computed:
        yield PodSelector(kind, max(key.line for key, _ in wanted.pairs), labels)


PARSER = Parser(
    fact=SelectedPods,
    accepts=lambda file: file.language is Language.YAML or is_chart_template(file),
    parse=_parse,
)
