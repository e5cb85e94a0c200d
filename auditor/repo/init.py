"""Writes what was discovered as a commented `.auditor.yaml`, and adds to one that is there without changing it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

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
# rubric:   the rubric to score against; without it, the default one
# out:      the folder of this repository that certificates are written to; without it, none is written
# exclude:  gitignore-style patterns of files to leave out; the certificate names them
"""
_COMPONENTS = """
The parts that are scored. A file belongs to the first component with a pattern that matches it.
kind:     delivery, deployment, configuration, monitoring, tests, application or documentation
paths:    gitignore-style patterns
weight:   how much the component counts in the overall score; 0 shows it and does not count it
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
    document: Any = _yaml(text).load(text)
    if document is None:  # nothing but comments
        return text.rstrip("\n") + "\n\n" + _dump(CommentedMap({"components": _entries(missing)}))
    present = document.get("components")
    if not present:
        document["components"] = _entries(missing)
    else:
        _insert(present, missing)
    return _dump(document, text)


def _insert(present: CommentedMap, missing: Iterable[Component]) -> None:
    """Put new components before the one that takes what is left, else at the end."""
    for component in missing:
        names = list(present)
        at = names.index(REST) if REST in names and "*" in present[REST].get("paths", ()) else len(names)
        present.insert(at, component.name, _entry(component))


def _entries(components: Iterable[Component]) -> CommentedMap:
    return CommentedMap({component.name: _entry(component) for component in components})


def _entry(component: Component) -> CommentedMap:
    entry = CommentedMap({"title": component.title, "kind": component.kind.value})
    entry["paths"] = CommentedSeq(component.paths)
    entry["weight"] = component.weight
    if component.owners:
        entry["owner"] = ", ".join(component.owners)
    return entry


def _dump(document: CommentedMap, like: str = "") -> str:
    stream = BytesIO()
    _yaml(like).dump(document, stream)
    return stream.getvalue().decode()


def _yaml(like: str) -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.explicit_start = like.startswith("---")
    indented = any(line.startswith(("  - ", "    - ", "      - ")) for line in StringIO(like)) or not like
    if indented:
        yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _error(message: str, remedy: str) -> UserError:
    return UserError(message, place=Place(CONFIGURATION_NAME), remedy=remedy)
