"""A repository as the check of a document asks it: what was in it when the document was added, and at other times."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from auditor.errors import Place, UserError
from auditor.repo.git import GitFailure
from auditor.repo.objects import ObjectStore
from auditor.repo.reader import ReadFailure
from auditor.repo.repository import LINK, SUBMODULE, Repository, Row, find_repository, index_rows
from auditor.repo.worktree import WorktreeReader, show_paths, walk

__all__ = ["Files", "Timeline", "Touch", "open_timeline", "repository_above"]

_MOST_VERSIONS = 150
_RAW = ("--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "-m")
_NO_FILE = ("000000", LINK, SUBMODULE)
_MOST_MOVES = 4
_MOST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Touch:
    """A commit that changed a file: its id, and the later of its two dates as the people who made it read them."""

    commit: str
    day: date | None


class Files:
    """The files at one moment: the paths, and their bytes on demand."""

    def __init__(
        self, label: str, blobs: dict[str, str], store: ObjectStore | None, reader: WorktreeReader | None
    ) -> None:
        self.label = label
        self.paths = frozenset(blobs)
        self._blobs = blobs
        self._store = store
        self._reader = reader

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is none, it cannot be read, or it is too large to be text."""
        try:
            if self._reader is not None:
                return self._reader.read(path) if self._reader.size(path) <= _MOST_BYTES else None
            blob = self._blobs.get(path)
            return self._store.read(blob) if blob and self._store else None
        except ReadFailure:
            return None


class Timeline:
    """The history of one repository, or a folder without git. Nothing is checked out, run or fetched."""

    def __init__(self, folder: Path, repository: Repository | None) -> None:
        self.folder = folder
        self._repository = repository
        self._trees: dict[str, dict[str, str]] = {}

    def home(self, document: Path) -> str:
        """The path of a document within the repository; empty where it lies outside."""
        try:
            return document.resolve().relative_to(self.folder).as_posix()
        except (OSError, ValueError, RuntimeError):
            return ""

    def at(self, revision: str) -> Files:
        """The files of a revision. Raises UserError where there is none of this name."""
        found = self._repository.commit(revision) if self._repository else None
        if found is None:
            remedy = "name a commit, branch or tag that `git log` shows"
            raise UserError(f"there is no revision {revision!r}", place=Place(str(self.folder)), remedy=remedy)
        return self._at(found.identifier)

    def now(self) -> Files:
        """The files of the work tree, or of HEAD in a repository that has none."""
        if self._repository is not None and self._repository.bare:
            return self.at("HEAD")
        if self._repository is None:
            raw = [path for path, refused in walk(self.folder) if refused is None]
        else:
            rows = [
                row.path for row in index_rows(self._repository.index().answer()) if row.mode not in (LINK, SUBMODULE)
            ]
            loose = [
                path for path in self._repository.untracked().answer().split(b"\0")[:-1] if not path.endswith(b"/")
            ]
            raw = [path for path in sorted({*rows, *loose}) if _is_file(self.folder, path)]
        shown = show_paths(sorted(raw))
        names = {text: path for path, text in shown.items() if text.encode("utf-8", "replace") != path}
        reader = WorktreeReader(self.folder, names)
        return Files("in the work tree", dict.fromkeys(shown.values(), ""), None, reader)

    def touches(self, path: str) -> tuple[Touch, ...]:
        """The commits that added and last changed a file, also where it had another path then."""
        if self._repository is None:
            return ()
        found = self._commits(path, "HEAD")
        last = found[:1]
        for _ in range(_MOST_MOVES):
            origin = self._moved_from(path, found[-1]) if found else ""
            earlier = self._commits(origin, f"{found[-1]}^") if origin else []
            if not earlier:
                break
            path, found = origin, earlier
        ends = dict.fromkeys((*found[-1:], *last))
        return tuple(Touch(one, self._day(one)) for one in ends)

    def _commits(self, path: str, start: str) -> list[str]:
        """The commits up to one that changed a path, newest first; none where git cannot say."""
        assert self._repository is not None
        try:
            return self._repository.runner.text("rev-list", start, "--", f":(top,literal){path}").split()
        except GitFailure:
            return []

    def _moved_from(self, path: str, commit: str) -> str:
        """The path that a file had right before a commit put it where it is, with the same content; else empty."""
        assert self._repository is not None
        parent = self._repository.commit(f"{commit}^")
        now = self._tree(commit)
        if parent is None or path not in now:
            return ""
        before = self._tree(parent.identifier)
        return next((old for old, blob in before.items() if blob == now[path] and old not in now), "")

    def before(self, path: str) -> Files | None:
        """The files right before a file was added; None where it came with the first commit, or was not committed."""
        added = next(iter(self.touches(path)), None)
        parent = self._repository.commit(f"{added.commit}^") if added and self._repository else None
        return self._at(parent.identifier) if parent else None

    def nothing(self) -> Files:
        """What was there before the first commit."""
        return Files("before the first commit", {}, None, None)

    def until(self, day: date) -> str:
        """The last commit made by the end of a day; empty where there is none."""
        if self._repository is None:
            return ""
        try:
            return self._repository.runner.text(
                "rev-list", "-1", f"--before={day.isoformat()}T23:59:59Z", "HEAD"
            ).strip()
        except GitFailure:
            return ""

    def is_as_committed(self, path: str, data: bytes) -> bool:
        """Whether these bytes are what HEAD has at this path."""
        if self._repository is None or self._head is None:
            return False
        blob = self._tree(self._head).get(path)
        if blob is None:
            return False
        committed = self._read(blob)
        return committed is not None and committed.replace(b"\r\n", b"\n") == data.replace(b"\r\n", b"\n")

    @cached_property
    def first(self) -> Touch | None:
        """The first commit: of several roots the earliest. None in a clone that does not have it."""
        if self._repository is None or self._repository.shallow:
            return None
        try:
            roots = self._repository.runner.text("rev-list", "--max-parents=0", "HEAD").split()
        except GitFailure:
            return None
        found = [Touch(root, self._day(root)) for root in roots[:20]]
        dated = [one for one in found if one.day]
        return min(dated, key=lambda one: one.day or date.max) if dated else None

    def versions(self, path: str) -> Iterator[tuple[str, bytes]]:
        """The different contents that a file had on any branch, newest first, each with the commit that made it."""
        for commit, blob in list(self._blobs(path).items())[:_MOST_VERSIONS]:
            data = self._read(blob)
            if data is not None:
                yield f"at commit {commit[:10]}", data

    def _blobs(self, path: str) -> dict[str, str]:
        """The blobs that a path named, each by the newest commit that put it there."""
        if self._repository is None or self._head is None:
            return {}
        asked = ("log", *_RAW, "--format=%H", "HEAD", "--all", "--", f":(top,literal){path}")
        try:
            lines = self._repository.runner.text(*asked).splitlines()
        except GitFailure:
            return {}
        found: dict[str, str] = {}
        commit, seen = "", set[str]()
        for line in lines:
            words = line.split()
            if len(words) == 1:
                commit = words[0]
            elif len(words) > 4 and words[1] not in _NO_FILE and words[3] not in seen:  # noqa: PLR2004 - :MODE MODE OLD NEW HOW
                seen.add(words[3])
                found[commit] = words[3]
        return found

    def was_named(self, name: str) -> bool:
        """Whether a file of this name is, or ever was, in any folder."""
        if self._repository is None or self._head is None or any(mark in name for mark in "*?[]\\"):
            return False
        try:
            return bool(
                self._repository.runner.text("rev-list", "-1", "HEAD", "--all", "--", f":(top,glob)**/{name}").strip()
            )
        except GitFailure:
            return False

    def is_object(self, identifier: str) -> bool:
        """Whether hexadecimal digits name a commit of the repository."""
        return self._repository is not None and self._repository.commit(identifier) is not None

    def close(self) -> None:
        """End the process that reads objects."""
        if "_store" in self.__dict__:
            self._store.close()

    @cached_property
    def _store(self) -> ObjectStore:
        assert self._repository is not None
        return ObjectStore(self._repository.runner)

    @cached_property
    def _head(self) -> str | None:
        found = self._repository.commit("HEAD") if self._repository else None
        return found.identifier if found else None

    def _at(self, commit: str) -> Files:
        return Files(f"at commit {commit[:10]}", self._tree(commit), self._store, None)

    def _tree(self, commit: str) -> dict[str, str]:
        if commit not in self._trees:
            assert self._repository is not None
            try:
                rows: tuple[Row, ...] = self._repository.tree(commit)
            except GitFailure:
                rows = ()
            shown = show_paths([row.path for row in rows])
            self._trees[commit] = {shown[row.path]: row.blob for row in rows if row.mode not in (LINK, SUBMODULE)}
        return self._trees[commit]

    def _read(self, blob: str) -> bytes | None:
        try:
            data = self._store.read(blob)
        except ReadFailure:
            return None
        return data if data is not None and len(data) <= _MOST_BYTES else None

    def _day(self, commit: str) -> date | None:
        assert self._repository is not None
        try:
            headers = self._repository.runner.text("cat-file", "commit", commit).partition("\n\n")[0].split("\n")
        except GitFailure:
            return None
        days = [_day_of(line) for line in headers if line.startswith(("author ", "committer "))]
        return max((day for day in days if day), default=None)


def _day_of(header: str) -> date | None:
    """The day of ``author NAME <MAIL> SECONDS ZONE`` in the zone that it states."""
    words = header.rpartition("> ")[2].split(" ")
    try:
        zone = int(words[1]) if len(words) > 1 else 0
        minutes = (abs(zone) // 100 * 60 + abs(zone) % 100) * (1 if zone >= 0 else -1)
        return date.fromordinal(date(1970, 1, 1).toordinal() + (int(words[0]) + minutes * 60) // 86_400)
    except (ValueError, OverflowError):
        return None


def _is_file(folder: Path, path: bytes) -> bool:
    return os.path.lexists(os.fsencode(folder) + b"/" + path)


def open_timeline(folder: Path) -> Timeline:
    """The history of the repository whose top is `folder`, or the folder itself. Raises UserError where it is none."""
    if not folder.is_dir():
        raise UserError(
            "no such folder", place=Place(str(folder)), remedy="name the repository that the documents are about"
        )
    top = folder.resolve()
    return Timeline(top, find_repository(top))


def repository_above(document: Path) -> Path | None:
    """The top of the repository that a document lies in; None where it lies in none."""
    try:
        folder = document.resolve().parent
    except (OSError, RuntimeError):
        return None
    return next((one for one in (folder, *folder.parents) if os.path.lexists(one / ".git")), None)
