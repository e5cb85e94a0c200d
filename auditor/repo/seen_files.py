"""What was seen of the files of a work tree, so that those that nobody has touched need not be read again.

A file is taken for untouched where device, inode, size and both times (the change time cannot be set by a program)
are as they were, as git and make do it, and where these times were well past when it was read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from auditor.repo.byte_store import ByteStore
from auditor.repo.inventory import HEAD_BYTES, LFS_HEAD
from auditor.repo.role import says_generated, speaks_of_tests
from auditor.repo.stamps import Stamp, at_rest

__all__ = ["Seen", "SeenFiles", "condensed", "recall"]

_LARGEST = 256 * 1024 * 1024
_GENERATED = b"# @generated"
_TESTS = b"# pytest"


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that was what git holds: its stamp, the object git holds, that of its very bytes, and its condensed head."""

    stamp: Stamp
    blob: str
    content: str
    head: bytes


@dataclass(slots=True)
class SeenFiles:
    """The memory of one work tree: what was known, and what is to be known the next time."""

    store: ByteStore
    key: bytes
    known: dict[str, Seen]
    next: dict[str, Seen] = field(default_factory=dict)

    def learn(self, path: str, seen: Seen) -> None:
        """Remember a file, unless it might yet change without a trace."""
        if at_rest(seen.stamp, self.store.now):
            self.next[path] = seen

    def flush(self) -> None:
        """Write what was learnt, where it is not what is written already."""
        if self.next != self.known:
            rows = [
                [path, *one.stamp, one.blob, one.content, one.head.decode("latin-1")] for path, one in self.next.items()
            ]
            self.store.keep({self.key: zlib.compress(json.dumps(rows).encode("ascii"), 1)})


def recall(store: ByteStore, salt: bytes, root: Path) -> SeenFiles:
    """What the store knows of the work tree at a folder. What is not exactly as it was written is not known."""
    key = b"files" + hashlib.sha256(salt + os.fsencode(root)).digest()
    row = store.load((key,)).get(key)
    known: dict[str, Seen] = {}
    with contextlib.suppress(ValueError, TypeError, RecursionError, zlib.error):
        known = dict(map(_seen, json.loads(_expanded(row)) if row else []))
    return SeenFiles(store, key, known)


def condensed(head: bytes) -> bytes:
    """The least of a file's first bytes that tells its language and its role as well as all of them."""
    if b"\0" in head[:8000]:
        return head.partition(b"\n")[0] + b"\n\0" if head.startswith(b"#!") else b"\0"
    if head.startswith(LFS_HEAD):
        return head[:HEAD_BYTES]
    first = head.partition(b"\n")[0] if head.startswith(b"#!") else b""
    marks = [mark for mark, says in ((_GENERATED, says_generated), (_TESTS, speaks_of_tests)) if says(head)]
    return b"\n".join((first, *marks))


def _seen(row: object) -> tuple[str, Seen]:
    if type(row) is not list or list(map(type, row)) != [str, int, int, int, int, int, str, str, str]:
        raise TypeError("no such row")
    path, device, inode, size, modified, changed, blob, content, head = row
    return path, Seen((device, inode, size, modified, changed), blob, content, head.encode("latin-1"))


def _expanded(row: bytes) -> bytes:
    expander = zlib.decompressobj()
    plain = expander.decompress(row, _LARGEST)
    if not expander.eof:
        raise ValueError("damaged")
    return plain
