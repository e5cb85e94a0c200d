"""The files that globs mean: for the same names, they are the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from auditor.model.source import Role, SourceFile

__all__ = ["Globs", "Row"]

Row = tuple[str, Role | None, tuple[int, ...]]
"""A glob, the role that is asked for, and the places of its files among all that are sorted by path."""


@dataclass(slots=True)
class Globs:
    """Files by glob and role, as far as somebody has asked."""

    known: dict[tuple[str, Role | None], tuple[SourceFile, ...]] = field(default_factory=dict)

    def rows(self, files: Sequence[SourceFile]) -> tuple[Row, ...]:
        """What is to be remembered, in a form that a cache can hold."""
        places = {file.path: place for place, file in enumerate(files)}
        rows = ((glob, role, tuple(places[one.path] for one in found)) for (glob, role), found in self.known.items())
        return tuple(sorted(rows, key=lambda row: (row[0], row[1] or "")))

    def recall(self, rows: Iterable[Row], files: Sequence[SourceFile]) -> None:
        """Take in what `rows` gave for these names. Raises LookupError on what it cannot have given."""
        self.known.update({(glob, role): tuple(files[place] for place in places) for glob, role, places in rows})
