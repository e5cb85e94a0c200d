"""Secrets that open nothing but a developer's machine or a job's: settings for development or tests, and what a job itself runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["is_of_development", "is_of_job"]

_DEVELOPS = pattern(
    r"^class _?(?:[A-Z][a-z0-9]*_?)*(?:Dev|DEV|Develop(?:ment)?|Test(?:ing)?|Local|C[Ii])(?:(?:_?[A-Z]\w*)?_?(?:Config(?:uration)?|Settings))?\b"
)
"""One of the words of the name, and not letters within one: `DeviceConfig` is no class of development."""
_OF_JOBS = (".github/workflows/", ".circleci/", ".gitlab-ci")
_LOOPBACK = pattern(r"^@(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:[/?\"'\s]|$)")


def is_of_development(source: Source, number: int) -> bool:
    """Whether a line of Python stands in a class of settings that is named for development or tests."""
    return source.file.language is Language.PYTHON and number in _lines_of_development(source)


@lru_cache(maxsize=2)
def _lines_of_development(source: Source) -> frozenset[int]:
    return frozenset(_below(source.lines))


def _below(lines: Sequence[str]) -> Iterator[int]:
    """The numbers of the indented lines whose nearest line above at the margin begins such a class."""
    inside = False
    for number, line in enumerate(lines, 1):
        if line and not line[0].isspace():
            inside = _DEVELOPS.search(line[:400]) is not None
        elif inside and line:
            yield number


def is_of_job(path: str, rest: str) -> bool:
    """Whether the password of a URL, of which `rest` is left, opens what a job of a pipeline has on its own machine."""
    return path.startswith(_OF_JOBS) and _LOOPBACK.match(rest) is not None
