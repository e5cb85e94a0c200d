"""The components of a repository: as its configuration names them, or as they are discovered."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from auditor.model.component import Component, ComponentKind, ComponentPart
from auditor.model.source import Language, Role
from auditor.repo.component_patterns import PATTERNS, SERVICE_FOLDERS, TITLES
from auditor.repo.configuration import Configuration, read_configuration
from auditor.repo.matching import PathMatcher
from auditor.repo.owners import Owners, read_owners
from auditor.repo.reader import Inventory, Reader

__all__ = ["REST", "assign", "build_parts", "discover", "load_components"]

REST = "application"
"""The component that owns what no pattern of another matches."""
SEVERAL = 2


def load_components(
    inventory: Inventory, reader: Reader
) -> tuple[Configuration, tuple[Component, ...], dict[str, str]]:
    """The configuration of the snapshot, its components with their owners, and the component of every path.

    Raises UserError where the configuration is wrong.
    """
    configuration = read_configuration(inventory, reader)
    components = _configured(configuration) or discover(inventory)
    if all(one.name != REST for one in components):
        components = (*components, _rest())
    by_path = assign(components, inventory)
    return configuration, _owned(components, by_path, read_owners(inventory, reader)), by_path


def discover(inventory: Inventory) -> tuple[Component, ...]:
    """The components that the paths of the inventory show, in the order in which they are to be matched.

    Only patterns that match something are named. The last component matches every file.
    """
    waiting = set(_paths(inventory))
    found: list[Component] = []
    for kind in TITLES:
        if kind is ComponentKind.APPLICATION:
            continue
        component, owned = _discovered(kind, waiting, inventory)
        waiting -= owned
        if owned:
            found.append(component)
    return (*found, *_services(waiting, inventory), _rest())


def assign(components: Iterable[Component], inventory: Inventory) -> dict[str, str]:
    """The component of every file that is audited or cannot be read: the first whose patterns match."""
    matchers = [(one.name, PathMatcher(one.paths)) for one in components]
    return {
        path: next((name for name, matcher in matchers if matcher.matches(path)), REST) for path in _paths(inventory)
    }


def build_parts(  # noqa: PLR0913, PLR0917 - each is one column of the same table
    components: Iterable[Component],
    owner_by_path: Mapping[str, str],
    inventory: Inventory,
    lines_by_path: Mapping[str, int],
    kinds_by_path: Mapping[str, Collection[str]],
    unreadable_paths: Collection[str] = (),
) -> tuple[ComponentPart, ...]:
    """Every component that has a file, with its files, lines, kinds, digest and what of it cannot be read."""
    files: dict[str, list[tuple[str, str]]] = {}
    for file in inventory.files:
        files.setdefault(owner_by_path[file.path], []).append((file.path, file.blob))
    unread: dict[str, list[str]] = {}
    for path in sorted({*unreadable_paths, *(path for path, _ in inventory.unreadable)}):
        unread.setdefault(owner_by_path.get(path, REST), []).append(path)
    parts = []
    for component in components:
        own = files.get(component.name, [])
        lost = unread.get(component.name, [])
        if own or lost:
            kinds = frozenset(kind for path, _ in own for kind in kinds_by_path.get(path, ()))
            lines = sum(lines_by_path.get(path, 0) for path, _ in own)
            paths = tuple(path for path, _ in own)
            parts.append(
                ComponentPart(
                    component=component,
                    files=paths,
                    lines=lines,
                    kinds=kinds,
                    digest=_digest(own),
                    unreadable=tuple(lost),
                )
            )
    return tuple(parts)


def _digest(files: Iterable[tuple[str, str]]) -> str:
    rows = sorted(f"{blob} {path}" for path, blob in files)
    return hashlib.sha256("\n".join(rows).encode("utf-8", "surrogatepass")).hexdigest()


def _paths(inventory: Inventory) -> list[str]:
    return sorted({*(file.path for file in inventory.files), *(path for path, _ in inventory.unreadable)})


def _rest() -> Component:
    return Component(name=REST, title=TITLES[ComponentKind.APPLICATION], kind=ComponentKind.APPLICATION, paths=("*",))


def _configured(configuration: Configuration) -> tuple[Component, ...]:
    return tuple(
        Component(
            name=name,
            title=setting.title or name,
            kind=setting.kind,
            paths=setting.paths,
            weight=setting.weight,
            owners=tuple(filter(None, (owner.strip() for owner in (setting.owner or "").split(",")))),
        )
        for name, setting in configuration.components.items()
    )


def _owned(components: Iterable[Component], by_path: Mapping[str, str], owners: Owners) -> tuple[Component, ...]:
    files: dict[str, list[str]] = {}
    for path, name in by_path.items():
        files.setdefault(name, []).append(path)
    return tuple(
        one if one.owners else replace(one, owners=owners.of_most(files.get(one.name, ()))) for one in components
    )


def _discovered(kind: ComponentKind, waiting: set[str], inventory: Inventory) -> tuple[Component, set[str]]:
    """The component of a kind among the files that no earlier one owns, and its files."""
    patterns = PATTERNS[kind]
    matcher = PathMatcher(patterns)
    matched = {path: index for path in waiting if (index := matcher.last_match(path)) is not None}
    needed = set(matched.values())
    used = [pattern for index, pattern in enumerate(patterns) if index in needed]
    owned = {path for path, index in matched.items() if not patterns[index].startswith("!")}
    role = {ComponentKind.TESTS: Role.TEST, ComponentKind.DOCUMENTATION: Role.DOCUMENTATION}.get(kind)
    left = waiting - owned
    rest = sorted(file.path for file in inventory.files if file.role is role and file.path in left)
    used.extend(_exactly(path) for path in rest)
    return Component(name=kind.value, title=TITLES[kind], kind=kind, paths=tuple(used)), owned.union(rest)


def _exactly(path: str) -> str:
    """The pattern that matches this path alone."""
    escaped = "".join("\\" + char if char in "\\*?[]!# " else char for char in path)
    return "/" + escaped


def _services(waiting: set[str], inventory: Inventory) -> tuple[Component, ...]:
    """One component for each service or package of a repository that holds several."""
    code = {
        file.path
        for file in inventory.files
        if file.role is Role.SHIPPED
        and file.language not in (Language.TEXT, Language.MARKDOWN)
        and file.path in waiting
    }
    found: dict[str, str] = {}
    for path in sorted(code):
        parts = path.split("/")
        if len(parts) > SEVERAL and parts[0] in SERVICE_FOLDERS:
            found.setdefault(f"{parts[0]}/{parts[1]}", parts[1])
    if len(found) < SEVERAL:
        return ()
    names = list(found.values())
    return tuple(
        Component(
            name=_service_name(folder if names.count(name) > 1 else name),
            title=name,
            kind=ComponentKind.APPLICATION,
            paths=(_exactly(folder) + "/",),
        )
        for folder, name in found.items()
    )


def _service_name(folder: str) -> str:
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "-" for char in folder).strip(
        "-._"
    )
    taken = {kind.value for kind in ComponentKind}
    return f"service-{plain}"[:64] if not plain or plain in taken else plain[:64]
