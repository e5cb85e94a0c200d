"""A clone as verification asks it: what was in a commit, and what has changed since."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from auditor.errors import Place, UserError
from auditor.model.component import ComponentFiles
from auditor.repo.components import build_parts, load_components
from auditor.repo.git import GitFailure
from auditor.repo.objects import ObjectStore
from auditor.repo.reader import ReadFailure
from auditor.repo.repository import Repository, find_repository
from auditor.repo.snapshot import open_snapshot
from auditor.repo.worktree import show_paths

__all__ = ["Clone", "open_clone"]


class Clone:
    """Commits of a repository by their ids; nothing is checked out and nothing is fetched."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._blobs: dict[str, dict[str, str]] = {}

    def tree(self, commit: str) -> str | None:
        """The tree id of a commit, or None where the clone does not have it."""
        found = self._repository.commit(commit)
        return found.tree if found and found.identifier == commit else None

    def read(self, commit: str, path: str) -> bytes | None:
        """The content of a file at a commit, or None where there is no such file or content."""
        blob = self._blobs_of(commit).get(path)
        if blob is None:
            return None
        try:
            return self._store.read(blob)
        except ReadFailure:
            return None

    def commit(self, revision: str) -> str | None:
        """The id of the commit that a revision names, or None where it names none."""
        found = self._repository.commit(revision)
        return found.identifier if found else None

    def head(self) -> str | None:
        """The commit of HEAD, or None where there is none."""
        return self.commit("HEAD")

    def changed(self, old: str, new: str) -> tuple[str, ...]:
        """The paths whose content differs between two commits, sorted."""
        before, after = self._blobs_of(old), self._blobs_of(new)
        return tuple(sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path)))

    def resolve(self, revision: str) -> str:
        """The commit that a revision names. Raises UserError where it names none."""
        found = self._repository.commit(revision)
        if found is None:
            place = Place(str(self._repository.folder))
            remedy = "name a commit, branch or tag that `git log` shows"
            raise UserError(f"there is no commit {revision!r} in this clone", place=place, remedy=remedy)
        return found.identifier

    def components(self, commit: str) -> Mapping[str, ComponentFiles]:
        """The components at a commit, as an audit of it tells them apart. Raises UserError where it cannot be audited."""
        snapshot = open_snapshot(self._repository.folder, commit)
        _, components, by_path = load_components(snapshot.inventory, snapshot.reader)
        blobs = {file.path: file.blob for file in snapshot.inventory.files}
        return {
            part.component.name: ComponentFiles(
                kind=part.component.kind.value,
                digest=part.digest,
                blobs={path: blobs[path] for path in part.files},
            )
            for part in build_parts(components, by_path, snapshot.inventory, {}, {})
        }

    def close(self) -> None:
        """End the process that reads objects."""
        self._store.close()

    @cached_property
    def _store(self) -> ObjectStore:
        return ObjectStore(self._repository.runner)

    def _blobs_of(self, commit: str) -> dict[str, str]:
        if commit not in self._blobs:
            try:
                rows = self._repository.tree(commit)
            except GitFailure:
                rows = ()
            shown = show_paths([row.path for row in rows])
            self._blobs[commit] = {shown[row.path]: row.blob for row in rows}
        return self._blobs[commit]


def open_clone(folder: Path) -> Clone:
    """The clone whose top is `folder`. Raises UserError where there is none."""
    if not folder.is_dir():
        raise UserError("no such folder", place=Place(str(folder)), remedy="name a clone of the audited repository")
    repository = find_repository(folder.resolve())
    if repository is None:
        raise UserError("this is no git repository", place=Place(str(folder)), remedy="name a clone of the audited one")
    return Clone(repository)
