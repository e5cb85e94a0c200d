"""The address of a clone's remote, as its configuration names it."""

from __future__ import annotations

from pathlib import Path

from auditor.repo.git import GitFailure
from auditor.repo.repository import find_repository

__all__ = ["remote_address"]


def remote_address(folder: Path) -> str | None:
    """What the repository at `folder` calls ``origin``; None where there is none. Whoever wrote the repository wrote it."""
    repository = find_repository(folder.resolve()) if folder.is_dir() else None
    if repository is None:
        return None
    try:
        return repository.runner.text("config", "--local", "--no-includes", "--get", "remote.origin.url") or None
    except GitFailure:
        return None
