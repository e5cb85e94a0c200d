"""How the bytes of a snapshot's files are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from auditor.model.source import LeftOut, SourceFile

__all__ = ["Inventory", "MemoryReader", "ReadFailure", "Reader"]


class ReadFailure(Exception):  # noqa: N818 - not an error of the run: the file becomes Unreadable
    """One file cannot be read; the message says why."""


class Reader(Protocol):
    """Gives the bytes of a file by its path in the snapshot. Picklable, so that workers can have one."""

    def read(self, path: str) -> bytes:
        """The whole content. Raises ReadFailure."""
        ...


@dataclass(frozen=True, slots=True)
class MemoryReader:
    """A tree held in memory: the examples of rules, and tests."""

    content: Mapping[str, bytes]

    def read(self, path: str) -> bytes:
        """The content at `path`. Raises ReadFailure where there is none."""
        if path not in self.content:
            raise ReadFailure("no such file")
        return self.content[path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What is there: the files to audit (sorted by path), what was left out and why, and every path.

    `unreadable` pairs a path with the reason for which not even its bytes can be had. `vendored_trees`
    are the roots of committed trees that belong to somebody else or to a build. `contents` has the object
    id of the very bytes of those files whose `blob` is that of the same text with other line ends.
    """

    files: tuple[SourceFile, ...]
    left_out: tuple[LeftOut, ...]
    all_paths: frozenset[str]
    unreadable: tuple[tuple[str, str], ...] = ()
    vendored_trees: tuple[LeftOut, ...] = ()
    contents: Mapping[str, str] = field(default_factory=dict)
