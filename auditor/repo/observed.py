"""What can be seen of a work tree before any of its files is opened: what git lists, and how each file lies there.

Where all of it is as it was, and was at rest when it was seen, every file holds what it held.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import Place, UserError
from auditor.repo.git import GitFailure
from auditor.repo.repository import Repository, find_repository
from auditor.repo.stamps import Stamp, at_rest, stamps_at

__all__ = ["Observed", "audited_folder", "broken", "look_at", "observe"]


@dataclass(frozen=True, slots=True)
class Observed:
    """A work tree: the commit that it is at, its index and its untracked files as git lists them, and the stamps of its files.

    Nothing else of git's decides what an audit reads, but for objects, which are named by what they hold.
    """

    repository: Repository
    name: str
    head: str | None
    index: bytes
    untracked: bytes
    stamps: Mapping[str, Stamp]

    def state(self) -> str:
        """A digest that is another one as soon as anything of this is."""
        repository = self.repository
        about = [
            str(repository.folder),
            repository.git_dir,
            repository.shallow,
            repository.algorithm,
            self.name,
            self.head,
        ]
        digest = hashlib.sha256(repr(about).encode("utf-8", "surrogateescape"))
        for part in (self.index, self.untracked, repr(self._own_stamps()).encode("ascii")):
            digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()

    def is_at_rest(self, now: float) -> bool:
        """Whether no file can yet change without a trace; `now` is a time before this was seen, in seconds since the epoch."""
        return all(one is None or at_rest(one, now) for one in self._own_stamps())

    def _own_stamps(self) -> list[Stamp | None]:
        """Those of the files that git lists: one that it ignores may change as it likes."""
        return list(map(self.stamps.get, _paths(self.index, self.untracked)))


def audited_folder(path: Path) -> Path:
    """The folder that is audited. Raises UserError where there is none."""
    try:
        folder = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise UserError("no such folder", place=Place(str(path)), remedy="name the folder of a repository") from error
    if not folder.is_dir():
        raise UserError("this is no folder", place=Place(str(path)), remedy="name the folder of a repository")
    return folder


def observe(path: Path) -> Observed | None:
    """The work tree at a path; None where it is none. Raises UserError where git cannot read it."""
    repository = find_repository(audited_folder(path))
    return None if repository is None or repository.bare else look_at(repository)


def look_at(repository: Repository) -> Observed:
    """The work tree of a repository. Raises UserError where git cannot read it."""
    asked = (repository.untracked(), repository.index())  # both at once: they wait for the disk
    try:
        index = asked[1].answer()
        stamps = stamps_at(repository.folder, _paths(index, b""))
        head, name = repository.commit_named("HEAD"), repository.name()
        untracked = asked[0].answer()
    except GitFailure as failure:
        raise broken(repository, failure) from failure
    finally:
        for one in asked:
            one.end()
    stamps |= stamps_at(repository.folder, _paths(b"", untracked))
    return Observed(repository, name, head, index, untracked, stamps)


def broken(repository: Repository, failure: GitFailure) -> UserError:
    """What is told where git cannot read a repository."""
    remedy = "mend the repository, or clone it anew and in full"
    return UserError(f"git cannot read this repository: {failure}", place=Place(str(repository.folder)), remedy=remedy)


def _paths(index: bytes, untracked: bytes) -> list[str]:
    """The paths that git lists, as the file system names them."""
    tracked = [row.partition("\t")[2] for row in os.fsdecode(index).split("\0")]
    return [*tracked[:-1], *os.fsdecode(untracked).split("\0")[:-1]]
