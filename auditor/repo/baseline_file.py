"""Where a baseline lies, and which files have been renamed since it was written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from auditor.errors import Place, UserError
from auditor.model.baseline import BASELINE_FILE, MOST_BYTES, parse_baseline
from auditor.repo.clone import open_clone
from auditor.repo.git import GitFailure
from auditor.repo.reader import ReadFailure
from auditor.repo.repository import Repository, find_repository
from auditor.repo.worktree import WorktreeReader, show_paths

__all__ = ["ATTRIBUTES", "read_baseline", "renamed_since", "write_place"]

ATTRIBUTES = b"baseline text eol=lf merge=union\n"
"""Lets git keep the lines of both sides (https://git-scm.com/docs/gitattributes#Documentation/gitattributes.txt-union)."""

_MISSING = "`auditor baseline` writes one"


def read_baseline(folder: Path, given: Path | None, revision: str | None) -> frozenset[str] | None:
    """The baseline of a repository, or the file that is given; None where the repository has none.

    With a revision, the repository's is read at that revision. Raises UserError where it cannot be read.
    """
    if given is not None:
        return parse_baseline(_read_file(given), str(given))
    if not folder.is_dir():
        raise UserError("no such folder", place=Place(str(folder)), remedy="name the folder of a repository")
    if revision is None and _is_bare(folder):
        revision = "HEAD"
    data = _committed(folder, revision) if revision is not None else _in_work_tree(folder)
    return None if data is None else parse_baseline(data, BASELINE_FILE)


def write_place(folder: Path, output: Path | None) -> Path:
    """Where the baseline of a repository is written. Raises UserError where its folder leads out of the repository."""
    if output is not None:
        return output
    if folder.is_dir() and _is_bare(folder):
        raise UserError(
            "this repository has no work tree", place=Place(str(folder)), remedy="name a file with --output"
        )
    place = folder / BASELINE_FILE
    if not place.parent.resolve().is_relative_to(folder.resolve()):
        remedy = "make `.auditor` a folder, or name another place with --output"
        raise UserError("this folder leads out of the repository", place=Place(str(place.parent)), remedy=remedy)
    return place


def renamed_since(
    folder: Path, baseline: Path | None, revision: str | None, since: str | None = None
) -> tuple[Mapping[str, str], str]:
    """The earlier path of every file that git takes for renamed since the commit that last changed the baseline.

    That commit is looked for in the history of `since`, else in that of what is audited. In a work tree, renames
    count once they are staged. Also gives why nothing is known, where that is so.
    """
    repository = find_repository(folder.resolve())
    if repository is None:
        return {}, "there is no git repository: files that were renamed count as new"
    path = _path_of(folder, baseline)
    if path is None:
        return {}, "the baseline lies outside of the repository: files that were renamed count as new"
    if repository.shallow:
        return {}, "this clone is shallow: files that were renamed count as new (fetch the whole history)"
    try:
        return _renamed(repository, path, revision, since or revision or "HEAD"), ""
    except GitFailure as failure:
        return {}, f"git does not tell what was renamed: {failure}"


def _renamed(repository: Repository, path: str, revision: str | None, since: str) -> Mapping[str, str]:
    last = repository.runner.text(
        "rev-list", "-1", "--end-of-options", since, "--", f":(top,literal){path}"
    ).strip()  # fmt: skip
    if not last:
        return {}
    asked = ("-r", "-z", "-M", "-l1000", "--diff-filter=R", "--name-status", "--no-ext-diff")
    if revision is None and not repository.bare:
        output = repository.runner.run("diff-index", "--cached", *asked, last)
    else:
        end = repository.commit(revision or "HEAD")
        output = repository.runner.run("diff-tree", *asked, last, end.identifier) if end else b""
    words = output.split(b"\0")[:-1]  # R100, the old path, the new one, and so on
    shown = show_paths(sorted({*words[1::3], *words[2::3]}))
    return {shown[new]: shown[old] for old, new in zip(words[1::3], words[2::3], strict=True)}


def _is_bare(folder: Path) -> bool:
    repository = find_repository(folder.resolve())
    return repository is not None and repository.bare


def _path_of(folder: Path, baseline: Path | None) -> str | None:
    if baseline is None:
        return BASELINE_FILE
    try:
        return baseline.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return None


def _committed(folder: Path, revision: str) -> bytes | None:
    clone = open_clone(folder)
    try:
        commit = clone.commit(revision)
        if commit is None:
            remedy = "name a commit, branch or tag that `git log` shows"
            raise UserError(f"there is no commit {revision!r}", place=Place(str(folder)), remedy=remedy)
        return clone.read(commit, BASELINE_FILE)
    finally:
        clone.close()


def _in_work_tree(folder: Path) -> bytes | None:
    if not (folder / BASELINE_FILE).exists():
        return None
    reader = WorktreeReader(folder.resolve(), {})
    try:
        if reader.size(BASELINE_FILE) > MOST_BYTES:
            raise UserError("this file is too large for a baseline", place=Place(BASELINE_FILE), remedy=_MISSING)
        return reader.read(BASELINE_FILE)
    except ReadFailure as failure:
        place = Place(BASELINE_FILE)
        raise UserError(
            f"this file cannot be read: {failure}", place=place, remedy="make it a regular file"
        ) from failure


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(f"cannot be read: {reason}", place=Place(str(path)), remedy=_MISSING) from error
