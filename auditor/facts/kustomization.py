"""Kustomizations: which files they read (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, read_yaml
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "Kustomization", "NamedPath"]

_NAMES = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
_LISTS = ("resources", "bases", "components", "patchesStrategicMerge", "crds", "configurations", "transformers", "generators", "validators", "openapi")  # fmt: skip
_PATCHES = ("patches", "patchesJson6902", "replacements")
_OPENING = (
    "helmCharts",
    "helmChartInflationGenerator",
    "generators",
    "transformers",
    "namePrefix",
    "nameSuffix",
    "replacements",
    "vars",
)
_OF_ADDRESSES = ("://", "//", "github.com", "?ref=")
_GENERATORS = ("configMapGenerator", "secretGenerator")


@dataclass(frozen=True, slots=True, order=True)
class NamedPath:
    """A path as written, relative to the folder of the kustomization, with its line; `secret` where it holds secrets."""

    line: int
    path: str
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kustomization(Fact):
    """The files and folders that one kustomization reads, in the order of the text; addresses and inline patches are left out. `images` are those whose tags it sets.

    `opens` where it makes objects, or names of objects, that are written in no manifest here; `addresses` of the web are where it takes some from.
    `makes` are the objects that its generators make, by kind and name.
    """

    kind: ClassVar[str] = "kustomization"
    paths: tuple[NamedPath, ...]
    images: tuple[NamedPath, ...] = ()
    opens: bool = False
    addresses: tuple[str, ...] = ()
    makes: tuple[tuple[str, str], ...] = ()


def _accepts(file: SourceFile) -> bool:
    return file.name in _NAMES and file.language in (Language.YAML, Language.TEXT)


def _parse(source: Source) -> Kustomization | None:
    try:
        roots = read_yaml(source.text)
    except ParseFailure:
        return None
    root = roots[0] if roots else None
    if not isinstance(root, Mapping):
        return None
    paths = tuple(sorted(one for one in _paths(root) if _is_path(one.path)))
    addresses = tuple(_addresses(root))
    opens = bool(addresses) or any(root.get(key) is not None for key in _OPENING)
    return Kustomization(
        paths=paths, images=tuple(_images(root)), opens=opens, addresses=addresses, makes=tuple(_made(root))
    )


def _made(root: Mapping) -> Iterator[tuple[str, str]]:
    """The config maps and secrets of the generators, by the names under which manifests ask for them."""
    for key in _GENERATORS:
        for one in root.items(key):
            name = one.text("name") if isinstance(one, Mapping) else ""
            if name:
                yield key.removesuffix("Generator").lower(), name


def _addresses(root: Mapping) -> Iterator[str]:
    """From where in the web it takes objects, so that they are written in no manifest here."""
    for key in ("resources", "bases", "components"):
        for one in root.items(key):
            if isinstance(one, Scalar) and any(sign in one.text for sign in _OF_ADDRESSES):
                yield one.text


def _images(root: Mapping) -> Iterator[NamedPath]:
    """The images that get another tag, by the name under which they run."""
    for one in root.items("images"):
        if isinstance(one, Mapping):
            name = one.get("newName") or one.get("name")
            if isinstance(name, Scalar):
                yield NamedPath(line=name.line, path=name.text)


def _paths(root: Mapping) -> Iterator[NamedPath]:
    for key in _LISTS:
        yield from (_named(one) for one in root.items(key) if isinstance(one, Scalar) and not one.block)
    for key in _PATCHES:
        for one in root.items(key):
            path = one.get("path") if isinstance(one, Mapping) else None
            if isinstance(path, Scalar):
                yield _named(path)
    for key in _GENERATORS:
        for one in root.items(key):
            yield from _generated(one, secret=key == "secretGenerator")


def _generated(one: Node, *, secret: bool) -> Iterator[NamedPath]:
    """The files of a generator: ``name=path`` or a path, and files of settings."""
    if not isinstance(one, Mapping):
        return
    for each in (*one.items("files"), *one.items("envs"), *filter(None, [one.get("env")])):
        if isinstance(each, Scalar):
            yield NamedPath(each.line, each.text.rpartition("=")[2], secret)


def _named(scalar: Scalar) -> NamedPath:
    return NamedPath(scalar.line, scalar.text)


def _is_path(text: str) -> bool:
    remote = (
        "://" in text
        or "?ref=" in text
        or text.startswith(("git@", "github.com/"))
        or "." in text.split("/", maxsplit=1)[0].strip(".")
    )
    plain = bool(text) and not any(sign in text for sign in "$*{}\n ")
    return plain and (not remote or "/" not in text)


PARSER = Parser(fact=Kustomization, accepts=_accepts, parse=_parse)
