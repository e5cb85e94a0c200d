"""Bytes that are put aside while a scan runs: in memory while they are few, and otherwise in a file without a name."""

from __future__ import annotations

import contextlib
import os
import tempfile
import weakref
from array import array

__all__ = ["MOST_ON_DISK", "Spool"]

IN_MEMORY = 16 * 1024 * 1024
"""Bytes that are kept in memory: those of a repository of some ten thousand files."""


MOST_ON_DISK = 1024 * 1024 * 1024
"""Bytes that the file may have after an exchange: the old rows stay in it, too."""


class Spool:
    """Rows of bytes by their number. As soon as there are too many for memory, all of them go into the file.

    Where no file can be made, or the disk is full, all that is left and all further rows stay in memory.

    The file is its owner's alone, has no name, and is gone with the process, however that ends.
    """

    def __init__(self, in_memory: int = IN_MEMORY, on_disk: int = MOST_ON_DISK) -> None:
        self._left = in_memory
        self._most = on_disk
        self._kept: dict[int, bytes] = {}
        self._starts = array("Q")
        self._sizes = array("Q")
        self._end = 0
        self._file: int | None = None
        self._refused = False

    def put(self, row: bytes) -> int:
        """Put a row aside. Gives its number."""
        number = len(self._starts)
        self._left -= len(row)
        self._kept[number] = row
        self._starts.append(0)
        self._sizes.append(len(row))
        if self._left < 0 and not self._refused:
            self._put_away()
        return number

    def exchanges(self, number: int, size: int) -> bool:
        """Whether a row lies in the file, and there is room for one of this size in its place: old rows stay there, too."""
        return not self._refused and number not in self._kept and self._end + size <= self._most

    def exchange(self, number: int, row: bytes) -> bool:
        """Put another row in the place of one that lies in the file; whether it is there now. Where one fails, no other is tried."""
        if not self.exchanges(number, len(row)):
            return False
        if not self._written(row):
            self._most = 0
            return False
        self._starts[number], self._sizes[number] = self._end, len(row)
        self._end += len(row)
        return True

    def get(self, number: int) -> bytes:
        """The row of a number; empty where the disk has lost it."""
        row = self._kept.get(number)
        if row is not None:
            return row
        assert self._file is not None
        with contextlib.suppress(OSError):
            return os.pread(self._file, self._sizes[number], self._starts[number])
        return b""

    def _put_away(self) -> None:
        """Write what is in memory to the end of the file, as far as there is room for it."""
        for number, row in tuple(self._kept.items()):
            if not self._written(row):
                self._refused = True
                return
            del self._kept[number]
            self._starts[number] = self._end
            self._end += len(row)

    def _written(self, row: bytes) -> bool:
        """Whether the row now stands at the end of the file."""
        try:
            if self._file is None:
                self._file = self._opened()
            return os.pwrite(self._file, row, self._end) == len(row)
        except OSError:
            return False

    def _opened(self) -> int:
        with tempfile.TemporaryFile(prefix="auditor-") as file:
            descriptor = os.dup(file.fileno())
        weakref.finalize(self, os.close, descriptor)
        return descriptor
