"""Which images a repository builds, as far as their names can be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise

from auditor.facts.compose_file import ComposeFile
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.image_references import built_images, without_tag
from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts

__all__ = ["BuiltNames", "built_by_anyone", "built_words", "is_of"]

_LONG_ENOUGH = 4
_OF_METADATA = pattern(r"^\$\{\{\s*steps\.[\w-]+\.outputs\.(?:tags|labels)\s*\}\}$")
_REPOSITORY = pattern(
    r"\$\{\{\s*(?:github\.repository|env\.\w+)\s*\}\}|\$\{?CI_REGISTRY_IMAGE\}?|\$\{?GITHUB_REPOSITORY\}?"
)
"""What stands for the owner and the name of the repository itself."""
_HOLE = pattern(r"\$\{\{[^{}]*\}\}|\$\{[^{}]*\}|\$\w+|\$\([^()]*\)")
_PROGRAMS = frozenset({"docker", "podman", "buildah", "nerdctl", "gcloud", "az"})
_MAKES = frozenset({"build", "tag", "push", "submit", "import", "load"})
_MOST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltNames:
    """The images that are built: their names without tags, in parts, with a ``*`` for what is only told when it is built."""

    names: frozenset[tuple[str, ...]]

    def has(self, name: str) -> bool:
        """Whether an image of this name may be among them, with or without its registry and owner."""
        parts = tuple(name.split("/"))
        return parts in self.names or any(_meets(parts, one) for one in self.names)

    def owners(self) -> frozenset[tuple[str, ...]]:
        """The registries and owners for which images are built, as far as they are told."""
        told = (one for one in self.names if len(one) > 2 and "*" not in one[0])  # noqa: PLR2004 - a registry, an owner and a name
        return frozenset(one[:-1] for one in told if len(one) > 3 or "*" not in one[1])  # noqa: PLR2004 - of a whole repository


def _meets(parts: tuple[str, ...], built: tuple[str, ...]) -> bool:
    if fnmatchcase(parts[-1], built[-1]) and ("*" not in built[-1] or len(built[-1]) > _LONG_ENOUGH):
        return True  # in another registry
    return is_of(parts, built)


def built_by_anyone(facts: RepositoryFacts) -> BuiltNames | None:
    """The images that workflows, scripts and compositions build; None where one may be called anything. For `RepositoryFacts.derive`."""
    found = _built(facts)
    if any(set("".join(one)) == {"*"} and len(one) == 1 for one in found):
        return None
    return BuiltNames(names=found)


def built_words(facts: RepositoryFacts) -> frozenset[str]:
    """The first words of the images that are built, as far as they are told: what is called so belongs to the project."""
    return frozenset(one[-1].replace("-", "_").partition("_")[0] for one in _built(facts))


def _built(facts: RepositoryFacts) -> frozenset[tuple[str, ...]]:
    references = sorted({*_of_workflows(facts), *_of_commands(facts), *_of_compositions(facts)})[:_MOST]
    return frozenset(one for reference in references for one in _shapes(reference))


def _of_workflows(facts: RepositoryFacts) -> Iterator[str]:
    for _, workflow in facts.of(GithubWorkflow):
        images = built_images(workflow)
        yield from images.bases
        yield from (without_tag(one) for one in images.references if not (_OF_METADATA.search(one) and images.bases))
        if any("docker/bake-action" in step.action for job in workflow.jobs for step in job.steps):
            yield "$BAKED"


def _of_commands(facts: RepositoryFacts) -> Iterator[str]:
    for one in facts.derive(invocations):
        for name in _tagged(one):
            if one.origin is not Origin.DOCUMENT or "$" not in name:
                yield name


def _of_compositions(facts: RepositoryFacts) -> Iterator[str]:
    for _, fact in facts.of(ComposeFile):
        for service in fact.services:
            if service.image and any(one.use == "build" for one in service.sources):
                yield without_tag(service.image)


def _shapes(reference: str) -> Iterator[tuple[str, ...]]:
    """The parts of a reference; what stands for the repository may be one of them or two."""
    for own in ("*/*", "*"):
        plain = _HOLE.sub("*", _REPOSITORY.sub(own, reference)).lower()
        parts = tuple(part for part in plain.split("/") if part)
        if parts:
            yield parts if not (own == "*" and parts == ("*",) and _REPOSITORY.search(reference)) else ("*", "*")


def _tagged(one: Invocation) -> Iterator[str]:
    if one.name not in _PROGRAMS or not _MAKES & set(one.words[1:4]):
        return
    for option, value in pairwise(one.words):
        if option in ("-t", "--tag"):
            yield without_tag(value)
    yield from (without_tag(word.partition("=")[2]) for word in one.words if word.startswith("--tag="))
    if {"tag", "push"} & set(one.words[1:2]):
        yield without_tag(one.words[-1])


def is_of(place: tuple[str, ...], owner: tuple[str, ...]) -> bool:
    """Whether a registry and owner are those of another image, as far as these are told."""
    return len(place) == len(owner) and all(map(fnmatchcase, place, owner))
