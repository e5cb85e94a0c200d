"""What manifests and the templates of charts deploy: objects with their containers, labels and namespaces.

Formats: https://kubernetes.io/docs/concepts/overview/working-with-objects/ and https://helm.sh/docs/chart_template_guide/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.helm_text import COMPUTED, as_yaml, is_chart_template
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence, read_yaml, walk
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "DeployedFile", "DeployedObject"]

_KEY_OF_TEMPLATE = pattern(r"(?m)^\s*([A-Za-z][A-Za-z0-9./_-]*):\s")
_FULL_NAME = pattern(r"[\"'](?:[\w-]+\.)?fullname[\"']")
_CHANGES = ("namePrefix", "nameSuffix")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedObject:
    """One object. `head` and `tail` are the fixed parts of a name that a template makes of the release (`made`).

    `anything` where the name comes from elsewhere; `containers` are those of a workload, None where not all can be told.
    """

    kind: str
    name: str
    containers: frozenset[str] | None
    made: bool = False
    anything: bool = False
    head: str = ""
    tail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedFile(Fact):
    """The objects of one file, and the labels and namespaces that it gives.

    `labels` are those of pods; `label_keys` are those whose values a template computes, `affixes` what a kustomization puts before or behind
    every name; `unread` where the file is a template that could not be read.
    """

    kind: ClassVar[str] = "deployed-objects"
    objects: tuple[DeployedObject, ...]
    labels: frozenset[tuple[str, str]]
    label_keys: frozenset[str]
    namespaces: frozenset[str]
    affixes: frozenset[str] = frozenset()
    unread: bool = False


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.YAML or is_chart_template(file)


def _parse(source: Source) -> DeployedFile | None:
    text = source.text
    in_chart = is_chart_template(source.file)
    if in_chart and source.path.endswith(".tpl"):
        return _empty(frozenset(match.group(1) for match in _KEY_OF_TEMPLATE.finditer(text)))
    if "kind" not in text and "namespace" not in text and not any(word in text for word in _CHANGES):
        return None
    try:
        roots = read_yaml(as_yaml(text) if in_chart and "{{" in text else text)
    except ParseFailure:
        return _empty(frozenset(), unread=True) if "apiVersion" in text else None
    lines = text.split("\n")
    nodes = [node for root in roots for node in walk(root) if isinstance(node, Mapping)]
    pairs = {pair for node in nodes for pair in _labels(node)}
    return DeployedFile(
        objects=tuple(one for root in roots for one in _objects(root, lines)),
        labels=frozenset(pair for pair in pairs if COMPUTED not in pair[1]),
        label_keys=frozenset(key for key, value in pairs if COMPUTED in value),
        namespaces=frozenset(text for node in nodes if (text := node.text("namespace")) and COMPUTED not in text),
        affixes=frozenset(node.text(word) for node in nodes for word in _CHANGES if node.text(word)),
    )


def _empty(keys: frozenset[str], *, unread: bool = False) -> DeployedFile:
    return DeployedFile(objects=(), labels=frozenset(), label_keys=keys, namespaces=frozenset(), unread=unread)


def _objects(root: Node, lines: list[str]) -> Iterator[DeployedObject]:
    if not isinstance(root, Mapping) or not root.text("kind"):
        return
    if root.text("kind") == "List":
        for item in root.items("items"):
            yield from _objects(item, lines)
        return
    name = root.mapping("metadata").get("name")
    if isinstance(name, Scalar) and name.text:
        kind = root.text("kind").lower()
        yield _object(kind, name.text, _line(lines, name.line), _containers(root))


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1] if number <= len(lines) else ""


def _object(kind: str, name: str, written: str, containers: frozenset[str] | None) -> DeployedObject:
    if COMPUTED not in name and "$" not in name and "{{" not in name:
        return DeployedObject(kind=kind, name=name, containers=containers)
    if COMPUTED not in name or not _FULL_NAME.search(written):
        return DeployedObject(kind=kind, name=name, containers=None, anything=True)
    head, _, tail = name.partition(COMPUTED)
    if COMPUTED in tail:
        return DeployedObject(kind=kind, name=name, containers=None, anything=True)
    return DeployedObject(kind=kind, name=name, containers=containers, made=True, head=head, tail=tail)


def _containers(root: Mapping) -> frozenset[str] | None:
    """The names of the containers; None where one is computed."""
    names = [
        item.text("name")
        for node in walk(root)
        if isinstance(node, Mapping)
        for key in ("containers", "initContainers")
        if isinstance(node.get(key), Sequence)
        for item in node.items(key)
        if isinstance(item, Mapping)
    ]
    return None if any(COMPUTED in name or "$" in name for name in names) else frozenset(names)


def _labels(node: Mapping) -> Iterator[tuple[str, str]]:
    """The labels that pods get: from a template, their own, or from a kustomization that labels everything."""
    groups = [node.mapping("template").mapping("metadata").mapping("labels"), node.mapping("commonLabels")]
    if node.text("kind").lower() == "pod":
        groups.append(node.mapping("metadata").mapping("labels"))
    groups += [one.mapping("pairs") for one in node.items("labels") if isinstance(one, Mapping)]
    for group in groups:
        yield from ((key.text, one.text) for key, one in group.pairs if isinstance(one, Scalar))


PARSER = Parser(fact=DeployedFile, accepts=_accepts, parse=_parse)
