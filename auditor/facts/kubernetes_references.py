"""What Kubernetes manifests refer to: claims, config maps, secrets, accounts, services and images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence, read_yaml
from auditor.model.source import Language

__all__ = ["PARSER", "KubernetesReferences", "Reference"]

_NAME = pattern(r"^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$")
_HOST = pattern(
    r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^@/\s]*@)?([a-z][a-z0-9-]*)(?:\.[a-z0-9-]+\.svc(?:\.cluster\.local)?)?:\d{2,5}(?:[/?]\S*)?$"
)
_HOST_NAME = pattern(r"(?:^|_|PG|DB)HOST(?:NAME)?$")
_SERVICE = pattern(r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?:\.[a-z0-9-]+\.svc(?:\.cluster\.local)?)?$")
"""Names with a hyphen, which are none of a machine's own or of the internet."""
_WORKLOADS = frozenset({"deployment", "statefulset", "daemonset", "job", "cronjob", "pod", "replicaset"})
_INNER = {
    "configMapRef": ("name", "configmap"),
    "configMapKeyRef": ("name", "configmap"),
    "configMap": ("name", "configmap"),
    "secretRef": ("name", "secret"),
    "secretKeyRef": ("name", "secret"),
    "secret": ("secretName", "secret"),
    "persistentVolumeClaim": ("claimName", "persistentvolumeclaim"),
}
"""Keys whose mapping names an object: under which key, and of what kind."""
_MOST_DEEP = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A named object of a kind (lower case; ``host`` and ``image`` for those), and its line."""

    kind: str
    name: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesReferences(Fact):
    """The references of one file that must be met, in the order of the text."""

    kind: ClassVar[str] = "kubernetes-references"
    items: tuple[Reference, ...]


def _parse(source: Source) -> KubernetesReferences | None:
    if "apiVersion" not in source.text or "{{" in source.text:
        return None
    try:
        roots = read_yaml(source.text)
    except ParseFailure:
        return None  # the parser of manifests reports it
    found = [one for root in roots for one in _of_resource(root)]
    kept = tuple(dict.fromkeys(one for one in found if one.kind == "image" or _NAME.search(one.name)))
    return KubernetesReferences(items=kept) if kept else None


def _of_resource(root: Node) -> Iterator[Reference]:
    if not isinstance(root, Mapping):
        return
    kind = root.text("kind").lower()
    if kind == "list":
        for item in root.items("items"):
            yield from _of_resource(item)
    elif kind in _WORKLOADS:
        yield from _walk(root, 0)
        yield from _named(root.mapping("spec").get("serviceName"), "service")
    elif kind in ("configmap", "secret"):
        for group in ("data", "stringData"):
            for _, value in root.mapping(group).pairs if (kind, group) != ("secret", "data") else ():
                yield from _host(value)
    elif kind == "horizontalpodautoscaler":
        target = root.mapping("spec").mapping("scaleTargetRef")
        yield from _named(target.get("name"), target.text("kind").lower())
    elif kind == "ingress":
        yield from _backends(root, 0)


def _walk(node: Node, depth: int) -> Iterator[Reference]:
    if depth > _MOST_DEEP:
        return
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _walk(item, depth + 1)
    if not isinstance(node, Mapping):
        return
    for key, value in node.pairs:
        yield from _of_pair(key.text, value)
        yield from _walk(value, depth + 1)


def _of_pair(key: str, value: Node) -> Iterator[Reference]:
    inner = _INNER.get(key)
    if inner is not None and isinstance(value, Mapping) and value.text("optional").lower() != "true":
        yield from _named(value.get(inner[0]), inner[1])
    elif key == "serviceAccountName":
        yield from _named(value, "serviceaccount")
    elif key == "imagePullSecrets" and isinstance(value, Sequence):
        for item in value.items:
            yield from _named(item.get("name") if isinstance(item, Mapping) else None, "secret")
    elif key == "env" and isinstance(value, Sequence):
        for item in value.items:
            yield from _hosts(item)
    elif key == "image" and isinstance(value, Scalar):
        yield Reference(kind="image", name=value.text, line=value.line)


def _hosts(item: Node) -> Iterator[Reference]:
    """The host of a variable's value: in an address with a port, or alone where the variable is named so."""
    if not isinstance(item, Mapping):
        return
    given = item.get("value")
    yield from _host(given)
    if isinstance(given, Scalar) and _HOST_NAME.search(item.text("name")) and _SERVICE.search(given.text):
        yield Reference(kind="host", name=given.text.partition(".")[0], line=given.line)


def _host(given: Node | None) -> Iterator[Reference]:
    match = _HOST.match(given.text) if isinstance(given, Scalar) else None
    if match and match.group(1) != "localhost" and given is not None:
        yield Reference(kind="host", name=match.group(1), line=given.line)


def _backends(node: Node, depth: int) -> Iterator[Reference]:
    if depth > _MOST_DEEP:
        return
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _backends(item, depth + 1)
    if not isinstance(node, Mapping):
        return
    for key, value in node.pairs:
        if key.text == "service" and isinstance(value, Mapping) and value.get("port") is not None:
            yield from _named(value.get("name"), "service")
        elif key.text == "serviceName":
            yield from _named(value, "service")
        else:
            yield from _backends(value, depth + 1)


def _named(node: Node | None, kind: str) -> Iterator[Reference]:
    if isinstance(node, Scalar) and node.text and kind:
        yield Reference(kind=kind, name=node.text, line=node.line)


PARSER = Parser(fact=KubernetesReferences, accepts=lambda file: file.language is Language.YAML, parse=_parse)
