"""Which names stand in the code of a moment, and where one is defined."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from auditor.check.case import View
from auditor.check.resolution import is_foreign_path
from auditor.facts.pattern import pattern

__all__ = ["Code", "code_of", "defined_at", "definers_of", "normal_name", "stands_in"]

_WORD = pattern(r"[A-Za-z_$][A-Za-z0-9_$]{2,80}")
_DEFINED = pattern(
    r"^\s*(?:export\s+|default\s+|pub(?:\([a-z]+\))?\s+|public\s+|private\s+|protected\s+|internal\s+|static\s+|abstract\s+|final\s+|async\s+|unsafe\s+|override\s+)*"
    r"(?:def|class|function\*?|func|fn|fun|interface|type|struct|enum|trait|module|contract|const|let|var)\s+(?:\([^()]{0,80}\)\s*)?([A-Za-z_$][\w$]*)"
)
_TESTS = pattern(
    r"(?i)(?:^|[/_.-])(?:tests?|specs?|mocks?|__tests__|fixtures|examples?|archive\w*|backups?|old|legacy)(?:[/_.-]|$)"
)
_PROSE = (".md", ".rst", ".txt", ".adoc", ".lock", ".csv", ".map", ".svg", ".min.js", ".min.css", ".log", ".ipynb")
_MOST_FILES, _MOST_BYTES, _MOST_LETTERS = 5_000, 40_000_000, 400_000


@dataclass(frozen=True, slots=True)
class Code:
    """The names of all code of one moment, as `normal_name` writes them; `is_whole` where all of it was read."""

    names: frozenset[str]
    is_whole: bool


def normal_name(name: str) -> str:
    """A name as it is in every spelling: ``fetch_all`` and ``fetchAll`` are one."""
    return name.replace("_", "").replace("$", "").lower()


@lru_cache(maxsize=4)  # every name of a document is looked for at the same moments
def code_of(view: View) -> Code:
    """All names that stand in text files that are no prose."""
    names: set[str] = set()
    paths = _paths(view)
    left = _MOST_BYTES
    for path in paths[:_MOST_FILES]:
        text = (view.data(path) or b"")[:_MOST_LETTERS].decode("utf-8", "replace")
        left -= len(text)
        if left < 0:
            break
        names.update(match.group() for match in _WORD.finditer(text))
    return Code(frozenset(map(normal_name, names)), is_whole=left >= 0 and len(paths) <= _MOST_FILES)


def _paths(view: View) -> list[str]:
    return [path for path in sorted(view.paths) if not path.lower().endswith(_PROSE) and not is_foreign_path(path)]


@lru_cache(maxsize=64)  # the moments of one document are asked one after another
def definers_of(view: View, name: str) -> tuple[str, ...]:
    """The files of the shipped code that define a name, as far as they are looked at."""
    shipped = [path for path in _paths(view)[:_MOST_FILES] if not _TESTS.search(path)]
    wanted = name.encode()
    return tuple(path for path in shipped if wanted in (view.data(path) or b"") and defined_at(view, path, name))


@lru_cache(maxsize=64)  # a document names one file several times
def _names_in(view: View, path: str) -> frozenset[str]:
    lines = view.lines(path) or ()
    return frozenset(normal_name(match.group()) for line in lines for match in _WORD.finditer(line))


def stands_in(view: View, path: str, name: str) -> bool:
    """Whether a name stands in a file, in any spelling."""
    return normal_name(name) in _names_in(view, path)


def defined_at(view: View, path: str, name: str) -> int:
    """The line at which a file defines a name; 0 where it does not."""
    for number, line in enumerate(view.lines(path) or (), 1):
        found = _DEFINED.match(line) if name in line else None
        if found and found.group(1) == name:
            return number
    return 0
