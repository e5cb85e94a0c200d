"""The containers of the repository's own program that production starts, with the names that each of them is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.compose_file import ComposeFile, ComposeService
from auditor.facts.container_environment import ContainerEnvironment
from auditor.facts.image_references import without_tag
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.templates import is_working_copy
from auditor.model.source import Role

__all__ = ["StartedContainer", "services_of_folders", "started_containers"]

_ELSEWHERE = pattern(
    r"(?i)(?:^|[/_.-])(?:dev\w*|local|test\w*|ci|override|example\w*|sample\w*|e2e|staging|demo)(?:[/_.-]|$)"
)
"""Compositions and manifests that are not those of production."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedContainer:
    """A container: its file, the line of its list of names, its image without a tag, and the names."""

    path: str
    line: int
    image: str
    names: frozenset[str]


def started_containers(facts: RepositoryFacts) -> tuple[StartedContainer, ...]:
    """Those whose names are all written out, in the order of the files; for `RepositoryFacts.derive`."""
    return tuple(_started(facts))


def _started(facts: RepositoryFacts) -> Iterator[StartedContainer]:
    services = facts.derive(services_of_folders)
    for file, _ in facts.of(ContainerEnvironment, lambda file: file.role is Role.SHIPPED):
        if _ELSEWHERE.search(file.path) or is_working_copy(file.path):
            continue
        compositions = list(facts.at(file.path, ComposeFile))
        yield from (
            _of_compositions(file.path, compositions, services) if compositions else _of_manifest(file.path, facts)
        )


def _of_manifest(path: str, facts: RepositoryFacts) -> Iterator[StartedContainer]:
    for fact in facts.at(path, ContainerEnvironment):
        mapped = {name.name for one in fact.containers if one.mapped for name in one.names}
        for one in fact.containers:
            if one.image and one.line and not one.open and not one.built:
                names = frozenset(
                    {name.name for name in one.names} | mapped
                )  # a map of this file is for its containers
                yield StartedContainer(path=path, line=one.line, image=without_tag(one.image), names=names)


def services_of_folders(facts: RepositoryFacts) -> dict[tuple[str, str], list[ComposeService]]:
    """The services of each name in all compose files of a folder, by both: `docker compose -f a -f b` puts them together.

    For `RepositoryFacts.derive`.
    """
    found: dict[tuple[str, str], list[ComposeService]] = {}
    for file, fact in facts.of(ComposeFile):
        for service in fact.services:
            found.setdefault((file.path.rpartition("/")[0], service.name), []).append(service)
    return found


def _of_compositions(
    path: str, compositions: list[ComposeFile], services: dict[tuple[str, str], list[ComposeService]]
) -> Iterator[StartedContainer]:
    """A service is given what all compositions of the folder give to that of its name."""
    folder = path.rpartition("/")[0]
    for service in (one for fact in compositions for one in fact.services):
        alike = services[folder, service.name]
        taken = any(one.inherits or any(source.use == "env_file" for source in one.sources) for one in alike)
        mounted = any(source.use == "mount" and ".env" in source.path for one in alike for source in one.sources)
        if service.given_from and not taken and not mounted:
            names = frozenset(name for one in alike for name in one.given)
            yield StartedContainer(path=path, line=service.given_from, image=without_tag(service.image), names=names)
