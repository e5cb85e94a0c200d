"""Where a change began: the merge base of a branch and what is audited."""

from __future__ import annotations

from pathlib import Path

from auditor.errors import Place, UserError
from auditor.repo.git import GitFailure
from auditor.repo.repository import Repository, find_repository

__all__ = ["has_commit", "merge_base"]


def merge_base(folder: Path, revision: str | None, base: str) -> tuple[str, str]:
    """The commit at which `revision` (None: HEAD) left `base`, and the commit that `revision` is.

    Raises UserError where there is no repository, no such revision, or no common commit.
    """
    repository = _repository(folder)
    ours, theirs = _commit(repository, revision or "HEAD"), _commit(repository, base)
    try:
        found = repository.runner.text("merge-base", ours, theirs).split("\n")[0]
    except GitFailure as failure:
        shallow = repository.shallow
        remedy = "fetch more of its history: git fetch --unshallow" if shallow else "name a branch that it came from"
        what = f"{base!r} and {revision or 'HEAD'!r} have no commit in common"
        raise UserError(
            what + (" in this shallow clone" if shallow else ""), place=Place(str(folder)), remedy=remedy
        ) from failure
    return found, ours


def has_commit(folder: Path, commit: str) -> bool | None:
    """Whether the repository has a commit; None where it cannot tell: a shallow clone that lacks it, or no repository."""
    repository = find_repository(folder.resolve()) if folder.is_dir() else None
    if repository is None:
        return None
    found = repository.commit(commit)
    if found is not None and found.identifier == commit:
        return True
    return None if repository.shallow else False


def _repository(folder: Path) -> Repository:
    if not folder.is_dir():
        raise UserError("no such folder", place=Place(str(folder)), remedy="name the folder of a repository")
    repository = find_repository(folder.resolve())
    if repository is None:
        raise UserError("this is no git repository", place=Place(str(folder)), remedy="leave --base away")
    return repository


def _commit(repository: Repository, revision: str) -> str:
    commit = repository.commit(revision)
    if commit is None:
        raise UserError(
            f"there is no commit {revision!r} in this repository", place=Place(str(repository.folder)),
            remedy="name a commit, branch or tag that `git log` shows, and fetch it where this is a fresh clone",
        )  # fmt: skip
    return commit.identifier
