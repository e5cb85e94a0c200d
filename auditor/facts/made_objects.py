"""The objects of Kubernetes that a repository makes: those of its manifests, and those of its generators."""

from __future__ import annotations

from auditor.facts.kubernetes_names import KubernetesNames
from auditor.facts.kustomization import Kustomization
from auditor.facts.repository import RepositoryFacts

__all__ = ["made_objects"]


def made_objects(facts: RepositoryFacts) -> dict[str, frozenset[str]]:
    """The names of all objects by their kinds; for `RepositoryFacts.derive`."""
    found: dict[str, set[str]] = {}
    for _, fact in facts.of(KubernetesNames):
        for resource in fact.resources:
            found.setdefault(resource.kind, set()).add(resource.name)
    for _, kustomization in facts.of(Kustomization):
        for kind, name in kustomization.makes:
            found.setdefault(kind, set()).add(name)
    return {kind: frozenset(names) for kind, names in found.items()}
