"""Who owns a file, from CODEOWNERS (https://docs.github.com/repositories/managing-your-repositorys-settings-and-features)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from auditor.repo.matching import PathMatcher
from auditor.repo.reader import Inventory, Reader, ReadFailure

__all__ = ["MOST_OWNERS", "PLACES", "Owners", "owners_text", "read_owners"]

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")

MOST_OWNERS = 50
"""Of one line; whoever stands behind them owns nothing, or a line of a megabyte would stand beside every condition."""


class Owners:
    """The lines of one CODEOWNERS file. The last line that matches a path says who owns it."""

    def __init__(self, text: str) -> None:
        rows = [row for line in text.splitlines() if (row := _row(line))]
        self._owners = [owners for _, owners in rows]
        self._patterns = [pattern for pattern, _ in rows]
        self._matchers = {len(rows): PathMatcher(self._patterns)}

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a file; empty where nobody is named."""
        index = self._last_match(path, len(self._patterns))
        while index is not None and self._is_deeper(path, index):
            index = self._last_match(path, index)
        return () if index is None else self._owners[index]

    def _last_match(self, path: str, end: int) -> int | None:
        if end not in self._matchers:
            self._matchers[end] = PathMatcher(self._patterns[:end])
        return self._matchers[end].last_match(path)

    def _is_deeper(self, path: str, index: int) -> bool:
        """Whether the pattern is one like ``docs/*``, which takes in no folders here, and the path lies deeper."""
        pattern = self._patterns[index]
        return pattern.endswith("/*") and "**" not in pattern and path.count("/") > pattern.lstrip("/").count("/")

    def of_most(self, paths: Iterable[str]) -> tuple[str, ...]:
        """The owners of most of the files that have any; of equals, the first by name."""
        counts = Counter(owners for path in paths if (owners := self.of(path)))
        return min(counts, key=lambda owners: (-counts[owners], owners), default=())


def read_owners(inventory: Inventory, reader: Reader) -> Owners:
    """Who the first CODEOWNERS file that there is names, as GitHub looks for it; nobody where there is none."""
    return Owners(owners_text(inventory, reader))


def owners_text(inventory: Inventory, reader: Reader) -> str:
    """The text of that file; empty where there is none."""
    for path in PLACES:
        if path in inventory.all_paths:
            try:
                return reader.read(path).decode("utf-8-sig", "replace")
            except ReadFailure:
                continue
    return ""


def _row(line: str) -> tuple[str, tuple[str, ...]] | None:
    stripped = line.strip()
    if not stripped or stripped.startswith(
        ("#", "[", "^[", "!")
    ):  # comments, GitLab's sections, and what git alone knows
        return None
    pattern, *words = stripped.replace("\\ ", "\0").split()
    owners: list[str] = []
    for word in words:
        if word.startswith("#"):
            break
        owners.append(word.replace("\0", " "))
        if len(owners) == MOST_OWNERS:
            break
    return pattern.replace("\0", "\\ "), tuple(owners)
