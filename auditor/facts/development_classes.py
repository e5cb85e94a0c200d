"""Secrets that open nothing but a developer's machine or a job's: settings for development or tests, and what a job itself runs."""

from __future__ import annotations

from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["is_of_development", "is_of_job"]

_DEVELOPS = pattern(r"(?i)^class \w*(?:dev|development|test|testing|local|ci)(?:\w*config|\w*settings)?\b")
_OF_JOBS = (".github/workflows/", ".circleci/", ".gitlab-ci")
_LOOPBACK = pattern(r"^@(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:[/?\"'\s]|$)")


def is_of_development(source: Source, number: int) -> bool:
    """Whether a line of Python stands in a class of settings that is named for development or tests."""
    if source.file.language is not Language.PYTHON or not source.lines[number - 1].startswith((" ", "\t")):
        return False
    above = (line for line in reversed(source.lines[: number - 1]) if line and not line[0].isspace())
    return _DEVELOPS.search(next(above, "")) is not None


def is_of_job(path: str, rest: str) -> bool:
    """Whether the password of a URL, of which `rest` is left, opens what a job of a pipeline has on its own machine."""
    return path.startswith(_OF_JOBS) and _LOOPBACK.match(rest) is not None
