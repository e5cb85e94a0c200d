"""Which lines of a YAML or TOML file give an example, as descriptions of interfaces do (https://spec.openapis.org/oas/v3.1.0#example-object)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from auditor.facts.pattern import Pattern, pattern
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["example_lines"]

_KEY = pattern(r"^\s*(?:-\s+)?[\"']?(?:examples?|x-code-?[sS]amples)[\"']?:(?:\s|$)")
_TEXT = pattern(r"^\s*[Ee]xamples?\s*=\s*('{3}|\"{3})")
_KEY_OF_INTERFACE = pattern(r"^\s*(?:-\s+)?[\"']?(?:examples?|description|x-code-?[sS]amples)[\"']?:(?:\s|$)")
_INTERFACE = pattern(r"(?m)^(?:kind:\s*[\"']?CustomResourceDefinition|openapi:|swagger:)")
"""Descriptions of interfaces: what they say of a field stands there for its reader."""


@lru_cache(maxsize=2)
def example_lines(source: Source) -> frozenset[int]:
    """The numbers of the lines with a key ``example:`` or ``examples:``, in descriptions of interfaces also ``description:``, and of all below one; in TOML those of a text of several lines under such a key; none for other languages."""
    if source.file.language is Language.TOML:
        return frozenset(_in_toml(source.lines))
    if source.file.language is not Language.YAML or b"ample" not in source.data:
        return frozenset()
    of_interface = _INTERFACE.search(source.text) is not None
    return frozenset(_numbers(source.lines, _KEY_OF_INTERFACE if of_interface else _KEY))


def _in_toml(lines: Sequence[str]) -> Iterator[int]:
    """The lines of texts between three quotes (https://toml.io/en/v1.0.0#string) that are given to such a key."""
    quotes = ""
    for number, line in enumerate(lines, 1):
        if quotes:
            yield number
            quotes = "" if quotes in line else quotes
        else:
            match = _TEXT.match(line[:200])
            quotes = match.group(1) if match and line.count(match.group(1)) == 1 else ""


def _numbers(lines: Sequence[str], key: Pattern) -> Iterator[int]:
    depth = -1
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip())
        if depth >= 0 and indent <= depth:
            depth = -1
        if depth >= 0:
            yield number
        elif key.match(line[:200]):
            yield number
            depth = indent
