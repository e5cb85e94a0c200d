"""Paths that must stay below a root, whoever asks for them; and repositories that must not lead out of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from auditor.errors import Place, UserError

__all__ = ["below", "refuse_foreign_git"]

_POINTERS = ("commondir", "objects/info/alternates", "objects/info/http-alternates")
"""Files of a git folder that name other places whose objects it uses (gitrepository-layout(5))."""
_REMEDY = "name a path below the root, such as `certificates/X.md`, without links"


def below(root: Path, given: str) -> Path:
    """The file or folder that a relative path names below `root`.

    Raises UserError on an absolute path, on ``..``, on a link anywhere on the way, and where nothing is there. Nothing is
    opened. Who can replace a folder by a link between this and its use can write below the root already.
    """
    parts = PurePosixPath(given).parts
    absolute = PurePosixPath(given).is_absolute() or PureWindowsPath(given).anchor or "\\" in given
    if absolute or ".." in parts or "\0" in given:
        raise UserError("this path leads out of the root", place=Place(given), remedy=_REMEDY)
    path = root
    for part in parts:
        path /= part
        try:
            mode = os.lstat(path).st_mode
        except (OSError, ValueError) as error:
            raise UserError("there is nothing of this name", place=Place(given), remedy=_REMEDY) from error
        if stat.S_ISLNK(mode):
            raise UserError("a link is not followed", place=Place(given), remedy=_REMEDY)
    return path


def refuse_foreign_git(folder: Path) -> None:
    """Raise UserError where git's data of a repository lies elsewhere, in part or as a whole: it would be read there."""
    marker = folder / ".git"
    if os.path.lexists(marker) and not stat.S_ISDIR(os.lstat(marker).st_mode):
        raise _elsewhere(folder, ".git")
    for git_dir in (marker, folder):
        if not (git_dir / "HEAD").is_file() and not (git_dir / "HEAD").is_symlink():
            continue
        for pointer in _POINTERS:
            if os.path.lexists(git_dir / pointer):
                raise _elsewhere(folder, pointer)
        for link in _links(git_dir, whole=git_dir == marker):
            raise _elsewhere(folder, link)


def _links(git_dir: Path, *, whole: bool) -> Iterator[str]:
    """Links among git's data; those among hooks are never run. A bare repository's folder may hold others beside them."""
    own = None if whole else {"HEAD", "config", "index", "objects", "packed-refs", "refs", "info", "shallow"}
    for top, folders, files in os.walk(git_dir):
        if top == str(git_dir):
            folders[:] = [one for one in folders if one != "hooks" and (own is None or one in own)]
            files = [one for one in files if own is None or one in own]  # noqa: PLW2901 - those that are looked at
        for name in (*folders, *files):
            if Path(top, name).is_symlink():
                yield name


def _elsewhere(folder: Path, name: str) -> UserError:
    remedy = "make it a repository of its own: `git clone --no-local`"
    return UserError(f"git's data leads out of this folder: {name}", place=Place(str(folder)), remedy=remedy)
