"""Key files on disk: read whole, with a warning where others can read a private one."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import Place, UserError

__all__ = ["KeyFile", "read_key_file"]

_MOST_BYTES = 65_536
_REMEDY = "name a key file in PEM or OpenSSH format"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The content of a key file, and a warning ("" for none) about who else can read it."""

    content: bytes
    warning: str


def read_key_file(path: Path) -> KeyFile:
    """Read a key file. Raises UserError where it cannot be read, or is no file of a key's size."""
    place = Place(str(path))
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read(_MOST_BYTES + 1) if stat.S_ISREG(status.st_mode) else b""
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(f"cannot read the key: {reason}", place=place, remedy=_REMEDY) from error
    if not content or len(content) > _MOST_BYTES:
        raise UserError("this is no key", place=place, remedy=_REMEDY)
    others = stat.S_IMODE(status.st_mode) & 0o077
    advice = f"{path} can be read by other users: chmod 600 it, and think of it as known"
    return KeyFile(content, advice if others else "")
