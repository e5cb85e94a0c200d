"""Classes of settings in Python that are named for development or tests, beside those of production."""

from __future__ import annotations

from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["is_of_development"]

_DEVELOPS = pattern(r"(?i)^class \w*(?:dev|development|test|testing|local|ci)(?:\w*config|\w*settings)?\b")


def is_of_development(source: Source, number: int) -> bool:
    """Whether a line of Python stands in a class of settings that is named for development or tests."""
    if source.file.language is not Language.PYTHON or not source.lines[number - 1].startswith((" ", "\t")):
        return False
    above = (line for line in reversed(source.lines[: number - 1]) if line and not line[0].isspace())
    return _DEVELOPS.search(next(above, "")) is not None
