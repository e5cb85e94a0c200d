"""Files that are named on the command line: read whole, within a bound, without waiting for pipes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from auditor.errors import Place, UserError

__all__ = ["read_given_file"]


def read_given_file(path: Path, *, most: int, what: str) -> bytes:
    """The content of a regular file of at most `most` bytes; `what` says in errors what was to be named.

    Raises UserError where it cannot be read, is larger, or is no regular file.
    """
    place, remedy = Place(str(path)), f"name {what}"
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
            content = file.read(most + 1) if regular else b""
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f"cannot be read: {reason}", place=place, remedy=remedy) from error
    if not regular:
        raise UserError("this is no regular file", place=place, remedy=remedy)
    if len(content) > most:
        raise UserError(f"this is larger than {what} ever is", place=place, remedy=remedy)
    return content
