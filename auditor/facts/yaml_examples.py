"""Which lines of a YAML file give an example, as descriptions of interfaces do (https://spec.openapis.org/oas/v3.1.0#example-object)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["example_lines"]

_KEY = pattern(r"^\s*(?:-\s+)?[\"']?examples?[\"']?:(?:\s|$)")
_HAS_VALUE = pattern(r"^\s*(?:-\s+)?[\"']?examples?[\"']?:\s*[^\s#|>&]")


@lru_cache(maxsize=2)
def example_lines(source: Source) -> frozenset[int]:
    """The numbers of the lines with a key ``example:`` or ``examples:``, and of all below one; none for other languages than YAML."""
    if source.file.language is not Language.YAML or b"example" not in source.data:
        return frozenset()
    return frozenset(_numbers(source.lines))


def _numbers(lines: Sequence[str]) -> Iterator[int]:
    depth = -1
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip())
        if depth >= 0 and indent <= depth:
            depth = -1
        if depth >= 0:
            yield number
        elif _KEY.match(line[:200]):
            yield number
            depth = -1 if _HAS_VALUE.match(line[:200]) else indent
