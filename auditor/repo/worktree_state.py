"""What lies in a work tree, and in which files it differs from the index: told by hashes, without running filters."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import FileIO
from types import MappingProxyType

from auditor.model.source import LeftOut
from auditor.repo.attributes import Attributes
from auditor.repo.inventory import HEAD_BYTES, LARGEST, LFS_POINTER, Entry, Separated, too_large
from auditor.repo.objects import blob_id
from auditor.repo.reader import ReadFailure
from auditor.repo.seen_files import Seen, SeenFiles, condensed
from auditor.repo.stamps import Stamp, stamp_of
from auditor.repo.worktree import Absent, NotRegular, WorktreeReader

__all__ = ["WorktreeState", "read_worktree"]

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WorktreeState:
    """The files that were read, those that could not be, and what differs from the index.

    `changed` are paths that differ, `gone` those that are tracked and not there. `parts` tells vendored trees.
    `tracked` is None where every path is. `contents` has the object id of the bytes that lie there, for files
    that differ from the index in their line ends alone.
    """

    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]
    unreadable: tuple[tuple[str, str], ...]
    changed: tuple[str, ...]
    gone: frozenset[str]
    parts: Separated
    tracked: frozenset[str] | None = None
    contents: Mapping[str, str] = field(default_factory=dict)

    def tracked_members(self, paths: Iterable[str]) -> Iterable[str]:
        """Those of `paths` that are in git."""
        return paths if self.tracked is None else [path for path in paths if path in self.tracked]


@dataclass(slots=True)
class _Look:
    """Reads one file after the other and keeps what it sees."""

    reader: WorktreeReader
    attributes: Attributes
    algorithm: str
    entries: list[Entry] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    contents: dict[str, str] = field(default_factory=dict)
    seen: SeenFiles | None = None
    stamps: Mapping[str, Stamp] = field(default_factory=dict)

    def at(self, path: str, expected: str | None) -> None:
        """Look at one file; `expected` is the blob that git holds for it, or None where it is untracked."""
        if self.seen and self._is_untouched(path, expected, self.seen):
            return
        try:
            self._read(path, expected)
        except Absent:
            self.gone.add(path)
            self.changed.append(path)
        except NotRegular as failure:
            self.left_out.append(LeftOut(path, str(failure)))
            self.changed.append(path)
        except ReadFailure as failure:
            self.unreadable.append((path, str(failure)))
        except OSError as error:
            self.unreadable.append((path, (error.strerror or "cannot be read").lower()))

    def _is_untouched(self, path: str, expected: str | None, seen: SeenFiles) -> bool:
        """Whether the file is as it was when it was what git holds now; then it is entered without being read."""
        before = seen.known.get(path)
        if before is None or before.blob != expected or before.stamp != self.stamps.get(path):
            return False
        if before.content != before.blob:
            self.contents[path] = before.content
        self.entries.append(Entry(path, before.blob, before.stamp[2], before.head))
        seen.next[path] = before
        return True

    def _read(self, path: str, expected: str | None) -> None:
        descriptor = self.reader.open(path)
        with open(descriptor, "rb", buffering=0) as file:  # noqa: PTH123 - a descriptor, no path
            about = os.fstat(descriptor)
            size = about.st_size
            if size <= LARGEST:
                self._enter(path, file.read(), expected)
                self._learn(path, stamp_of(about), expected)
                return
            if expected is None or _hash_in_parts(file, size, self.algorithm) != expected:
                self.changed.append(path)
            self.left_out.append(too_large(path))

    def _enter(self, path: str, data: bytes, expected: str | None) -> None:
        blob = blob_id(data, self.algorithm)
        if blob != expected and expected is not None and b"\r\n" in data:
            committed = blob_id(data.replace(b"\r\n", b"\n"), self.algorithm)
            if committed == expected:
                self.contents[path], blob = blob, expected
        if blob != expected and self._is_lfs(path, data, expected):
            self.left_out.append(LeftOut(path, LFS_POINTER))
            return
        if blob != expected:
            self.changed.append(path)
        blob = expected if blob == expected else blob  # one text for both
        head = condensed(data[:HEAD_BYTES])  # thousands of whole ones would be what takes most memory
        self.entries.append(Entry(path, blob, len(data), head, tracked=expected is not None))

    def _learn(self, path: str, stamp: Stamp, expected: str | None) -> None:
        """Remember a file that is what git holds."""
        if self.seen and self.entries and (entry := self.entries[-1]).path == path and entry.blob == expected:
            content = self.contents.get(path, entry.blob)
            self.seen.learn(path, Seen(stamp, entry.blob, content, entry.head or b""))

    def _is_lfs(self, path: str, data: bytes, expected: str | None) -> bool:
        """Whether git holds the pointer of which this is the content."""
        if self.attributes.value(path, "filter") != "lfs":
            return False
        return blob_id(_lfs_pointer(data), self.algorithm) == expected


def read_worktree(  # noqa: PLR0913 - what there is, what git says of it, and what is known
    parts: Separated,
    index: Mapping[str, str],
    reader: WorktreeReader,
    algorithm: str,
    *,
    tracked: frozenset[str],
    seen: SeenFiles | None = None,
    stamps: Mapping[str, Stamp] = MappingProxyType({}),
) -> WorktreeState:
    """Read every own file once: its hash, its size and its first bytes.

    `index` has the blob that git holds for a path; a file without one is untracked, and so a change.
    What `seen` knows of a file that was not touched since, as its stamp tells, is taken as it was.
    """
    look = _Look(reader, parts.attributes, algorithm, seen=seen, stamps=stamps)
    for path in parts.own:
        look.at(path, index.get(path))
    if seen:
        seen.flush()
    return WorktreeState(
        entries=tuple(look.entries),
        left_out=tuple(look.left_out),
        unreadable=tuple(look.unreadable),
        changed=tuple(look.changed),
        gone=frozenset(look.gone),
        parts=parts,
        tracked=tracked,
        contents=look.contents,
    )


def _lfs_pointer(data: bytes) -> bytes:
    """The pointer that git holds for a file whose content Git LFS has put in its place."""
    digest = hashlib.sha256(data).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(data)}\n".encode()


def _hash_in_parts(file: FileIO, size: int, algorithm: str) -> str:
    digest = hashlib.new(algorithm, b"blob %d\0" % size, usedforsecurity=False)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
