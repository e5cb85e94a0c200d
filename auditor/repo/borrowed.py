"""Git data that a folder has no right to: a planted pointer must not show another repository of the reviewer's as this one.

A ``.git`` file, a link, or a file ``commondir`` can name any git folder that the reviewer can read
(https://git-scm.com/docs/gitrepository-layout). Such a folder is used where it says itself that it belongs to this
work tree, as git writes it for linked work trees and submodules.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from auditor.errors import Place, UserError
from auditor.repo.git import GitFailure, GitRunner
from auditor.repo.given_file import read_given_file

__all__ = ["refuse_borrowed_git"]

_LONGEST_PATH = 4096
_NEVER_READ = frozenset({"hooks", "logs"})
_LISTED = ("", "info", "objects", "objects/info", "objects/pack", "reftable")
_REMEDY = "clone it with `git clone --no-local`, or run `git worktree repair` where it was moved, and audit that"


def refuse_borrowed_git(folder: Path, git_dir: str) -> None:
    """Raise UserError where git's data, or a part of it, is another repository's, which does not name this folder.

    Alternates of the object store are not looked at: what they add is found by its id alone.
    """
    own, top = Path(os.path.realpath(git_dir)), Path(os.path.realpath(folder))
    if not own.is_relative_to(top) and not _names(own, top):
        raise _borrowed(folder, str(own))
    common = _common(folder, own)
    for link in (*_links(own), *(_links(common) if common != own else ())):
        if not Path(os.path.realpath(link)).is_relative_to(common):
            raise _borrowed(folder, str(link))


def _common(folder: Path, own: Path) -> Path:
    """The folder whose objects and branches are used: git's own, or that of the repository of a linked work tree."""
    pointer = own / "commondir"
    if not os.path.lexists(pointer):
        return own
    named = _path_in(pointer)
    if own.parent != named / "worktrees":
        raise _borrowed(folder, str(pointer))
    return named


def _names(own: Path, top: Path) -> bool:
    """Whether git's data says that this is its work tree."""
    pointer = own / "gitdir"
    if os.path.lexists(pointer):
        named = Path(os.path.realpath(own), _text_of(pointer))
        return Path(os.path.realpath(named.parent)) == top and named.name == ".git"
    return any(Path(os.path.realpath(own / tree)) == top for tree in _configured(own))


def _configured(own: Path) -> Iterator[str]:
    for name in ("config", "config.worktree"):
        try:
            yield GitRunner(own).text("config", "--no-includes", "--file", str(own / name), "--get", "core.worktree")
        except GitFailure:
            continue


def _path_in(pointer: Path) -> Path:
    return Path(os.path.realpath(pointer.parent / _text_of(pointer)))


def _text_of(pointer: Path) -> str:
    content = read_given_file(pointer, most=_LONGEST_PATH, what="a repository whose git data is whole")
    return os.fsdecode(content.rstrip(b"\r\n"))


def _links(git_dir: Path) -> Iterator[Path]:
    """The links among what git reads of a repository; of objects, among their folders and packs."""
    for name in _LISTED:
        yield from _links_in(git_dir / name)
    for folder, folders, files in os.walk(git_dir / "refs"):
        yield from (path for one in (*folders, *files) if (path := Path(folder, one)).is_symlink())


def _links_in(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            yield from (Path(one.path) for one in entries if one.is_symlink() and one.name not in _NEVER_READ)
    except OSError:  # not there, or none that git could read either
        return


def _borrowed(folder: Path, where: str) -> UserError:
    message = f"git's data of this folder belongs to another repository, which does not name it: {where}"
    return UserError(message, place=Place(str(folder)), remedy=_REMEDY)
