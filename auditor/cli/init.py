"""``auditor init``: write what was discovered as a configuration to correct."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.errors import Place, UserError
from auditor.model.escape import visible

if TYPE_CHECKING:
    from auditor.model.component import Component
    from auditor.repo.snapshot import Snapshot

__all__ = ["init"]


@click.command()
@click.argument("repository", default=".", type=click.Path(path_type=Path))
def init(repository: Path) -> None:
    """Write the components of REPOSITORY into a commented .auditor.yaml, to be corrected.

    Run again, it keeps what is there, comments included, and adds components for files that none owns yet.
    """
    from auditor.repo.configuration import CONFIGURATION_NAME  # noqa: PLC0415 - pydantic and git are slow to load
    from auditor.repo.init import write_configuration  # noqa: PLC0415 - as above
    from auditor.repo.snapshot import open_snapshot  # noqa: PLC0415 - as above

    root = _root(repository)
    path = root / CONFIGURATION_NAME
    before = path.read_bytes() if path.is_file() else None
    components, files = _undescribed(open_snapshot(root))
    after = write_configuration(root, components).encode()
    if after == before:
        click.echo(visible(f"{path} describes every component already"))
        return
    click.echo(visible(f"wrote {path}"))
    for component in components:
        click.echo(f"  {component.name:<20} {component.kind:<14} {files[component.name]:>6} files")


def _root(repository: Path) -> Path:
    """The top of the work tree. Raises UserError where there is none to write into."""
    from auditor.repo.repository import find_repository  # noqa: PLC0415 - as above

    if not repository.is_dir():
        raise UserError("no such folder", place=Place(str(repository)), remedy="name the folder of a repository")
    found = find_repository(repository.resolve())
    if found is None:
        return repository.resolve()
    if found.bare:
        remedy = "run this in a clone that has one"
        raise UserError("this repository has no work tree", place=Place(str(repository)), remedy=remedy)
    return found.folder


def _undescribed(snapshot: Snapshot) -> tuple[tuple[Component, ...], Counter[str]]:
    """The components among the files that the configuration gives to none, with their number of files."""
    from auditor.repo.components import REST, assign, discover  # noqa: PLC0415 - as above
    from auditor.repo.configuration import CONFIGURATION_NAME, read_configuration  # noqa: PLC0415 - as above
    from auditor.repo.matching import PathMatcher  # noqa: PLC0415 - as above

    inventory = snapshot.inventory
    known = read_configuration(inventory, snapshot.reader).components
    owned = [PathMatcher(setting.paths) for name, setting in known.items() if name != REST]
    rest = tuple(
        file
        for file in inventory.files
        if file.path != CONFIGURATION_NAME and not any(matcher.matches(file.path) for matcher in owned)
    )
    inventory = replace(inventory, files=rest, unreadable=() if known else inventory.unreadable)
    found = discover(inventory)
    files = Counter(assign(found, inventory).values())
    return tuple(one for one in found if files[one.name] and one.name not in known), files
