"""The facts of many files, each made when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from auditor.facts.base import Fact

__all__ = ["FactTable", "PackedFacts"]


class PackedFacts(Protocol):
    """The facts of one file in a compact form."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each of its facts, in their order."""
        ...

    def fact(self, position: int) -> Fact:
        """Its fact at a position."""
        ...


class FactTable(Mapping[str, tuple[Fact, ...]]):
    """Facts by path. A packed one is unpacked once, when it is first asked for."""

    def __init__(self, entries: Mapping[str, tuple[Fact, ...] | PackedFacts]) -> None:
        self._entries = entries
        self._unpacked: dict[tuple[str, str], tuple[Fact, ...]] = {}

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
        known = self._unpacked.get((path, kind))
        if known is not None:
            return known
        entry = self._entries.get(path, ())
        if isinstance(entry, tuple):
            return tuple(fact for fact in entry if fact.kind == kind)
        if kind not in entry.kinds:
            return ()
        found = tuple(entry.fact(position) for position, one in enumerate(entry.kinds) if one == kind)
        self._unpacked[path, kind] = found
        return found
