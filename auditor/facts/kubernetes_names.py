"""Kubernetes manifests: which resources they define (https://kubernetes.io/docs/concepts/overview/working-with-objects/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, read_yaml
from auditor.model.source import Language

__all__ = ["PARSER", "KubernetesNames", "Resource"]


_FROM_ELSEWHERE = pattern(r"(?m)(?:^\s*-|[\[,])\s*[\"']?(?:[a-z0-9+.-]+:)?[a-z0-9+.-]*://")
"""An address in a list of what is read; the values of a generator may be addresses as well."""


@dataclass(frozen=True, slots=True, order=True)
class Resource:
    """One resource: its kind in lower case, name, line, and the namespace that it names itself (empty where it names none)."""

    kind: str
    name: str
    line: int
    namespace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesNames(Fact):
    """The resources of one file. `open` where it is a template, or names are changed by what reads it."""

    kind: ClassVar[str] = "kubernetes"
    resources: tuple[Resource, ...]
    open: bool


def _parse(source: Source) -> KubernetesNames | None:
    text = source.text
    if source.file.name in ("kustomization.yaml", "kustomization.yml"):
        changes = "namePrefix" in text or "nameSuffix" in text or "helmCharts" in text
        changes = changes or _FROM_ELSEWHERE.search(text) is not None
        return KubernetesNames(resources=(), open=changes)
    if source.file.name == "Chart.yaml":
        return KubernetesNames(resources=(), open=True)
    if "apiVersion" not in text or "kind" not in text:
        return None
    try:
        roots = read_yaml(text)
    except ParseFailure:
        return KubernetesNames(resources=(), open=True) if "{{" in text else None
    resources = tuple(found for root in roots for found in _resources(root))
    if not resources:
        return None
    return KubernetesNames(resources=resources, open=any("$" in one.name or "{{" in one.name for one in resources))


def _resources(root: Node) -> Iterator[Resource]:
    if not isinstance(root, Mapping) or not root.text("kind"):
        return
    if root.text("kind") == "List":
        for item in root.items("items"):
            yield from _resources(item)
        return
    metadata = root.mapping("metadata")
    if metadata.text("name"):
        yield Resource(root.text("kind").lower(), metadata.text("name"), root.line, metadata.text("namespace"))


PARSER = Parser(fact=KubernetesNames, accepts=lambda file: file.language is Language.YAML, parse=_parse)
