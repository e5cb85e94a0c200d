"""The keys of secrets and config maps in Kubernetes manifests, and those that containers ask for by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.helm_text import COMPUTED, is_chart_template, read_manifests
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Scalar, read_yaml, walk
from auditor.model.source import Language

__all__ = ["PARSER", "AskedKey", "HeldKeys", "KubernetesKeys"]

_REFERENCES = {"secretKeyRef": "secret", "configMapKeyRef": "configmap"}
_LOOPS = pattern(r"\{\{-?\s*(?:range|include|tpl|template)\b|toYaml\s+\.Values\.(?:\w+\.)*(?:secret|external)")
_GROUPS = ("data", "stringData", "binaryData")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKeys:
    """An object with its kind in lower case; `keys` are what it holds.

    ``externalsecret`` is a secret that an operator fills with just these keys (https://external-secrets.io/latest/api/externalsecret/).
    """

    kind: str
    name: str
    keys: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedKey:
    """A key of an object that a container needs to start, and its line."""

    kind: str
    name: str
    key: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesKeys(Fact):
    """What the objects of one file hold and what its containers ask for, in the order of the text."""

    kind: ClassVar[str] = "kubernetes-keys"
    held: tuple[HeldKeys, ...]
    asked: tuple[AskedKey, ...]


def _parse(source: Source) -> KubernetesKeys | None:
    text = source.text
    if "apiVersion" not in text:
        return None
    try:
        manifests = read_manifests(source.path, text) if "{{" in text else read_yaml(text)
    except ParseFailure:
        return None  # the parser of manifests reports it
    roots = [root for root in manifests if isinstance(root, Mapping)]
    if "{{" in text:
        return _of_template(roots, text)
    held = [_held(root) for root in roots if root.text("kind").lower() in ("secret", "configmap")]
    held += [one for root in roots if (one := _external(root)) is not None]
    nodes = [node for root in roots for node in walk(root) if isinstance(node, Mapping)]
    asked = tuple(one for node in nodes for one in _asked(node))
    return KubernetesKeys(held=tuple(held), asked=asked) if held or asked else None


def _of_template(roots: list[Mapping], text: str) -> KubernetesKeys | None:
    """Of a template of Helm, what is written out: keys that an operator fetches, where no loop of the template adds any."""
    held = [one for root in roots if (one := _external(root)) is not None and not _LOOPS.search(text)]
    nodes = [node for root in roots for node in walk(root) if isinstance(node, Mapping)]
    asked = tuple(one for node in nodes for one in _asked(node) if COMPUTED not in one.name + one.key)
    return KubernetesKeys(held=tuple(held), asked=asked) if held or asked else None


def _external(root: Mapping) -> HeldKeys | None:
    """The keys of a secret that an operator makes; None where it takes all there are, or makes others out of them."""
    if root.text("kind") != "ExternalSecret":
        return None
    spec = root.mapping("spec")
    keys = [one.text("secretKey") for one in spec.items("data") if isinstance(one, Mapping)]
    name = spec.mapping("target").text("name") or root.mapping("metadata").text("name")
    if spec.get("dataFrom") is not None or spec.mapping("target").get("template") is not None or not name:
        return None
    return (
        None
        if any(COMPUTED in one for one in (*keys, name))
        else HeldKeys(kind="externalsecret", name=name, keys=frozenset(keys))
    )


def _held(root: Mapping) -> HeldKeys:
    keys = frozenset(key.text for group in _GROUPS for key, _ in root.mapping(group).pairs)
    return HeldKeys(kind=root.text("kind").lower(), name=root.mapping("metadata").text("name"), keys=keys)


def _asked(node: Mapping) -> Iterator[AskedKey]:
    for word, kind in _REFERENCES.items():
        inner = node.get(word)
        key = inner.get("key") if isinstance(inner, Mapping) else None
        if isinstance(inner, Mapping) and isinstance(key, Scalar) and inner.text("optional").lower() != "true":
            yield AskedKey(kind=kind, name=inner.text("name"), key=key.text, line=key.line)


PARSER = Parser(
    fact=KubernetesKeys, accepts=lambda file: file.language is Language.YAML or is_chart_template(file), parse=_parse
)
