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
        """The kinds of its facts, sorted."""
        ...

    def fact(self, kind: str) -> Fact:
        """Its fact of one of these kinds."""
        ...


class FactTable(Mapping[str, tuple[Fact, ...]]):
    """Facts by path. A packed one is unpacked once, when it is first asked for."""

    def __init__(self, entries: Mapping[str, tuple[Fact, ...] | PackedFacts]) -> None:
        self._entries = entries
        self._unpacked: dict[tuple[str, str], Fact] = {}

    def __getitem__(self, path: str) -> tuple[Fact, ...]:
        entry = self._entries[path]
        if isinstance(entry, tuple):
            return entry
        return tuple(self._fact(path, kind, entry) for kind in entry.kinds)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def kinds(self, path: str) -> tuple[str, ...]:
        """The kinds of the facts of a file; nothing is unpacked for it."""
        entry = self._entries.get(path, ())
        return tuple(fact.kind for fact in entry) if isinstance(entry, tuple) else entry.kinds

    def of_kind(self, path: str, kind: str) -> Fact:
        """The fact of one kind that a file has. Raises KeyError where it has none."""
        entry = self._entries[path]
        if isinstance(entry, tuple):
            for fact in entry:
                if fact.kind == kind:
                    return fact
            raise KeyError(kind)
        return self._fact(path, kind, entry)

    def _fact(self, path: str, kind: str, entry: PackedFacts) -> Fact:
        known = self._unpacked.get((path, kind))
        if known is None:
            known = self._unpacked[path, kind] = entry.fact(kind)
        return known
