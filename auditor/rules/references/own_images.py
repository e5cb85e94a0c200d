"""Which of the images that a repository starts are its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.facts.built_names import BuiltNames, is_of
from auditor.facts.compose_file import ComposeFile
from auditor.facts.deployed_names import is_of_cluster
from auditor.facts.image_references import IMAGE
from auditor.facts.kubernetes_references import KubernetesReferences
from auditor.facts.kustomization import Kustomization
from auditor.facts.official_images import OFFICIAL_IMAGES
from auditor.facts.python_project import PythonProject
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Severity
from auditor.model.source import Language, Role

__all__ = ["own_images"]

_LONG_ENOUGH = 4


def own_images(facts: RepositoryFacts, built: BuiltNames) -> Iterator[tuple[str, int, str, Severity | None]]:
    """Images that are started and can only be the repository's: of its name, or of the owner for whom it builds others.

    Of an owner there may be other repositories, which build what this one does not: that weighs less.
    """
    projects = {project.name.lower().replace("_", "-") for _, project in facts.of(PythonProject)}
    projects = {name for name in projects if len(name) >= _LONG_ENOUGH}
    owners = built.owners()
    builds = any(file.language is Language.DOCKERFILE for file in facts.files)
    for path, line, reference, around in _started(facts):
        match = IMAGE.match(reference)
        name = match.group(1) if match else ""
        parts = tuple(name.split("/"))
        local = "." not in parts[0] and ":" not in parts[0]
        beside = builds and len(parts) > 1 and parts[0] != parts[-1] and _is_prefix(parts[0], around)
        named = local and bool(projects & set(parts))
        owned = (local and beside) or any(is_of(parts[:-1], one) for one in owners)
        if name and (named or owned):
            yield path, line, name, None if named else Severity.MEDIUM


def _is_prefix(owner: str, around: Iterable[str]) -> bool:
    return (
        len(owner) >= _LONG_ENOUGH
        and owner not in OFFICIAL_IMAGES
        and not is_of_cluster(owner)
        and any(one.startswith(f"{owner}-") for one in around)
    )


def _started(facts: RepositoryFacts) -> Iterator[tuple[str, int, str, tuple[str, ...]]]:
    """Images of manifests, kustomizations and compositions, with the names of the secrets and config maps beside them."""
    for file, references in facts.of(KubernetesReferences, lambda file: file.role is Role.SHIPPED):
        around = tuple(one.name for one in references.items if one.kind in ("secret", "configmap"))
        yield from ((file.path, one.line, one.name, around) for one in references.items if one.kind == "image")
    for file, kustomization in facts.of(Kustomization, lambda file: file.role is Role.SHIPPED):
        yield from ((file.path, one.line, one.path, ()) for one in kustomization.images)
    for file, fact in facts.of(ComposeFile, lambda file: file.role is Role.SHIPPED):
        for service in fact.services:
            if service.image and not any(one.use == "build" for one in service.sources):
                yield file.path, service.image_line or service.line, service.image, ()
