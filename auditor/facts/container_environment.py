"""The environments that compositions and manifests give to containers, container by container."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence, read_yaml, walk
from auditor.model.source import Language, Role

__all__ = ["PARSER", "ContainerEnvironment", "GivenName", "GivenNames"]

_NAME = pattern(r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")
_SETTING = pattern(r"^[A-Z][A-Z0-9_]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenName:
    """A name and its line."""

    name: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenNames:
    """One container: the names that it is given. `built` where it is built from the repository.

    `mapped` where it is a config map of Kubernetes, all of whose keys are such names. `line` is that of its list of names,
    `open` where it takes more from elsewhere than from config maps.
    """

    built: bool
    mapped: bool = False
    names: tuple[GivenName, ...]
    image: str = ""
    line: int = 0
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerEnvironment(Fact):
    """The containers of one file, in the order of the text."""

    kind: ClassVar[str] = "container-environment"
    containers: tuple[GivenNames, ...]


def _parse(source: Source) -> ContainerEnvironment | None:
    given = "env" in source.text and ("image:" in source.text or "build" in source.text)
    if not given and "kind: ConfigMap" not in source.text:
        return None
    try:
        documents = read_yaml(source.text)
    except ParseFailure:
        return None  # whoever reads the file for what it is reports it
    found = tuple(one for document in documents for one in (*_containers(document), *_map(document)))
    return ContainerEnvironment(containers=found) if found else None


def _containers(document: Node) -> Iterator[GivenNames]:
    for node in walk(document):
        if not isinstance(node, Mapping) or not (node.get("image") or node.get("build")):
            continue
        given = [*_given(node.get("environment")), *_given(node.get("env"))]
        names = tuple(GivenName(name=one.text.partition("=")[0].strip(), line=one.line) for one in given)
        names = tuple(one for one in names if _NAME.search(one.name))
        if names:
            yield GivenNames(
                built=node.get("build") is not None,
                names=names,
                image=node.text("image"),
                line=next((key.line for key, _ in node.pairs if key.text in ("environment", "env")), 0),
                open=_is_open(node),
            )


def _is_open(container: Mapping) -> bool:
    """Whether a container takes names from a file, a secret or another definition."""
    keys = {key.text for key, _ in (*container.pairs, *container.mapping("environment").pairs)}
    if keys & {"env_file", "extends", "<<"}:
        return True
    taken = container.get("envFrom")
    items = taken.items if isinstance(taken, Sequence) else ()
    return any(not isinstance(one, Mapping) or one.get("secretRef") is not None for one in items)


def _map(document: Node) -> Iterator[GivenNames]:
    if not isinstance(document, Mapping) or document.text("kind") != "ConfigMap":
        return
    keys = [key for key, _ in document.mapping("data").pairs]
    named = tuple(GivenName(name=one.text, line=one.line) for one in keys if _NAME.search(one.text))
    if named and all(_SETTING.search(one.text) for one in keys):
        yield GivenNames(built=False, mapped=True, names=named)


def _given(environment: Node | None) -> Iterator[Scalar]:
    if isinstance(environment, Mapping):
        yield from (name for name, _ in environment.pairs)
    for item in environment.items if isinstance(environment, Sequence) else ():
        name = item.get("name") if isinstance(item, Mapping) else item
        if isinstance(name, Scalar):
            yield name


PARSER = Parser(
    fact=ContainerEnvironment,
    accepts=lambda file: file.language is Language.YAML and file.role is Role.SHIPPED,
    parse=_parse,
)
