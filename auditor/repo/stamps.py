"""How a file lies in a file system: told without opening it, and another one as soon as its content is."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = ["Stamp", "at_rest", "folders_of", "stamp_of", "stamps_at"]

Stamp = tuple[int, int, int, int, int]
"""Device, inode, size, modification time and change time in nanoseconds."""

_QUIET_NS = 2_000_000_000
"""How long ago a file must have changed: file systems count in steps of up to two seconds."""


def stamp_of(about: os.stat_result) -> Stamp:
    """The stamp of a file."""
    return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns


def at_rest(stamp: Stamp, now: float) -> bool:
    """Whether a file was last changed so long before `now` (seconds since the epoch) that a change since shows in its stamp."""
    return max(stamp[3:]) < now * 1_000_000_000 - _QUIET_NS


def stamps_at(root: Path, paths: Sequence[str]) -> dict[str, Stamp]:
    """The stamps of those of `paths` that are regular files below `root`. No link is followed, and nothing is opened."""
    found: dict[str, Stamp] = {}
    top, folders = str(root), _real_folders(str(root), folders_of(paths))
    for path in paths:
        if path.rpartition("/")[0] not in folders:
            continue
        with contextlib.suppress(OSError, ValueError):
            about = os.lstat(f"{top}/{path}")
            if stat.S_ISREG(about.st_mode):
                found[path] = stamp_of(about)
    return found


def folders_of(paths: Iterable[str]) -> frozenset[str]:
    """Every folder on the way to these files; the top is the empty path."""
    folders = {""}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(folders)


def _real_folders(root: str, folders: frozenset[str]) -> set[str]:
    """Those of the folders that are folders, as are all on the way to them."""
    real = {""}
    for folder in sorted(folders - real):  # a folder comes before what lies in it
        if folder.rpartition("/")[0] in real:
            with contextlib.suppress(OSError, ValueError):
                if stat.S_ISDIR(os.lstat(f"{root}/{folder}").st_mode):
                    real.add(folder)
    return real
