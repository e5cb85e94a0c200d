"""Files of any commit of a repository, for those who check what was said about them."""

from __future__ import annotations

from pathlib import Path

from auditor.errors import Place, UserError
from auditor.repo.git import GitFailure
from auditor.repo.objects import ObjectReader
from auditor.repo.reader import ReadFailure
from auditor.repo.repository import Repository, find_repository

__all__ = ["CommittedRepository"]


class CommittedRepository:
    r"""A clone, read from git's objects alone. Paths are as in the inventory: a byte that is no UTF-8 stands as ``\\xNN``."""

    def __init__(self, folder: Path) -> None:
        found = find_repository(folder)
        if found is None:
            raise UserError(
                "this is no git repository", place=Place(str(folder)), remedy="name a clone of the audited one"
            )
        self._repository: Repository = found
        self._blobs: dict[str, dict[str, str]] = {}
        self._readers: dict[str, ObjectReader] = {}

    def tree(self, commit: str) -> str | None:
        """The tree id of a commit, or None where the clone does not have it."""
        found = self._repository.commit(commit)
        return found.tree if found else None

    def head(self) -> str | None:
        """The commit of HEAD, or None where there is none."""
        found = self._repository.commit("HEAD")
        return found.identifier if found else None

    def read(self, commit: str, path: str) -> bytes | None:
        """The content of a file at a commit, or None where it has no such file or lacks its content."""
        try:
            return self._reader(commit).read(path)
        except (ReadFailure, GitFailure):
            return None

    def changed(self, old: str, new: str) -> tuple[str, ...]:
        """The paths that differ between two commits, sorted."""
        before, after = self._files(old), self._files(new)
        return tuple(sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path)))

    def close(self) -> None:
        """End git."""
        for reader in self._readers.values():
            reader.close()

    def _files(self, commit: str) -> dict[str, str]:
        if commit not in self._blobs:
            rows = self._repository.tree(commit)
            self._blobs[commit] = {row.path.decode("utf-8", "backslashreplace"): row.blob for row in rows}
        return self._blobs[commit]

    def _reader(self, commit: str) -> ObjectReader:
        if commit not in self._readers:
            one = self._repository
            self._readers[commit] = ObjectReader(
                one.folder, one.git_dir, self._files(commit), one.missing(commit), one.algorithm
            )
        return self._readers[commit]
