"""AUD489: manifests are applied to one namespace and name another, which kubectl refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from auditor.facts.invocations import Invocation, Origin, invocations
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


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    named = {file.path: fact for file, fact in facts.of(KubernetesNames)}
    held: Hit | None = None
    for one in facts.derive(invocations) if named else ():
        hit = _judged(one, named)
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


def _judged(one: Invocation, named: dict[str, KubernetesNames]) -> Hit | None:
    if one.name not in _CLIENTS or one.origin is Origin.DOCUMENT or not _VERBS & set(one.words[1:4]):
        return None
    shape = _shape(_given(one, "-n", "--namespace"))
    refused = _refused(one, shape, named) if shape else None
    if refused is None:
        return None
    path, resource = refused
    message = f"`{path[:120]}` puts {resource.kind} `{resource.name}` into the namespace `{resource.namespace}`, and is applied to another: kubectl refuses it."
    return Hit(one.path, one.line, one.lines[-1], message, one.symbol)


def _given(one: Invocation, short: str, long: str) -> str:
    """The value of an option; empty where it is not given."""
    for at, word in enumerate(one.words):
        if word in (short, long) and at + 1 < len(one.words):
            return one.words[at + 1]
        if word.startswith(f"{long}="):
            return word.partition("=")[2]
    return ""


def _shape(namespace: str) -> str:
    """The namespace with what is not known as a wildcard; empty where it cannot be told or may be any."""
    parts: list[str] = []
    at = 0
    for found in _EXPANSION.finditer(namespace):
        parts += (namespace[at : found.start()], "?*")
        at = found.end()
    shape = "".join((*parts, namespace[at:]))
    return shape if _SHAPE.search(shape) and shape.strip("?*") else ""


def _refused(one: Invocation, shape: str, named: dict[str, KubernetesNames]) -> tuple[str, Resource] | None:
    """The first resource, with its file, whose own namespace is another."""
    for path in _files(one, named):
        for resource in named[path].resources:
            if _PLAIN.search(resource.namespace) and not fnmatchcase(resource.namespace, shape):
                return path, resource
    return None


def _files(one: Invocation, named: dict[str, KubernetesNames]) -> list[str]:
    """The manifests that are applied: the file, or what lies right in the folder (below it with ``-R``)."""
    told = _given(one, "-f", "--filename")
    if not told or "$" in told or "://" in told or one.elsewhere:
        return []
    anchored = told.startswith(ROOT + "/")
    path = joined_path("" if anchored else one.folder or "", told.removeprefix(ROOT + "/"))
    if path in named:
        return [path]
    deep = "-R" in one.words or "--recursive" in one.words
    base = f"{path}/" if path else ""
    if not base:
        return []
    return sorted(held for held in named if held.startswith(base) and (deep or "/" not in held[len(base) :]))


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
    reads=frozenset({"shell", "github-workflow", "gitlab-ci", "kubernetes"}),
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
            },
            found=(".github/workflows/deploy.yml:9", "deploy.sh:2"),
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
