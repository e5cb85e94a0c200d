"""The marks of `.gitattributes` files that say what a file is (https://git-scm.com/docs/gitattributes).

Patterns come from the audited repository: they are matched with google-re2 alone, which is linear.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auditor.repo.matching import PathMatcher

__all__ = ["ATTRIBUTES_NAME", "Attributes", "read_attributes"]

ATTRIBUTES_NAME = ".gitattributes"
_KNOWN = frozenset({"linguist-vendored", "linguist-generated", "linguist-documentation", "linguist-language", "filter"})


@dataclass(frozen=True, slots=True)
class _Marks:
    """What one file says about one attribute: its folder, and a value for each of the matcher's patterns."""

    folder: str
    matcher: PathMatcher
    values: tuple[str, ...]

    def value(self, path: str) -> str | None:
        if self.folder and not path.startswith(self.folder + "/"):
            return None
        index = self.matcher.last_match(path[len(self.folder) + 1 :] if self.folder else path)
        return None if index is None else self.values[index]


class Attributes:
    """What all `.gitattributes` files of a tree say: deeper files and later lines win."""

    def __init__(self, marks: Mapping[str, tuple[_Marks, ...]]) -> None:
        self._marks = marks

    def knows(self, attribute: str) -> bool:
        """Whether any file mentions the attribute."""
        return attribute in self._marks

    def value(self, path: str, attribute: str) -> str | None:
        """The value as written, ``true`` where it is set, ``false`` where it is unset, None where nothing is said."""
        for marks in self._marks.get(attribute, ()):
            value = marks.value(path)
            if value is not None:
                return None if value == "" else value
        return None

    def flag(self, path: str, attribute: str) -> bool | None:
        """The value of a mark that is on or off; None where nothing is said."""
        value = self.value(path, attribute)
        return None if value is None else value.lower() not in ("false", "0", "no", "off")


def read_attributes(files: Iterable[tuple[str, bytes]]) -> Attributes:
    """The attributes that `files` (path and content of every `.gitattributes`) set."""
    marks: dict[str, list[_Marks]] = {}
    for path, data in sorted(files, key=lambda file: (-file[0].count("/"), file[0])):
        found: dict[str, list[tuple[str, str]]] = {}
        for line in data.decode("utf-8", "replace").splitlines():
            for pattern, attribute, value in _line(line):
                found.setdefault(attribute, []).append((pattern, value))
        folder = path.rpartition("/")[0]
        for attribute, pairs in found.items():
            matcher = PathMatcher([pattern for pattern, _ in pairs])
            marks.setdefault(attribute, []).append(_Marks(folder, matcher, tuple(value for _, value in pairs)))
    return Attributes({attribute: tuple(found) for attribute, found in marks.items()})


def _line(line: str) -> Iterable[tuple[str, str, str]]:
    pattern, words = _split(line.strip())
    if not pattern or pattern.startswith(("#", "!", "[attr]")):
        return
    for word in words:
        name, equals, value = word.partition("=")
        if name[:1] in ("-", "!"):
            value = "false" if name[0] == "-" else ""
            name = name[1:]
        elif not equals:
            value = "true"
        if name in _KNOWN:
            yield pattern, name, value


def _split(line: str) -> tuple[str, list[str]]:
    if line.startswith('"'):
        pattern, _, rest = line[1:].partition('"')
        return pattern, rest.split()
    words = line.split()
    return (words[0], words[1:]) if words else ("", [])
