"""The facts of many files, each made when somebody asks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Protocol

from auditor.facts.base import Fact

__all__ = ["ROOM", "FactTable", "PackedFacts"]

ROOM = 24 * 1024 * 1024
"""Bytes of written facts that stay unpacked, in which they take three times as much: all of some ten thousand files."""
_SHARE = 6
"""Where they do not fit, so much less stays: a part of them that comes again saves little, and takes as much."""
_NOTHING: Mapping[str, tuple[tuple[Fact, ...], int]] = {}


class PackedFacts(Protocol):
    """The facts of one file in a compact form."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each of its facts, in their order."""
        ...

    def fact(self, position: int) -> tuple[Fact, int]:
        """Its fact at a position, and the number of bytes that it was written in."""
        ...


class FactTable(Mapping[str, tuple[Fact, ...]]):
    """Facts by path. A packed one is unpacked when it is asked for, and stays unpacked while there is room for it."""

    def __init__(self, entries: Mapping[str, tuple[Fact, ...] | PackedFacts], room: int = ROOM) -> None:
        self._entries = entries
        self._room = room
        self._unpacked: dict[str, dict[str, tuple[tuple[Fact, ...], int]]] = {}
        self._taken: Counter[str] = Counter()
        self._all = 0
        self._overflowing = False

    def __getitem__(self, path: str) -> tuple[Fact, ...]:
        entry = self._entries[path]
        if isinstance(entry, tuple):
            return entry
        left = {kind: iter(self.of_kind(path, kind)) for kind in dict.fromkeys(entry.kinds)}
        return tuple(next(left[kind]) for kind in entry.kinds)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def kinds(self, path: str) -> tuple[str, ...]:
        """The kinds of the facts of a file; nothing is unpacked for it."""
        entry = self._entries.get(path, ())
        return tuple(fact.kind for fact in entry) if isinstance(entry, tuple) else entry.kinds

    def of_kind(self, path: str, kind: str) -> tuple[Fact, ...]:
        """The facts of one kind that a file has: several where documents lie within it."""
        known = self._unpacked.get(kind, _NOTHING).get(path)
        if known is not None:
            return known[0]
        entry = self._entries.get(path, ())
        if isinstance(entry, tuple):
            return tuple(fact for fact in entry if fact.kind == kind)
        if kind not in entry.kinds:
            return ()
        rows = [entry.fact(position) for position, one in enumerate(entry.kinds) if one == kind]
        found, size = tuple(fact for fact, _ in rows), sum(size for _, size in rows)
        self._unpacked.setdefault(kind, {})[path] = found, size
        self._taken[kind] += size
        self._all += size
        if self._all > self._room and not self._overflowing:
            self._overflowing = True
            self._room //= _SHARE
        while self._all > self._room and self._unpacked:
            self._make_room()
        return found

    def let_go(self) -> None:
        """Keep nothing unpacked."""
        self._unpacked.clear()
        self._taken.clear()
        self._all = 0

    def _make_room(self) -> None:
        """Let go of the second half of the kind that takes most: it is unpacked anew if somebody asks for it again.

        Rules go through all files in one order, again and again: what came first is what comes next.
        """
        kind = max(self._taken, key=lambda one: (self._taken[one], one))
        entries = self._unpacked[kind]
        freed = sum(entries.pop(path)[1] for path in list(entries)[len(entries) // 2 :])
        self._taken[kind] -= freed
        self._all -= freed
        if not entries:
            del self._unpacked[kind], self._taken[kind]
