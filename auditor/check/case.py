"""One document with all that it can be held against: the repository at the right moments, its history, its siblings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from auditor.check.document import Document
from auditor.facts.base import Fact
from auditor.facts.paths import folders_of

__all__ = ["Case", "History", "Seal", "View", "no_versions"]

F = TypeVar("F", bound=Fact)
_MOST_BYTES = 4_000_000


class View:
    """The repository at one moment: its paths, and the lines and facts of its files on demand.

    `label` says which moment, in words. `read` gives None for what cannot be read. `is_past` marks a moment before
    the document was added: what was not there yet then bears no claim out that it is missing.
    """

    def __init__(
        self,
        label: str,
        paths: Iterable[str],
        read: Callable[[str], bytes | None],
        facts: Callable[[str, bytes], tuple[Fact, ...]],
        *,
        is_past: bool = False,
    ) -> None:
        self.label = label
        self.is_past = is_past
        self.paths = frozenset(paths)
        self._read = read
        self._facts = facts
        self._lines: dict[str, tuple[str, ...] | None] = {}
        self._known: dict[str, tuple[Fact, ...]] = {}

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file."""
        return folders_of(self.paths)

    @cached_property
    def by_name(self) -> Mapping[str, tuple[str, ...]]:
        """The paths of files and folders by their last part, each group sorted."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths | self.folders):
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def by_lower_name(self) -> Mapping[str, tuple[str, ...]]:
        """The paths of a name, of several that differ in capital letters only the first in order, by its small letters."""
        found: dict[str, tuple[str, ...]] = {}
        for name, paths in self.by_name.items():
            found.setdefault(name.lower(), paths)
        return found

    @cached_property
    def behind_blank(self) -> Mapping[str, tuple[str, ...]]:
        """The paths of a name with blanks, of several the first in order, by each of its ends that stands behind a blank."""
        found: dict[str, tuple[str, ...]] = {}
        for name in sorted(self.by_name):
            for at, letter in enumerate(name):
                if letter == " ":
                    found.setdefault(name[at + 1 :], self.by_name[name])
        return found

    def lines(self, path: str) -> tuple[str, ...] | None:
        """The lines of a file as `wc -l` counts them, and one more without a last line end; None for what is no text."""
        if path not in self._lines:
            data = self._read(path) if path in self.paths else None
            self._lines[path] = None if data is None else _lines(data)
        return self._lines[path]

    def data(self, path: str) -> bytes | None:
        """The bytes of a file; None for what is not there, cannot be read or is too large."""
        data = self._read(path) if path in self.paths else None
        return None if data is None or len(data) > _MOST_BYTES else data

    def facts(self, path: str) -> tuple[Fact, ...]:
        """The facts of one file."""
        if path not in self._known:
            data = self._read(path) if path in self.paths else None
            self._known[path] = self._facts(path, data) if data is not None else ()
        return self._known[path]

    def with_lines(self, label: str, path: str, lines: tuple[str, ...]) -> View:
        """Another version of one file, and nothing else."""
        return View(label, (path,), lambda _path: "\n".join(lines).encode(), self._facts)

    def fact(self, path: str, kind: type[F]) -> F | None:
        """The fact of this type of one file, if it has one."""
        return next((one for one in self.facts(path) if isinstance(one, kind)), None)


def _lines(data: bytes) -> tuple[str, ...] | None:
    if len(data) > _MOST_BYTES or b"\0" in data[:8_000]:
        return None
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    lines = text.split("\n")
    return tuple(lines[:-1] if lines[-1] == "" else lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Dates (ISO, days only) from git: of the commits that added and last changed the document, and of the first of all."""

    added: str = ""
    changed: str = ""
    first: str = ""
    is_import: bool = False


@dataclass(frozen=True, slots=True)
class Seal:
    """What verification says of an `auditor` signature in the document: whether it is broken, and the words for it."""

    is_broken: bool
    detail: str


def no_versions(path: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The other versions of a file where no history is at hand: none."""
    del path
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a document rule sees.

    `views` are the moments at which a statement may have been true, the first being the one of record; empty
    without a repository. `was_named` tells whether a file ever had a name. `versions` gives other versions of a file with a name for each. `siblings` gives
    the documents of the same kind beside this one, `before` the moment right before it was added, or before the day that it is dated, if that is earlier. `home` is the document's path in the repository, if it has one.
    """

    document: Document
    home: str = ""
    views: tuple[View, ...] = ()
    versions: Callable[[str], Iterable[tuple[str, tuple[str, ...]]]] = no_versions
    history: History = field(default_factory=History)
    siblings: Callable[[], tuple[Document, ...]] = tuple
    before: Callable[[], View | None] = lambda: None
    seal: Seal | None = None
    is_object: Callable[[str], bool] = lambda _identifier: False
    was_named: Callable[[str], bool] = lambda _name: False

    @property
    def folder(self) -> str:
        """The folder of the document in the repository."""
        return self.home.rpartition("/")[0]
