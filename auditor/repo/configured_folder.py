"""The folder that a repository's configuration names for certificates."""

from __future__ import annotations

from pathlib import Path

from auditor.errors import Place, UserError

__all__ = ["CONFIGURATION_NAME", "configured_folder"]

CONFIGURATION_NAME = ".auditor.yaml"


def configured_folder(repository: Path, name: str | None) -> Path | None:
    """Where a repository wants its certificates; None where it does not say. Raises UserError where that is outside of it."""
    if name is None:
        return None
    folder = repository / name
    if not folder.resolve().is_relative_to(repository.resolve()):
        raise UserError(
            "`out` leads out of the repository", place=Place(CONFIGURATION_NAME), remedy="name a folder in it"
        )
    return folder
