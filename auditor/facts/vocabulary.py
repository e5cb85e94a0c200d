"""The words by which documents are read: data. Words of decision in other languages are read as these (`glosses`)."""

from __future__ import annotations

from functools import cache

from auditor.errors import InternalError
from auditor.facts.pattern import Pattern, pattern
from auditor.resources import resource_text

__all__ = ["VOCABULARY_FILE", "matches", "words"]

VOCABULARY_FILE = "vocabulary/english.yaml"


@cache
def words(name: str) -> Pattern:
    """The pattern of this dotted name, such as ``decision.go``. Raises InternalError where the file has none."""
    value = _content()
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, str):
        raise InternalError(f"{VOCABULARY_FILE} has no pattern called {name}")
    return pattern(value if value.startswith("(?i)") else f"(?i){value}")


def matches(name: str, text: str) -> bool:
    """Whether the pattern of this name occurs in the text."""
    return words(name).search(text) is not None


@cache
def _content() -> object:
    import yaml  # noqa: PLC0415 - listing the rules looks no word up

    return yaml.safe_load(resource_text(VOCABULARY_FILE))
