"""AUD489: manifests are applied to one namespace and name another, which kubectl refuses."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache

from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.kubectl_words import options_given
from auditor.facts.kubernetes_names import KubernetesNames, Resource
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell_paths import ROOT
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CLIENTS = frozenset({"kubectl", "oc"})
_VERBS = frozenset({"apply", "create", "replace"})
_EXPANSION = pattern(r"\$\{\{[^{}]{0,200}\}\}|\$\{[^{}]{0,200}\}|\$\([^()]{0,200}\)|\$\w+")
_SHAPE = pattern(r"^[a-z0-9?*-]{1,80}$")
_NEAR = 3
"""Lines between commands of which one finding tells."""
_PLAIN = pattern(r"^[a-z0-9][a-z0-9-]{0,62}$")


class _Manifests:
    """The resources that say which namespace they belong into, by the sorted paths of their files."""

    def __init__(self, facts: RepositoryFacts) -> None:
        named = (
            (file.path, [one for one in fact.resources if _PLAIN.search(one.namespace)])
            for file, fact in facts.of(KubernetesNames)
        )
        self.by_path = {path: resources for path, resources in named if resources}
        self.paths = sorted(self.by_path)
        self.refused = cache(self._refused)

    def _refused(self, path: str, shape: str, *, deep: bool) -> tuple[str, Resource] | None:
        """The first resource of a file or folder, with its file, whose own namespace is another."""
        for held in self._files(path, deep=deep):
            for resource in self.by_path[held]:
                if not fnmatchcase(resource.namespace, shape):
                    return held, resource
        return None

    def _files(self, path: str, *, deep: bool) -> Iterator[str]:
        """The file, or what lies right in the folder (below it where it is `deep`)."""
        if path in self.by_path:
            yield path
            return
        base = f"{path}/" if path else ""
        at = bisect_left(self.paths, base)
        while base and at < len(self.paths) and self.paths[at].startswith(base):
            if deep or "/" not in self.paths[at][len(base) :]:
                yield self.paths[at]
            at += 1


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    manifests = _Manifests(facts)
    held: Hit | None = None
    for one in facts.derive(invocations) if manifests.paths else ():
        hit = _judged(one, manifests)
        if hit is None:
            continue
        if (
            held is not None
            and (held.path, held.symbol) == (hit.path, hit.symbol)
            and hit.start_line - held.end_line <= _NEAR
        ):
            held = replace(held, end_line=hit.end_line)  # manifests that are applied one after the other
            continue
        if held is not None:
            yield held
        held = hit
    if held is not None:
        yield held


def _judged(one: Invocation, manifests: _Manifests) -> Hit | None:
    if one.name not in _CLIENTS or one.origin is Origin.DOCUMENT or not _VERBS & set(one.words[1:4]):
        return None
    shape = _shape(next(iter(options_given(one, "-n", "--namespace")), ""))
    deep = "-R" in one.words or "--recursive" in one.words
    refused = (manifests.refused(path, shape, deep=deep) for path in _applied(one)) if shape else ()
    path, resource = next((found for found in refused if found is not None), ("", None))
    if resource is None:
        return None
    message = f"`{path[:120]}` puts {resource.kind} `{resource.name}` into the namespace `{resource.namespace}`, and is applied to another: kubectl refuses it."
    return Hit(one.path, one.line, one.lines[-1], message, one.symbol)


def _applied(one: Invocation) -> Iterator[str]:
    """The files and folders that are applied, from the root."""
    for told in options_given(one, "-f", "--filename") if not one.elsewhere else ():
        if told and "$" not in told and "://" not in told:
            anchored = told.startswith(ROOT + "/")
            yield joined_path("" if anchored else one.folder or "", told.removeprefix(ROOT + "/"))


def _shape(namespace: str) -> str:
    """The namespace with what is not known as a wildcard; empty where it cannot be told or may be any."""
    parts: list[str] = []
    at = 0
    for found in _EXPANSION.finditer(namespace):
        parts += (namespace[at : found.start()], "?*")
        at = found.end()
    shape = "".join((*parts, namespace[at:]))
    return shape if _SHAPE.search(shape) and shape.strip("?*") else ""


_MANIFEST = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\n  namespace: {namespace}\n"
_WORKFLOW = "on: push\njobs:\n  staging:\n    runs-on: ubuntu-latest\n    env:\n      SPACE: shop-staging\n    steps:\n      - uses: actions/checkout@v4\n      - run: {command}\n"

RULE = Rule(
    id="AUD489",
    name="namespace-refused",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="May the manifests be applied to the namespace that the deployment gives?",
    why="`kubectl apply -n staging` refuses an object that says `namespace: production`: the deployment fails each time, or was never run.",
    limits="Manifests that are named by file or folder and write their namespace out; of namespaces that are put together, the parts that are known are compared. Charts and kustomizations are left alone.",
    fix="Take `namespace:` out of the manifests, or set it per environment with kustomize or helm.",
    since="0.5.0",
    effort=30,
    reads=frozenset({"shell", "github-workflow", "gitlab-ci", "pipeline", "kubernetes"}),
    check_repository=_check,
    examples=(
        Example(
            title="one file to another namespace, and a folder to one that is put together",
            files={
                "k8s/shop.yaml": _MANIFEST.replace("{namespace}", "shop"),
                ".github/workflows/deploy.yml": _WORKFLOW.replace(
                    "{command}", "kubectl apply -f k8s/shop.yaml -n $SPACE"
                ),
                "deploy.sh": '#!/bin/bash\nkubectl --namespace "shop-${1}" apply -f k8s/\nkubectl apply -n shop -f k8s/\nkubectl apply -n "$1" -f k8s/\n',
                "k8s/shared/free.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\n",
                "more.sh": "#!/bin/bash\nkubectl apply -n stage -f k8s/shared/free.yaml -f k8s/shop.yaml\n",
            },
            found=(".github/workflows/deploy.yml:9", "deploy.sh:2", "more.sh:2"),
        ),
        Example(
            title="manifests without a namespace, or with the same one",
            files={
                "k8s/shop.yaml": _MANIFEST.replace("{namespace}", "shop-staging"),
                "k8s/free.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\n",
                ".github/workflows/deploy.yml": _WORKFLOW.replace("{command}", "kubectl apply -f k8s/ -n $SPACE"),
            },
        ),
    ),
)
