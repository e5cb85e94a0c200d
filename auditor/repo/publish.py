"""Writing our own files: several at once or none, never through a symbolic link, private ones for their owner alone."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from auditor.errors import Place, UserError

__all__ = ["publish", "write_new"]


def publish(folder: Path, contents: Mapping[str, bytes | Iterable[bytes]]) -> tuple[Path, ...]:
    """Write files into a folder, which is made where it is missing: each to a temporary file first, then all renamed.

    A content may come in pieces, which are written as they are made. An interruption leaves no half-written file. Gives the paths, in the order of `contents`. Raises
    UserError where the folder is none or cannot be written, and where a target is a folder or a symbolic link.
    """
    targets = [folder / name for name in contents]
    staged: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target in targets:
            _refuse_special(target)
        for content in contents.values():  # one by one, so that an interruption removes those before it
            staged.append(_staged(folder, content))  # noqa: PERF401 - as above
        for source, target in zip(staged, targets, strict=True):
            source.replace(target)
        _flush_folder(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "name a folder that can be written"
        raise UserError(f"cannot write here: {reason}", place=Place(str(folder)), remedy=remedy) from error
    finally:
        for source in staged:
            source.unlink(missing_ok=True)
    return tuple(targets)


def write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that is not there yet, with this mode from the start. Raises UserError where it is there or cannot be."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags, mode)
    except FileExistsError as error:
        raise UserError("there is a file already", place=Place(str(path)), remedy="choose another path") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(f"cannot write: {reason}", place=Place(str(path)), remedy="choose another path") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _refuse_special(target: Path) -> None:
    if target.is_symlink():
        raise UserError("is a symbolic link", place=Place(str(target)), remedy="remove it, or write elsewhere")
    if target.is_dir():
        raise UserError("is a folder", place=Place(str(target)), remedy="remove it, or write elsewhere")
    if target.exists() and not target.is_file():  # a rename would replace the device itself
        raise UserError("is no regular file", place=Place(str(target)), remedy="write elsewhere")


def _staged(folder: Path, content: bytes | Iterable[bytes]) -> Path:
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".auditor-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines([content] if isinstance(content, bytes) else content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _flush_folder(folder: Path) -> None:
    """Make the new names last; not every file system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
