"""Helm charts: what they depend on, the values that they come with, and what their templates ask of them.

Formats: https://helm.sh/docs/topics/charts/ and https://helm.sh/docs/chart_template_guide/values_files/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Sequence, read_yaml
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "Dependency", "HelmChart", "ValueKey"]

_DEEPEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """A chart that another needs; `repository` as written, with its line."""

    name: str
    alias: str
    repository: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class ValueKey:
    """A key of a values file by its dotted path. `open` where what lies below it is not told: an empty or no mapping."""

    path: str
    line: int
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HelmChart(Fact):
    """A Chart.yaml, or a values file: the one has a name and dependencies, the other keys."""

    kind: ClassVar[str] = "helm-chart"
    name: str
    library: bool
    dependencies: tuple[Dependency, ...]
    keys: tuple[ValueKey, ...]


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.YAML and (
        file.name in ("Chart.yaml", "requirements.yaml") or _is_values(file.name)
    )


def _is_values(name: str) -> bool:
    return name.startswith("values") or name.endswith(("values.yaml", "values.yml"))


def _parse(source: Source) -> HelmChart | None:
    try:
        roots = read_yaml(source.text)
    except ParseFailure:
        return None
    root = roots[0] if roots else None
    if not isinstance(root, Mapping):
        return None
    if _is_values(source.file.name):
        return HelmChart(name="", library=False, dependencies=(), keys=tuple(_keys(root, "", 0)))
    return HelmChart(
        name=root.text("name"),
        library=root.text("type") == "library",
        dependencies=tuple(_dependencies(root)),
        keys=(),
    )


def _dependencies(root: Mapping) -> Iterator[Dependency]:
    for one in root.items("dependencies"):
        if isinstance(one, Mapping):
            repository = one.get("repository")
            line = repository.line if repository is not None else one.line
            yield Dependency(
                name=one.text("name"), alias=one.text("alias"), repository=one.text("repository"), line=line
            )


def _keys(mapping: Mapping, before: str, depth: int) -> Iterator[ValueKey]:
    for key, value in mapping.pairs:
        path = f"{before}.{key.text}" if before else key.text
        yield ValueKey(path, key.line, _is_open(value))
        if isinstance(value, Mapping) and depth < _DEEPEST:
            yield from _keys(value, path, depth + 1)


def _is_open(value: Node) -> bool:
    if isinstance(value, Mapping):
        return not value.pairs
    if isinstance(value, Sequence):
        return True
    return value.plain and value.text in ("", "null", "~")


PARSER = Parser(fact=HelmChart, accepts=_accepts, parse=_parse)
