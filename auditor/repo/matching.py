"""Path patterns of the audited repository: `.gitattributes`, CODEOWNERS and `.auditor.yaml`."""

from __future__ import annotations

from collections.abc import Sequence

from pathspec import PathSpec
from pathspec.patterns.gitignore import GitIgnorePatternError

__all__ = ["PathMatcher", "pattern_error"]

NOTHING = "/\\[no file\\]/"
"""Stands for a pattern that cannot be read, so that the others keep their numbers."""


class PathMatcher:
    """Gitignore-style patterns, compiled for google-re2: no pattern can make a match slow.

    A pattern that cannot be read matches nothing.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        readable = [NOTHING if pattern_error(pattern) else pattern for pattern in patterns]
        self._spec = PathSpec.from_lines("gitignore", readable, backend="re2")

    def last_match(self, path: str) -> int | None:
        """The number of the last pattern that matches the path, or None."""
        return self._spec.check_file(path).index

    def matches(self, path: str) -> bool:
        """Whether the path is matched, and by no later pattern (``!...``) taken back."""
        return self._spec.check_file(path).include is True


def pattern_error(pattern: str) -> str | None:
    """Why a pattern cannot be read, or None."""
    if not pattern.strip() or pattern.startswith("#"):
        return "the pattern is empty"
    try:
        PathSpec.from_lines("gitignore", [pattern], backend="re2")
    except (GitIgnorePatternError, ValueError) as error:
        return str(error)
    return None
