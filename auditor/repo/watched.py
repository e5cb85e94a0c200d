"""What tells that something of a work tree has changed: stamps of what lies in its audited folders. Nothing is opened."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from auditor.repo.stamps import Stamp, stamp_of

__all__ = ["changed_paths", "stamps_in"]

_GIT = (".git/HEAD", ".git/index", ".git/logs/HEAD")
"""What a commit, a checkout or `git add` changes; the rest of git's folder changes without one."""


def stamps_in(root: Path, folders: frozenset[str]) -> dict[str, Stamp]:
    """The stamps of the files in these folders, of the other folders beside them, and of git's own state.

    A folder that nobody audits yet is stamped itself: one that is made, and a file that comes into it, are seen. No
    link is followed. What cannot be looked at is left out.
    """
    found = dict(_entries(str(root), folders))
    for path in _GIT:
        with contextlib.suppress(OSError):
            found[path] = stamp_of(os.lstat(root / path))
    return found


def changed_paths(before: Mapping[str, Stamp], after: Mapping[str, Stamp]) -> tuple[str, ...]:
    """The paths that came, went or have another stamp, sorted."""
    return tuple(sorted(one for one in before.keys() | after.keys() if before.get(one) != after.get(one)))


def _entries(root: str, folders: frozenset[str]) -> Iterator[tuple[str, Stamp]]:
    for folder in folders:
        prefix = f"{folder}/" if folder else ""
        with contextlib.suppress(OSError), os.scandir(f"{root}/{folder}") as entries:
            for entry in entries:
                path = prefix + entry.name
                if path not in folders and entry.name != ".git":
                    with contextlib.suppress(OSError):
                        yield path, stamp_of(entry.stat(follow_symlinks=False))
