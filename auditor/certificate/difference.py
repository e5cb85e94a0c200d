"""Where two JSON documents differ, by JSON pointers (https://www.rfc-editor.org/rfc/rfc6901)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

__all__ = ["Difference", "differences"]

_MOST_SHOWN = 60
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """A place, and what either document says there, cut to a few words; "nothing" where it has no such place."""

    pointer: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.old} -> {self.new}"


def differences(old: object, new: object, pointer: str = "") -> Iterator[Difference]:
    """The differing places in document order. Objects are compared by key, lists by position."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            escaped = str(key).replace("~", "~0").replace("/", "~1")
            yield from differences(old.get(key, _NOTHING), new.get(key, _NOTHING), f"{pointer}/{escaped}")
    elif isinstance(old, list) and isinstance(new, list):
        for at, (one, other) in enumerate(zip_longest(old, new, fillvalue=_NOTHING)):
            yield from differences(one, other, f"{pointer}/{at}")
    elif type(old) is not type(new) or old != new:
        yield Difference(pointer, _shown(old), _shown(new))


def _shown(value: object) -> str:
    if value is _NOTHING:
        return "nothing"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else f"a list of {len(value)}"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."
