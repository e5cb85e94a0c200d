"""Writes what was discovered as a commented `.auditor.yaml`, and adds to one that is there without changing it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import MappingNode, ScalarNode

from auditor.errors import Place, UserError
from auditor.model.component import Component
from auditor.repo.components import REST
from auditor.repo.configuration import CONFIGURATION_NAME, parse_configuration
from auditor.repo.publish import publish
from auditor.repo.reader import ReadFailure
from auditor.repo.worktree import Absent, NotRegular, WorktreeReader

__all__ = ["write_configuration"]

_HEADER = """\
# What `auditor` audits in this repository.
#
# rubric:   the rubric to score against; without it, the default one. A file of this repository
#           judges it only where the reviewer says --own-rubric
# out:      the folder of this repository that certificates are written to; without it, none is written
# exclude:  gitignore-style patterns of files to leave out; the certificate names them, and where
#           they would be judged as shipped or documentation, there is no GO
"""
_COMPONENTS = """
The parts that are scored. A file belongs to the first component with a pattern that matches it.
kind:     delivery, deployment, configuration, monitoring, tests, application or documentation
paths:    gitignore-style patterns
weight:   times what the rubric gives to this kind; 0 shows the component and does not count it
owner:    who is asked; without it, CODEOWNERS says so"""


def write_configuration(root: Path, components: Iterable[Component]) -> str:
    """Write `.auditor.yaml` below `root` and return its text.

    Where there is one, its comments, order and values stay, and only components that it does not name are
    added. Raises UserError where what is there cannot be read or written, or is a symbolic link.
    """
    old = _present(root)
    text = _new(components) if old is None or not old.strip() else _added(old, components)
    if old is None or text.encode() != old:
        parse_configuration(text.encode())
        publish(root, {CONFIGURATION_NAME: text.encode()})
    return text


def _present(root: Path) -> bytes | None:
    try:
        return WorktreeReader(root, {}).read(CONFIGURATION_NAME)
    except NotRegular as failure:
        raise _error(f"this is no regular file: {failure}", "put a regular file in its place") from failure
    except Absent:
        if os.path.lexists(root / CONFIGURATION_NAME):
            raise _error("this is a folder", "remove it") from None
        return None
    except ReadFailure as failure:
        raise _error(f"this file cannot be read: {failure}", "make it readable") from failure


def _new(components: Iterable[Component]) -> str:
    document = CommentedMap({"components": _entries(components)})
    document.yaml_set_comment_before_after_key("components", before=_COMPONENTS.strip("\n"))
    return _HEADER + "\n" + _dump(document)


def _added(old: bytes, components: Iterable[Component]) -> str:
    known = parse_configuration(old).components
    text = old.decode("utf-8-sig")
    missing = [one for one in components if one.name not in known]
    if not missing:
        return text
    place = _place(text)
    if place is None:
        return _merged(text, missing)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    new = _dump(_entries(missing) if place.inside else CommentedMap({"components": _entries(missing)}))
    indented = [" " * place.column + line for line in new.splitlines(keepends=True)]
    return "".join([*lines[: place.line], *indented, *lines[place.line :]])


@dataclass(frozen=True, slots=True)
class _Place:
    """Where new components go: before this line (from 0), indented so far; `inside` the mapping, or with its key."""

    line: int
    column: int
    inside: bool


def _place(text: str) -> _Place | None:
    """Where lines can be put in and all others left alone; None where the components stand in braces."""
    root: Any = YAML(pure=True).compose(StringIO(text))
    pairs = {key.value: (key, value) for key, value in root.value} if isinstance(root, MappingNode) else {}
    if "components" not in pairs:
        braces = isinstance(root, MappingNode) and root.flow_style
        return None if braces else _Place(len(text.splitlines()), 0, inside=False)
    key, components = pairs["components"]
    if not isinstance(components, MappingNode):
        return _Place(key.end_mark.line + 1, key.start_mark.column + 2, inside=True)
    if components.flow_style:
        return None
    column = components.value[0][0].start_mark.column
    for name, component in components.value:
        if name.value == REST and _takes_the_rest(component):
            return _Place(_above(text.splitlines(), name.start_mark.line, key.start_mark.line), column, inside=True)
    return _Place(_end(components), column, inside=True)


def _takes_the_rest(component: Any) -> bool:  # noqa: ANN401 - a node of ruamel.yaml
    paths = next((value for key, value in component.value if key.value == "paths"), None)
    return paths is not None and any(item.value == "*" for item in paths.value)


def _above(lines: list[str], line: int, first: int) -> int:
    """The line above which a key's own comment begins."""
    while line - 1 > first and lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return line


def _end(node: Any) -> int:  # noqa: ANN401 - a node of ruamel.yaml
    """The line after the last one of a node."""
    while not isinstance(node, ScalarNode) and not node.flow_style and node.value:
        node = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
    mark = node.end_mark
    return int(mark.line) + (1 if mark.column else 0)


def _merged(text: str, missing: Iterable[Component]) -> str:
    """The text with components put between braces: written anew by ruamel.yaml, which keeps comments."""
    document: Any = _yaml().load(text)
    present = document.setdefault("components", CommentedMap())
    for component in missing:
        names = list(present)
        at = names.index(REST) if REST in names and "*" in present[REST]["paths"] else len(names)
        present.insert(at, component.name, _entry(component))
    return _dump(document)


def _entries(components: Iterable[Component]) -> CommentedMap:
    return CommentedMap({component.name: _entry(component) for component in components})


def _entry(component: Component) -> CommentedMap:
    entry = CommentedMap({"title": component.title, "kind": component.kind.value})
    entry["paths"] = CommentedSeq(component.paths)
    entry["weight"] = component.weight
    if component.owners:
        entry["owner"] = ", ".join(component.owners)
    return entry


def _dump(document: CommentedMap) -> str:
    stream = BytesIO()
    _yaml().dump(document, stream)
    return stream.getvalue().decode()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _error(message: str, remedy: str) -> UserError:
    return UserError(message, place=Place(CONFIGURATION_NAME), remedy=remedy)
