"""Whether anything hands a file of the repository to the program that it is written for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from auditor.facts.compose_file import ComposeFile
from auditor.facts.dockerfile_copies import DockerfileCopies
from auditor.facts.invocations import Origin, invocations
from auditor.facts.kubernetes_names import KubernetesNames
from auditor.facts.path_mentions import PathMentions
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_paths import ROOT
from auditor.model.source import Language, Role, SourceFile

__all__ = ["deploys", "is_handed", "is_handed_to"]

_ONLY_LOOK = frozenset(
    {
        "[",
        "[[",
        "test",
        "ls",
        "cat",
        "grep",
        "echo",
        "printf",
        "head",
        "tail",
        "wc",
        "stat",
        "diff",
        "find",
        "git",
        "yamllint",
        "promtool",
        "amtool",
        "yq",
        "sed",
        "log",
        "file",
    }
)
"""Commands that look at a file and load it nowhere."""
_CARRY = frozenset({
    "cp", "mv", "rsync", "scp", "install", "ln", "kubectl", "oc", "helm", "kustomize", "docker", "podman", "nomad", "aws", "gsutil", "gcloud", "az",
    "mimirtool", "cortextool", "prometheus", "alertmanager", "vmalert", "ansible", "ansible-playbook", "terraform",
})  # fmt: skip
_KEEPS = pattern(r"(?i)backup|restore|archive|snapshot")
_WORKLOADS = frozenset({"deployment", "statefulset", "daemonset"})


def deploys(facts: RepositoryFacts) -> bool:
    """Whether the repository runs services: composed ones, or workloads of Kubernetes."""
    composed = any(fact.services for file, fact in facts.of(ComposeFile) if file.role is Role.SHIPPED)
    return composed or any(
        one.kind in _WORKLOADS
        for file, fact in facts.of(KubernetesNames)
        if file.role is Role.SHIPPED
        for one in fact.resources
    )


def is_handed(path: str, facts: RepositoryFacts) -> bool:
    """Whether a composition mounts the file or a folder around it, an image copies it, or a configuration or command names it."""
    places = facts.derive(_copied_places) | {place for place, _ in facts.derive(_mounted_places)}
    return _is_below(path, places) or _is_named(path, facts)


def is_handed_to(path: str, images: tuple[str, ...], facts: RepositoryFacts) -> bool:
    """The same, where only what is mounted into services of such images (by a part of their names) counts as mounted."""
    mounted = {place for place, image in facts.derive(_mounted_places) if any(word in image.lower() for word in images)}
    return _is_below(path, facts.derive(_copied_places) | mounted) or _is_named(path, facts)


def _is_below(path: str, places: Iterable[str]) -> bool:
    return any(place == path or path.startswith(f"{place}/") for place in places)


def _is_named(path: str, facts: RepositoryFacts) -> bool:
    named = facts.derive(_named).get(path.rpartition("/")[2], ())
    if any(_may_mean(text, path, start) for text, start in named):
        return True
    return _is_below(path, facts.derive(_carried_folders))


def _mounted_places(facts: RepositoryFacts) -> tuple[tuple[str, str], ...]:
    """What compositions mount, as paths of the repository, with the image and name of the service; not the whole of it."""
    found = [
        (_placed(_folder(file.path), one.path), f"{service.image} {service.name}")
        for file, fact in facts.of(ComposeFile)
        for service in fact.services
        for one in service.sources
        if one.use != "build"
    ]
    found += [
        (_placed(_folder(file.path), one.path), "") for file, fact in facts.of(ComposeFile) for one in fact.sources
    ]
    return tuple(pair for pair in found if pair[0] not in ("", "."))


def _copied_places(facts: RepositoryFacts) -> frozenset[str]:
    """What images copy, from the folder of their Dockerfile or from the root; not the whole of it."""
    found = {
        place
        for file, copies in facts.of(DockerfileCopies)
        for one in copies.paths
        for place in (_placed(_folder(file.path), one.path), _plain(one.path))
    }
    return frozenset(place for place in found if place and place != ".")


def _placed(folder: str, given: str) -> str:
    """A path of the repository that is seen from a folder of it; empty where it leads elsewhere."""
    return "" if given.startswith(("/", "~")) else joined_path(folder, given)


def _named(facts: RepositoryFacts) -> dict[str, tuple[tuple[str, str], ...]]:
    """What configurations name and commands are given, by last names, with the folder in which each stands."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for file, fact in facts.of(PathMentions, _is_configuration):
        for mention in fact.paths:
            found[mention.text.rpartition("/")[2]].append((mention.text, file.path))
    for one in facts.derive(invocations):
        if one.origin is Origin.DOCUMENT or one.name in _ONLY_LOOK:
            continue
        for word in one.words[1:]:
            for part in word.split("="):
                text = part.rstrip("/")
                found[text.rpartition("/")[2]].append((text, one.path))
    return {name: tuple(dict.fromkeys(texts)) for name, texts in found.items()}


def _is_configuration(file: SourceFile) -> bool:
    return file.language not in (Language.SHELL, Language.DOCKERFILE, Language.MAKEFILE) and file.role is not Role.TEST


def _carried_folders(facts: RepositoryFacts) -> frozenset[str]:
    """The folders of the repository that commands carry somewhere; keeping a copy of them loads nothing."""
    return facts.folders & {
        _placed(base, part.partition(":")[0].removeprefix(f"{ROOT}/"))
        for one in facts.derive(invocations)
        if one.name in _CARRY and one.origin is not Origin.DOCUMENT and not _KEEPS.search(one.path)
        for word in one.words[1:]
        for part in word.split("=")
        for base in ("", one.folder or "")
    }


def _plain(text: str) -> str:
    return joined_path("", text.removeprefix(f"{ROOT}/"))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _may_mean(text: str, path: str, start: str) -> bool:
    """Whether what a file names may be the one at `path`: by the end of its path, or beside or below the one that names it."""
    if start == path:
        return False
    if "$" in text or "{" in text or "*" in text:
        return True
    if text.startswith("/"):
        return False
    plain = _plain(text)
    if "/" in plain:
        return path == plain or path.endswith(f"/{plain}")
    folder = _folder(start)
    return not folder or path.startswith(f"{folder}/")
