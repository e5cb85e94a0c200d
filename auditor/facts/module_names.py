"""The modules of a repository by every dotted name under which code may import them, without a mapping of all these names."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["ModuleNames"]

_REMEMBERED = 8192
"""Names that are found again at once: code imports the same few from everywhere."""


class ModuleNames:
    """Names of modules, in the order of their paths: ``src.shop.pay`` is also ``shop.pay`` and ``pay``.

    They lie sorted from their last part to their first, so that all that end alike are neighbours: a mapping of every
    end of the names of 54,000 modules takes 24 MiB, and this 5.
    """

    def __init__(self, names: Sequence[str]) -> None:
        turned = sorted((_turned(name), place) for place, name in enumerate(names))
        self._keys = [key for key, _ in turned]
        self._places = array("L", (place for _, place in turned))
        self._found = lru_cache(_REMEMBERED)(self._look)

    def place(self, name: str) -> int | None:
        """The place of the one module that a name may mean: a whole name comes before the end of another's.

        None where there is none, and where several modules end in it.
        """
        place, ambiguous = self._found(name)
        return None if ambiguous else place

    def __contains__(self, name: str) -> bool:
        """Whether any module may be meant."""
        return self._found(name)[0] is not None

    def _look(self, name: str) -> tuple[int | None, bool]:
        """The place of a module of this name, and whether another one might be meant."""
        if not name:
            return None, False
        start = _turned(name)
        at = bisect_left(self._keys, start)
        whole = []
        while at < len(self._keys) and self._keys[at] == start:
            whole.append(self._places[at])
            at += 1
        ends = [
            self._places[one] for one in range(at, min(at + 2, len(self._keys))) if self._keys[one].startswith(start)
        ]
        ambiguous = len(ends) > 1 or (bool(whole) and bool(ends) and whole[0] < ends[0])
        return (whole[-1] if whole else next(iter(ends), None)), ambiguous


def _turned(name: str) -> str:
    """A dotted name from its last part to its first, with a dot behind each."""
    return ".".join(reversed(name.split("."))) + "."
