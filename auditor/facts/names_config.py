"""Names in configuration: placeholders of YAML and INI, environment of Compose and Kubernetes, env files, images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.facts.base import ParseFailure
from auditor.facts.helm_text import read_manifests
from auditor.facts.mended_yaml import read_meant
from auditor.facts.names_fact import Act, Default, Mention, Via
from auditor.facts.pattern import Pattern, pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Node, Scalar, Sequence, read_yaml, walk

__all__ = ["compose_names", "configuration_names", "dockerfile_names", "env_names", "hcl_names", "manifest_names"]

_PLACEHOLDER = pattern(r"(\$?)\$\{(?:env:|ENV:)?([A-Z][A-Z0-9_]{2,})(?:(:?[-=?+]|:)([^}]*))?\}")
_BARE = pattern(r"(?:^|[^$\w\\])\$([A-Z][A-Z0-9_]{2,})\b")
_ENV_LINE = pattern(r"^[ \t]*(?:#[ \t]*)?(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]{2,})[ \t]*=")
_ASSIGNED = pattern(r"^[ \t]+(?:(?:export|local|readonly)[ \t]+)?([A-Z][A-Z0-9_]{2,})=[\"'$\w`]")
"""A variable that a script within a file of YAML sets itself."""
_IMAGE = pattern(r"(?i)^[ \t]*(?:ENV|ARG)[ \t]+([A-Za-z_][A-Za-z0-9_]*)")
_VARIABLE = pattern(r"^[ \t]*variable[ \t]+\"([A-Za-z_]\w*)\"")

_TABLES = pattern(
    r"(?i)^(?:secrets?|secret_?(?:env|keys|refs?|values|variables)|env_?(?:from_?)?secrets?|external_?secrets?|encryptedData)$"
)
_VARIABLE_NAME = pattern(r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")


def configuration_names(lines: tuple[str, ...], *, bare: bool = False) -> Iterator[Mention]:
    """Placeholders ``${NAME}`` outside comments; `bare` takes ``$NAME`` too, as Compose does."""
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith(("#", ";", "//")) or len(line) > 4000:  # noqa: PLR2004 - no configuration, data
            continue
        for match in _PLACEHOLDER.finditer(line):
            if match.group(1):
                continue  # ``$${NAME}`` is for the container's shell
            operator, fallback = match.group(3), match.group(4)
            if operator.endswith("?"):
                yield Mention(number, match.group(2), Act.VALIDATED, Via.CONFIGURATION)
            default = Default.NONE
            if operator and not operator.endswith("?"):
                default = Default.VALUE if fallback.strip("\"' ") else Default.EMPTY
            yield Mention(number, match.group(2), Act.USED, Via.CONFIGURATION, default)
        for match in _BARE.finditer(line) if bare else ():
            yield Mention(number, match.group(1), Act.USED, Via.CONFIGURATION)


def compose_names(source: Source) -> Iterator[Mention]:
    """What a Compose file takes from its environment, and gives to its containers."""
    yield from configuration_names(source.lines, bare=True)
    for document in read_meant(source.text).documents:
        for node in walk(document):
            if isinstance(node, Mapping):
                yield from _container(node.get("environment"))


def manifest_names(source: Source) -> Iterator[Mention]:
    """Placeholders of any YAML file, and what Kubernetes containers and config maps are given."""
    own = frozenset(match.group(1) for line in source.lines if (match := _ASSIGNED.match(line[:400])))
    documents = _documents(source)
    own |= {name for one in documents if isinstance(one, Mapping) for name in _of_matrix(one.get("matrix"))}
    yield from (one for one in configuration_names(source.lines) if one.name not in own)
    for document in documents:
        for node in walk(document):
            if isinstance(node, Mapping):
                yield from _container(node.get("env"))
                yield from _container(node.get("variables"))
                yield from _handed_on(node)
                if node.text("kind") in ("ConfigMap", "Secret"):
                    yield from _container(node.get("data"))
                    yield from _container(node.get("stringData"))


def template_names(source: Source) -> Iterator[Mention]:
    """What the containers of a template of Helm are given by name, and what a secret of it is filled with."""
    for document in read_manifests(source.path, source.text):
        for node in walk(document):
            if isinstance(node, Mapping):
                yield from (
                    replace(one, act=Act.PASSED) for one in _container(node.get("env")) if one.act is not Act.USED
                )
                yield from _handed_on(node)


def _of_matrix(matrix: Node | None) -> Iterator[str]:
    """The variables that the runs of a pipeline differ in (https://woodpecker-ci.org/docs/usage/matrix-workflows)."""
    for part in matrix.items("include") if isinstance(matrix, Mapping) else ():
        if isinstance(part, Mapping):
            yield from (name.text for name, _ in part.pairs)
    if isinstance(matrix, Mapping):
        yield from (name.text for name, _ in matrix.pairs)


def env_names(lines: tuple[str, ...]) -> Iterator[Mention]:
    """What an env file or its template declares; a setting that is commented out is offered all the same, at the place ``#``."""
    for one in _declared(lines, _ENV_LINE):
        yield replace(one, place="#") if lines[one.line - 1].lstrip().startswith("#") else one


def dockerfile_names(lines: tuple[str, ...]) -> Iterator[Mention]:
    """What an image sets or asks of its build."""
    yield from _declared(lines, _IMAGE)


def hcl_names(lines: tuple[str, ...]) -> Iterator[Mention]:
    """Variables that Terraform asks for, by their own name and as the environment gives them."""
    for number, line in enumerate(lines, 1):
        found = _VARIABLE.match(line)
        if found:
            yield Mention(number, f"TF_VAR_{found.group(1)}", Act.DECLARED)
            yield Mention(number, found.group(1).upper(), Act.DECLARED)


def _declared(lines: tuple[str, ...], declaration: Pattern) -> Iterator[Mention]:
    for number, line in enumerate(lines, 1):
        found = declaration.match(line)
        if found:
            yield Mention(number, found.group(1), Act.DECLARED)


def _container(environment: Node | None) -> Iterator[Mention]:
    if isinstance(environment, Mapping):
        for name, value in environment.pairs:
            given = isinstance(value, Scalar) and "$" in value.text
            yield Mention(name.line, name.text, Act.PASSED if given else Act.DECLARED)
    for item in environment.items if isinstance(environment, Sequence) else ():
        if isinstance(item, Scalar):
            key, sign, text = item.text.partition("=")
            yield Mention(item.line, key.strip(), Act.DECLARED if sign and "$" not in text else Act.PASSED)
            if not sign:
                yield Mention(item.line, key.strip(), Act.USED, Via.CONFIGURATION)
        elif isinstance(item, Mapping) and item.text("name"):
            yield Mention(item.line, item.text("name"), Act.PASSED if item.get("valueFrom") else Act.DECLARED)


def _handed_on(node: Mapping) -> Iterator[Mention]:
    """Secrets of a vault that become variables under their keys: tables of a chart's values, `ExternalSecret`, `SealedSecret`."""
    keys = [
        key
        for name, value in node.pairs
        if _TABLES.search(name.text) and isinstance(value, Mapping)
        for key, _ in value.pairs
    ]
    listed = node.get("data")
    items = listed.items if isinstance(listed, Sequence) else ()
    keys += [key for one in items if isinstance(one, Mapping) and isinstance(key := one.get("secretKey"), Scalar)]
    if all(_VARIABLE_NAME.search(key.text) for key in keys):
        yield from (Mention(key.line, key.text, Act.PASSED) for key in keys)


def _documents(source: Source) -> tuple[Node, ...]:
    try:
        return read_yaml(source.text)
    except ParseFailure:
        return ()  # whoever reads the file for what it is reports it
