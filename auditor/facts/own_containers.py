"""Which containers of Kubernetes manifests and Helm charts run an image that the repository builds."""

from __future__ import annotations

from auditor.facts.helm_text import COMPUTED, chart_of
from auditor.facts.helm_values import charts
from auditor.facts.invocations import invocations
from auditor.facts.kubernetes_containers import ContainerSpec, KubernetesContainers
from auditor.facts.pattern import pattern
from auditor.facts.python_project import PythonProject
from auditor.facts.repository import RepositoryFacts
from auditor.facts.work_units import jobs_of_repository

__all__ = ["own_containers"]

_ENGINES = frozenset({"docker", "podman", "buildah", "nerdctl", "kaniko", "ko"})
_LEAST = 3
_LONG_NAME = 6
_SIGNS = pattern(r"[^A-Za-z0-9]+")
_FILLED_IN = pattern(
    r"(?i)^\w*PLACEHOLDER\w*$|^<[^>]+>|\$\{?\w*(?:REGISTRY|REPOSITORY|REPO|IMAGE|ACCOUNT|PROJECT|OWNER|ORG)\w*|"
    r"^(?:your|my)(?:[-_.][-\w.]*|(?:org|company|user|name|repo|registry|container|project|app|team|account|docker)[-\w.]*)?/|"
    r"^\d{6,}\.dkr\.ecr\.|^(?:REGISTRY|PROJECT_ID|ACCOUNT_ID)/|^IMAGE(?:_NAME|_URI|_TAG)?$"
)
"""Images whose name is put in when they are deployed, and those of an account's own registry."""
_OF_PAGES = pattern(
    r"(?i)front|nginx|proxy|(?:^|[^a-z])(?:ui|web|www|static|spa|site|portal|dashboard|docs|client|backup|migrat\w*|init|exporter|sidecar|agent|cron\w*)(?:[^a-z]|$)"
)
"""Containers that serve pages, stand beside others, or answer nothing."""


def own_containers(facts: RepositoryFacts) -> tuple[tuple[str, ContainerSpec], ...]:
    """Containers with their files; for `RepositoryFacts.derive`.

    An image is the repository's own where a command or an action that builds images names it. What the values of a
    chart name is its own where the repository has no other chart, and builds an image. Where it builds one, so are
    images that are called as the project is, those whose name is filled in later, and those of a registry of an account.
    """
    named, builds = _built(facts)
    projects = _project_names(facts) if builds else frozenset()
    lone = charts_alone(facts)
    found: list[tuple[str, ContainerSpec]] = []
    for file, fact in facts.of(KubernetesContainers):
        for one in fact.containers:
            base = _without_tag(one.image).rpartition("/")[2]
            own = len(base) >= _LEAST and f"{base}" in named
            computed = one.image.startswith(COMPUTED) and chart_of(file.path) == lone and builds
            meant = builds and not _OF_PAGES.search(f"{one.name} {base}") and _is_meant(one.image, projects)
            if meant or (own and COMPUTED not in base) or computed:
                found.append((file.path, one))
    return tuple(found)


def _is_meant(image: str, projects: frozenset[str]) -> bool:
    """Whether an image has the name of the project, or one that somebody fills in."""
    if COMPUTED in image:
        return False
    path = _SIGNS.sub("", _without_tag(image)).lower()
    return _FILLED_IN.search(image) is not None or any(name in path for name in projects)


def _without_tag(image: str) -> str:
    """The image without its digest and tag; a port of its registry stays: ``localhost:5000/app:1``."""
    registry, slash, name = image.partition("@")[0].rpartition("/")
    return f"{registry}{slash}{name.partition(':')[0]}"


def _project_names(facts: RepositoryFacts) -> frozenset[str]:
    """The names of the repository's distributions, in lower case without signs, where they are too long to be common words."""
    names = [fact.name for _, fact in facts.of(PythonProject)]
    plain = {_SIGNS.sub("", name).lower() for name in names}
    return frozenset(name for name in plain if len(name) >= _LONG_NAME)


def charts_alone(facts: RepositoryFacts) -> str | None:
    """The folder of the only chart; None where there are others, or none."""
    found = facts.derive(charts)
    return found[0].folder if len(found) == 1 and not found[0].dependencies[1:] else None


def _built(facts: RepositoryFacts) -> tuple[frozenset[str], bool]:
    """The names of images that are built, and whether any is."""
    texts = [word for one in facts.derive(invocations) if one.name in _ENGINES and {"build", "buildx", "push"} & set(one.words[:3]) for word in one.words]  # fmt: skip
    texts += [given.text for _, job in jobs_of_repository(facts) for step in job.steps if "build-push-action" in step.action for given in step.inputs]  # fmt: skip
    names = {word.rpartition("/")[2].partition(":")[0] for text in texts for word in text.split()}
    dockerfiles = any(path.rpartition("/")[2].startswith("Dockerfile") for path in facts.all_paths)
    return frozenset(names), bool(texts) or dockerfiles
