"""Reads files of a folder without ever following a symbolic link or opening what is no regular file."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.repo.reader import ReadFailure

__all__ = ["Absent", "NotRegular", "WorktreeReader", "show_paths", "walk"]

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class Absent(ReadFailure):
    """There is no file at the path."""


class NotRegular(ReadFailure):
    """What lies at the path is no regular file, or a link lies on the way to it."""


@dataclass(frozen=True, slots=True)
class WorktreeReader:
    """Reads files below `root`. `names` holds the bytes of those names that are no UTF-8, by the path shown."""

    root: Path
    names: Mapping[str, bytes]

    def read(self, path: str) -> bytes:
        """The whole content. Raises ReadFailure, or its kinds Absent and NotRegular."""
        descriptor = self.open(path)
        with open(descriptor, "rb", buffering=0, closefd=True) as file:  # noqa: PTH123 - a descriptor, no path
            try:
                return file.read()
            except OSError as error:
                raise _failure(error) from error

    def size(self, path: str) -> int:
        """The size in bytes. Raises as `read` does, and reads nothing."""
        descriptor = self.open(path)
        try:
            return os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)

    def open(self, path: str) -> int:
        """A descriptor of the regular file at `path`. Raises as `read` does."""
        *folders, name = self.names.get(path, os.fsencode(path)).split(b"/")
        try:
            at = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise _failure(error) from error
        try:
            for folder in folders:
                at = _step(at, folder)
            return _open_regular(at, name)
        except OSError as error:
            raise _failure(error) from error
        finally:
            os.close(at)


def _step(at: int, folder: bytes) -> int:
    if folder in (b"", b".", b".."):
        raise NotRegular("its path leaves the repository")
    below = os.open(folder, _FOLDER_FLAGS, dir_fd=at)
    os.close(at)
    return below


def _open_regular(at: int, name: bytes) -> int:
    mode = os.stat(name, dir_fd=at, follow_symlinks=False).st_mode
    if stat.S_ISLNK(mode):
        raise NotRegular("symbolic link")
    if stat.S_ISDIR(mode):
        raise Absent("a folder")
    if not stat.S_ISREG(mode):
        raise NotRegular("special file")
    descriptor = os.open(name, _FILE_FLAGS, dir_fd=at)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # exchanged since it was looked at
        os.close(descriptor)
        raise NotRegular("special file")
    return descriptor


def _failure(error: OSError) -> ReadFailure:
    if error.errno == errno.ENOENT:
        return Absent("no such file")
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return NotRegular("behind a symbolic link or a file in place of a folder")
    return ReadFailure((error.strerror or "cannot be read").lower())


def walk(root: Path) -> Iterator[tuple[bytes, str | None]]:
    """Every file below `root`, unsorted, with the reason for which it is not read, or None.

    Folders are entered, links are not. A folder that cannot be listed is yielded itself.
    """
    waiting = [b""]
    top = os.fsencode(root)
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(top + b"/" + folder if folder else top) as found:
                entries = list(found)
        except OSError as error:
            yield folder, (error.strerror or "cannot be listed").lower()
            continue
        for entry in entries:
            path = folder + b"/" + entry.name if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name != b".git":
                    waiting.append(path)
            else:
                yield path, None


def show_paths(raw: list[bytes]) -> dict[bytes, str]:
    """How each path is shown: UTF-8 as it is, any other byte as a backslash, an x and two digits; no two alike."""
    shown: dict[bytes, str] = {}
    odd: list[bytes] = []
    for path in raw:
        try:
            shown[path] = path.decode()
        except UnicodeDecodeError:
            odd.append(path)
    taken = set(shown.values()) if odd else set()
    for path in sorted(odd):
        text = path.decode("utf-8", "backslashreplace")
        while text in taken:
            text = text.replace("\\", "\\\\")
        taken.add(text)
        shown[path] = text
    return shown
