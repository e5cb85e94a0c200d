"""Paths of a repository as texts: one seen from a folder, and the folders that they lie in."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["folders_of", "joined_path", "stays_inside"]


def joined_path(folder: str, path: str) -> str:
    """A path that is seen from a folder, from the root; what would lead out of the root stays in it."""
    parts = [part for part in folder.split("/") if part]
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in (".", ""):
            parts.append(part)
    return "/".join(parts)


def stays_inside(folder: str, path: str) -> bool:
    """Whether a path that goes up from a folder does not lead out of the repository."""
    depth = len([part for part in folder.split("/") if part])
    for part in path.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            return False
    return True


def folders_of(paths: Iterable[str]) -> frozenset[str]:
    """Every folder that holds one of the files, however deep."""
    found: set[str] = set()
    for path in paths:
        parent = path.rpartition("/")[0]
        while parent and parent not in found:
            found.add(parent)
            parent = parent.rpartition("/")[0]
    return frozenset(found)
