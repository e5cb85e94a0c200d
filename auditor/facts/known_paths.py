"""Whether a path that somebody names is there: in the repository, made by its programs, or told to be made."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.facts.ignored_paths import is_ignored
from auditor.facts.kept_joins import kept
from auditor.facts.path_mentions import PathMentions
from auditor.facts.paths import joined_path
from auditor.facts.python_file_reads import PythonFileReads
from auditor.facts.repository import RepositoryFacts
from auditor.model.source import Role

__all__ = ["PathIndex", "Places", "named_by_code", "path_index", "places"]

_TEMPLATES = (".example", ".sample", ".template", ".dist", ".tmpl", ".tpl", ".j2", ".in", ".erb", ".enc", ".sops")


class PathIndex:
    """The paths of a repository by their last part, and the files by their folder.

    Lists of paths that are there anyway: with mappings, the names of a hundred thousand files take forty megabytes.
    """

    def __init__(self, files: frozenset[str], folders: frozenset[str]) -> None:
        self._by_name = sorted(files | folders, key=_name_first)
        self._by_folder = sorted(files, key=_folder_first)

    def named(self, name: str) -> Iterator[str]:
        """The files and folders of this name, sorted."""
        for at in range(bisect_left(self._by_name, (name, ""), key=_name_first), len(self._by_name)):
            path = self._by_name[at]
            if path.rpartition("/")[2] != name:
                return
            yield path

    def in_folder(self, folder: str) -> dict[str, str]:
        """The files right in a folder by their names, sorted."""
        found: dict[str, str] = {}
        for at in range(bisect_left(self._by_folder, (folder, ""), key=_folder_first), len(self._by_folder)):
            parent, _, name = self._by_folder[at].rpartition("/")
            if parent != folder:
                break
            found[name] = self._by_folder[at]
        return found


def path_index(facts: RepositoryFacts) -> PathIndex:
    """The paths of a repository; for `RepositoryFacts.derive`."""
    return PathIndex(facts.all_paths, facts.folders)


def _name_first(path: str) -> tuple[str, str]:
    return path.rpartition("/")[2], path


def _folder_first(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, name


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The paths of a repository, arranged for questions.

    `mentioned` are the files that code names, each with its folder, or after a bare slash where that is not told.
    `composes` tells whether the name of any file or folder speaks of a composition.
    """

    facts: RepositoryFacts
    paths: frozenset[str]
    index: PathIndex
    tops: frozenset[str]
    mentioned: frozenset[str]
    composes: bool

    def has(self, path: str, folder: str = "") -> bool:
        """Whether the path is there, seen from the root, from `folder`, or from anywhere above it."""
        path = _clean(path)
        if path in ("", ".", ".."):
            return True
        for base in (folder, ""):
            joined = joined_path(base, path)
            if joined in self.paths or joined in self.facts.folders:
                return True
        return self._below(path) or self.from_template(path)

    def from_above(self, path: str, folder: str) -> bool:
        """Whether the path is there, seen from `folder` or from one of those that it lies in."""
        parts = folder.split("/")
        bases = ("/".join(parts[:count]) for count in range(len(parts), -1, -1))
        return any(self.facts.exists(joined_path(base, path)) for base in bases)

    def is_made(self, path: str, seen_from: str = "") -> bool:
        """Whether git ignores it, also seen from a folder, or code names a file of its name and so may write it."""
        folder, name = _last_two(path)
        if f"{folder}/{name}" in self.mentioned:
            return True
        return any(is_ignored(joined_path(base, _clean(path)), self.facts) for base in dict.fromkeys(("", seen_from)))

    def nearest(self, path: str) -> str:
        """The path that was most likely meant; empty where none is near."""
        path = _clean(path)
        name, folder = path.rpartition("/")[2], path.rpartition("/")[0]
        beside = self.index.in_folder(folder)
        close = difflib.get_close_matches(name, sorted(beside), 1, 0.8)
        if close:
            return beside[close[0]]
        named = (one for one in self.index.named(name) if one in self.paths)
        return next(named, "") or self._same_stem(beside, name)

    def hint(self, path: str) -> str:
        """What to say behind a path that is missing: the one that was most likely meant; empty where none is near."""
        near = self.nearest(path)
        return f"; `{near}` is" if near else ""

    def _same_stem(self, beside: Mapping[str, str], name: str) -> str:
        stem, _, ending = name.rpartition(".")
        return next(
            (path for one, path in beside.items() if stem and one.startswith(stem) and one.endswith(ending)), ""
        )

    def _below(self, path: str) -> bool:
        return any(one.endswith("/" + path) for one in self.index.named(path.rpartition("/")[2]))

    def from_template(self, path: str) -> bool:
        """Whether a template of the path is there, which people copy and fill in."""
        return any(path + ending in self.paths for ending in _TEMPLATES) or any(
            f"{head}{ending}.{tail}" in self.paths
            for head, _, tail in (path.rpartition("."),)
            for ending in (".example", ".sample", ".template", "-example", "-sample", "_example")
        )


def places(facts: RepositoryFacts) -> Places:
    """The places of a repository; for `RepositoryFacts.derive`."""
    return Places(
        facts=facts,
        paths=facts.all_paths,
        index=facts.derive(path_index),
        tops=frozenset(path.partition("/")[0] for path in facts.folders),
        mentioned=facts.derive(named_by_code),
        composes=any("compose" in path.rpartition("/")[2] for path in facts.all_paths | facts.folders),
    )


@kept
def named_by_code(facts: RepositoryFacts) -> frozenset[str]:
    """The files that code names, as `Places.mentioned` has them; for `RepositoryFacts.derive`."""
    tops = frozenset(path.rpartition("/")[2] for path in facts.folders)
    mentioned: set[str] = set()
    for file, fact in facts.of(
        PathMentions, lambda file: file.role is not Role.TEST
    ):  # what tests make is not there otherwise
        mentioned.update(_mentioned(fact, _only_read(facts, file.path), tops))
    return frozenset(mentioned)


def _only_read(facts: RepositoryFacts, path: str) -> frozenset[str]:
    reads = [fact.reads for fact in facts.at(path, PythonFileReads)]
    return frozenset(one.path.rpartition("/")[2] for group in reads for one in group)


def _mentioned(fact: PathMentions, only_read: frozenset[str], tops: frozenset[str]) -> Iterator[str]:
    """``folder/name`` for what a file names in a folder, ``/name`` for what it names in none or in a computed one."""
    split = [_last_two(mention.text) for mention in fact.paths]
    placed = {name for folder, name in split if folder}
    for folder, name in split:
        if name not in only_read and (folder or name not in placed):
            yield f"{folder}/{name}"
            if not folder:
                yield from (f"{word}/{name}" for word in fact.words if word in tops)


def _last_two(path: str) -> tuple[str, str]:
    folder, _, name = path.strip("/").rpartition("/")
    last = folder.rpartition("/")[2]
    return ("" if any(sign in last for sign in "${}*.") else last), name


def _clean(path: str) -> str:
    while path.startswith("./"):
        path = path[2:]
    return path.strip("/")
