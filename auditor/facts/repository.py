"""All facts of one repository: what the reduce stage sees. No bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from auditor.facts.base import Fact
from auditor.facts.paths import folders_of
from auditor.facts.table import FactTable

if TYPE_CHECKING:
    from auditor.model.source import LeftOut, SourceFile

__all__ = ["RepositoryFacts"]

F = TypeVar("F", bound=Fact)
T = TypeVar("T")


class RepositoryFacts:
    """The files in scope with their facts, and every path of the snapshot, scanned or not.

    `files` are sorted by path. `all_paths` also holds what was left out (vendored, binary, too large),
    so that a reference to such a file is not called missing. `vendored` are the roots of committed
    trees that belong to somebody else or to a build. `unreadable` pairs the path of a file whose bytes
    cannot be had with the reason.
    """

    def __init__(
        self,
        files: tuple[SourceFile, ...],
        facts: Mapping[str, tuple[Fact, ...]],
        all_paths: frozenset[str],
        vendored: tuple[LeftOut, ...] = (),
        unreadable: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.files = files
        self.facts = facts if isinstance(facts, FactTable) else FactTable(facts)
        self.all_paths = all_paths
        self.vendored = vendored
        self.unreadable = unreadable
        self._derived: dict[Callable[[RepositoryFacts], Any], Any] = {}

    def of(self, kind: type[F]) -> Iterator[tuple[SourceFile, F]]:
        """Every fact of one type with its file, in the order of paths."""
        for file in self._files_with.get(kind.kind, ()):
            for fact in self.facts.of_kind(file.path, kind.kind):
                if isinstance(fact, kind):
                    yield file, fact

    def derive(self, function: Callable[[RepositoryFacts], T]) -> T:
        """The result of a join over all facts, computed once however many rules ask for it."""
        if function not in self._derived:
            self._derived[function] = function(self)
        return self._derived[function]  # type: ignore[no-any-return]

    def exists(self, path: str) -> bool:
        """Whether the snapshot has this file or folder (relative path, no ``./``)."""
        return path.rstrip("/") in self.all_paths or path.rstrip("/") in self.folders

    @cached_property
    def _files_with(self) -> dict[str, list[SourceFile]]:
        """The files that have a fact of a kind, by that kind."""
        found: dict[str, list[SourceFile]] = {}
        for file in self.files:
            for kind in dict.fromkeys(self.facts.kinds(file.path)):
                found.setdefault(kind, []).append(file)
        return found

    @cached_property
    def by_path(self) -> dict[str, SourceFile]:
        """The files in scope by path."""
        return {file.path: file for file in self.files}

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, however deep."""
        return folders_of(self.all_paths)
