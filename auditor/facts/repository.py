"""All facts of one repository: what the reduce stage sees. No bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from auditor.facts.base import Fact
from auditor.facts.paths import folders_of
from auditor.facts.shortlists import Shortlist, shortlists_of
from auditor.facts.table import FactTable

if TYPE_CHECKING:
    from auditor.model.source import LeftOut, SourceFile

__all__ = ["EVERYTHING", "FILES", "PATHS", "UNREADABLE", "VENDORED", "RepositoryFacts"]

F = TypeVar("F", bound=Fact)
T = TypeVar("T")

EVERYTHING, FILES, PATHS, UNREADABLE, VENDORED = " everything", " files", " paths", " unreadable", " vendored"
"""What can be asked besides facts of a kind, which are asked by the kind's name."""


class RepositoryFacts:
    """The files in scope with their facts, and every path of the snapshot, scanned or not.

    `files` are sorted by path. `all_paths` also holds what was left out (vendored, binary, too large),
    so that a reference to such a file is not called missing. `vendored` are the roots of committed
    trees that belong to somebody else or to a build. `unreadable` pairs the path of a file whose bytes
    cannot be had with the reason.

    Whatever is asked is noted, so that an answer that was worked out from it need not be worked out again
    while what it asked for is the same (`watched`). Of a file, path, language and role are told, and nothing
    may depend on its size or blob.
    """

    def __init__(
        self,
        files: tuple[SourceFile, ...],
        facts: Mapping[str, tuple[Fact, ...]],
        all_paths: frozenset[str],
        vendored: tuple[LeftOut, ...] = (),
        unreadable: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self._files = files
        self._facts = facts if isinstance(facts, FactTable) else FactTable(facts)
        self._all_paths = all_paths
        self._vendored = vendored
        self._unreadable = unreadable
        self._derived: dict[Callable[[RepositoryFacts], Any], tuple[Any, frozenset[str]]] = {}
        self._listed: dict[Shortlist[Any], list[SourceFile]] = {}
        self._asked: set[str] = set()
        self._join: Callable[[Callable[[RepositoryFacts], Any]], Any] | None = None

    def remembering(self, join: Callable[[Callable[[RepositoryFacts], Any]], Any]) -> None:
        """From now on `join` gives what is derived by a function. It may know the result, and then says what led to it (`told`)."""
        self._join = join

    def told(self, questions: Iterable[str]) -> None:
        """Note that these were asked by whoever gets a result that they led to."""
        self._asked.update(questions)

    def watched(self, work: Callable[[], T]) -> tuple[T, frozenset[str]]:
        """The result of some work, and what it asked of these facts, directly or through what is derived."""
        before, self._asked = self._asked, set()
        try:
            result = work()
            return result, frozenset(self._asked)
        finally:
            before |= self._asked
            self._asked = before

    def of(self, kind: type[F], where: Callable[[SourceFile], bool] | None = None) -> Iterator[tuple[SourceFile, F]]:
        """Every fact of one type with its file, in the order of paths; with `where` of such files alone, and no others are unpacked."""
        self._asked.add(kind.kind)
        return self._of(kind, where)

    def listed(self, short: Shortlist[F]) -> Iterator[tuple[SourceFile, F]]:
        """The facts with their files for which the question of a shortlist holds, in the order of paths.

        It is asked together with those that other rules ask of the same kind.
        """
        kind = short.kind
        self._asked.add(kind.kind)
        if short not in self._listed:
            self._look_through(kind)
        for file in self._listed[short]:
            for fact in self._facts.of_kind(file.path, kind.kind):
                if isinstance(fact, kind) and short.holds(file, fact):
                    yield file, fact

    def at(self, path: str, kind: type[F]) -> Iterator[F]:
        """The facts of one type that a file has."""
        self._asked.add(kind.kind)
        return (fact for fact in self._facts.of_kind(path, kind.kind) if isinstance(fact, kind))

    def derive(self, function: Callable[[RepositoryFacts], T]) -> T:
        """The result of a join over all facts, computed once however many rules ask for it."""
        if function not in self._derived:
            join = self._join
            self._derived[function] = self.watched(lambda: join(function) if join else function(self))
        result, asked = self._derived[function]
        self._asked |= asked
        return result  # type: ignore[no-any-return]

    def let_go(self) -> None:
        """Keep nothing that was derived or unpacked: whoever asks for it again waits for it again."""
        self._derived.clear()
        self._listed.clear()
        self._facts.let_go()

    def end(self) -> None:
        """Let go of what leads back to these facts, so that they are gone with their last user: garbage is seldom looked for."""
        self.let_go()
        self._join = None

    def exists(self, path: str) -> bool:
        """Whether the snapshot has this file or folder (relative path, no ``./``)."""
        return path.rstrip("/") in self.all_paths or path.rstrip("/") in self.folders

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """The files in scope, sorted by path."""
        self._asked.add(FILES)
        return self._files

    @property
    def facts(self) -> FactTable:
        """Every fact of every file: whoever asks this asks for everything."""
        self._asked.add(EVERYTHING)
        return self._facts

    @property
    def all_paths(self) -> frozenset[str]:
        """Every path of the snapshot."""
        self._asked.add(PATHS)
        return self._all_paths

    @property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, however deep."""
        self._asked.add(PATHS)
        return self._folders

    @property
    def vendored(self) -> tuple[LeftOut, ...]:
        """The roots of vendored trees."""
        self._asked.add(VENDORED)
        return self._vendored

    @property
    def unreadable(self) -> tuple[tuple[str, str], ...]:
        """The files whose bytes cannot be had, with the reason."""
        self._asked.add(UNREADABLE)
        return self._unreadable

    @property
    def by_path(self) -> dict[str, SourceFile]:
        """The files in scope by path."""
        self._asked.add(FILES)
        return self._by_path

    def _of(self, kind: type[F], where: Callable[[SourceFile], bool] | None) -> Iterator[tuple[SourceFile, F]]:
        files: Iterable[SourceFile] = self._files_with.get(kind.kind, ())
        for file in filter(where, files) if where else files:
            for fact in self._facts.of_kind(file.path, kind.kind):
                if isinstance(fact, kind):
                    yield file, fact

    def _look_through(self, kind: type[Fact]) -> None:
        """Tell for all shortlists of a kind the files that have something of it."""
        found: dict[Shortlist[Any], list[SourceFile]] = {one: [] for one in shortlists_of(kind.kind)}
        for file, fact in self._of(kind, None):
            for one, files in found.items():
                if one.holds(file, fact) and files[-1:] != [file]:
                    files.append(file)
        self._listed.update(found)

    @cached_property
    def _files_with(self) -> dict[str, list[SourceFile]]:
        """The files that have a fact of a kind, by that kind."""
        found: dict[str, list[SourceFile]] = {}
        for file in self._files:
            for kind in dict.fromkeys(self._facts.kinds(file.path)):
                found.setdefault(kind, []).append(file)
        return found

    @cached_property
    def _by_path(self) -> dict[str, SourceFile]:
        return {file.path: file for file in self._files}

    @cached_property
    def _folders(self) -> frozenset[str]:
        return folders_of(self._all_paths)
