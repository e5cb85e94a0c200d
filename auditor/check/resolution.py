"""What a file's name in a document stands for in the repository at one moment."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum

from auditor.check.case import Case, View
from auditor.facts.glob import matches as fits
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern

__all__ = [
    "Found",
    "Resolution",
    "folders_above",
    "is_foreign_path",
    "nearest",
    "resolve",
    "resolve_anywhere",
    "resolve_content",
]

_MOST_OF_GLOB = 20
_ONE_WORD = pattern(r"^_{0,2}[a-z]{1,12}_{0,2}\.[a-z]{1,5}$|^[A-Z]{1,12}\.md$")


class Found(StrEnum):
    """How a name was resolved."""

    EXACT = "exact"
    MANY = "several files of this name"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name stands for at one moment: the paths, and how they were found."""

    found: Found
    paths: tuple[str, ...] = ()


def resolve(path: str, view: View, folder: str) -> Resolution:
    """What a name stands for at one moment, seen from the root, from `folder`, or from some other place of the repository.

    A foreign beginning of an absolute path is taken away bit by bit; a bare name is looked for everywhere.
    """
    if "*" in path or "{" in path:
        return _of_glob(path, view, folder)
    parts = [part for part in path.split("/") if part not in ("", ".")]
    joined = joined_path(folder, path)
    for candidate in ("/".join(parts), joined):
        if candidate in view.paths or candidate in view.folders:
            return Resolution(Found.EXACT, (candidate,))
    if ".." in parts:
        parts = parts[len(parts) - parts[::-1].index("..") :]
    for index in range(1, len(parts) if path.startswith("/") else 1):
        rest = "/".join(parts[index:])
        if rest in view.paths or rest in view.folders:
            return Resolution(Found.EXACT, (rest,))
    return _by_end(parts, view)


def resolve_content(path: str, view: View, folder: str) -> Resolution:
    """What a name stands for where its content is judged: a name that fits several files stands for no one of them.

    A bare name is that of the document's own folder before that of any other, unless that folder is the root. One
    that many projects have several of, such as ``main.py``, is not looked for further away.
    """
    resolution = resolve(path, view, folder)
    if resolution.found is not Found.EXACT:
        return resolution
    own = joined_path(folder, path) if folder else ""
    if "/" not in path.strip("/"):
        named = tuple(one for one in view.by_name.get(path, ()) if one in view.paths and not is_foreign_path(one))
        if own in view.paths:
            return Resolution(Found.EXACT, (own,))
        is_told = path in view.paths or _ONE_WORD.match(path) is None
        return resolution if len(named) == 1 and is_told else Resolution(Found.MANY, named)
    seen_from = () if path.startswith("/") else (f"{one}/{path}" for one in folders_above(folder))
    others = {one for one in (resolution.paths[0], own, *seen_from) if one in view.paths}
    return Resolution(Found.MANY, tuple(sorted(others))) if len(others) > 1 else resolution


def folders_above(folder: str) -> tuple[str, ...]:
    """A folder and those that it lies in, but the root: each may be that of a project of its own."""
    parts = folder.split("/") if folder else []
    return tuple("/".join(parts[:length]) for length in range(len(parts), 0, -1))


def _by_end(parts: list[str], view: View) -> Resolution:
    """Files whose path ends as the name does; a bare name has one part only."""
    if not parts:
        return Resolution(Found.NONE)
    ending = "/" + "/".join(parts)
    named = view.by_name.get(parts[-1], ())
    found = tuple(one for one in named if ("/" + one).endswith(ending))
    found = tuple(one for one in found if not is_foreign_path(one)) or found
    if len(found) == 1:
        return Resolution(Found.EXACT, found)
    return Resolution(Found.MANY, found) if found else Resolution(Found.NONE)


def _of_glob(path: str, view: View, folder: str) -> Resolution:
    wanted = path.strip("/").removeprefix("./")
    for glob in (wanted, f"{folder}/{wanted}" if folder else wanted, f"**/{wanted}"):
        found = tuple(sorted(one for one in view.paths if fits(glob, one)))
        if found:
            return Resolution(Found.MANY, found[:_MOST_OF_GLOB])
    return Resolution(Found.NONE)


def resolve_anywhere(path: str, case: Case) -> tuple[tuple[View, str], ...]:
    """The files that a name may stand for, at every moment of the case: the moment of record first."""
    found: list[tuple[View, str]] = []
    for view in case.views:
        resolution = resolve(path, view, case.folder)
        found.extend((view, one) for one in resolution.paths)
    return tuple(found)


def is_foreign_path(path: str) -> bool:
    """Whether a path lies in a tree of other people's packages."""
    return any(part in path for part in ("site-packages/", "node_modules/", "venv/", "vendor/"))


def nearest(path: str, view: View) -> str:
    """The path that was most likely meant; empty where none is near."""
    name = path.rpartition("/")[2]
    names = sorted(one for one in view.by_name if not is_foreign_path(view.by_name[one][0]))
    close = difflib.get_close_matches(name, names, 1, 0.85) if len(names) < 20_000 else []  # noqa: PLR2004 - it compares with each
    return view.by_name[close[0]][0] if close else ""
