"""What the map stage keeps of one file as bytes: compact between processes, and harmless in a cache.

The first line is JSON: the number of lines, the hits, the kinds and digests of the facts. The rest holds one line of JSON for
each fact, compressed. Nothing in it names a class or runs code; what is not exactly of the declared types is refused.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from auditor.engine.map_stage import Mapped, RuleHit
from auditor.engine.squeezed import expand, squeeze
from auditor.engine.typed_codec import CodecError, converter
from auditor.errors import InternalError
from auditor.facts.base import Fact, Unreadable
from auditor.facts.credentials import secret_values
from auditor.facts.registry import parsers
from auditor.repo.spool import Spool

__all__ = ["Packed", "Shelf", "pack"]

_ENCODER = json.JSONEncoder(separators=(",", ":"))

_MARK_BYTES = 16


@dataclass(frozen=True, slots=True)
class _Head:
    lines: int
    hits: tuple[RuleHit, ...]
    kinds: tuple[str, ...]
    digests: tuple[str, ...]


@dataclass(slots=True)
class Packed:
    """One file's lines, hits and facts, with a digest of each fact; facts lie on the shelf."""

    path: str
    lines: int
    hits: tuple[RuleHit, ...]
    kinds: tuple[str, ...]
    marks: bytes
    _place: int
    _shelf: Shelf

    @property
    def digests(self) -> tuple[bytes, ...]:
        """A digest of each fact."""
        return tuple(self.marks[at : at + _MARK_BYTES] for at in range(0, len(self.marks), _MARK_BYTES))

    def fact(self, position: int) -> tuple[Fact, int]:
        """The fact at a position, and the number of bytes that it was written in."""
        try:
            row = expand(self._shelf.row(self._place)).split(b"\n")[position]
            found: Fact = converter(_types()[self.kinds[position]]).decode(_parsed(row))
        except (CodecError, ValueError, LookupError, RecursionError):
            facts = self._shelf.again(self.path).facts
            lost = Unreadable("what was remembered of it is damaged")
            return (facts[position] if position < len(facts) else lost), 0
        return found, len(row)


class Shelf:
    """Where the facts of packed files lie. `again` maps a file anew where a fact turns out to be damaged.

    With `on_disk`, those of large repositories lie in a file without a name.
    """

    def __init__(self, again: Callable[[str], Mapped], *, on_disk: bool = True) -> None:
        self.again = again
        self._spool = Spool() if on_disk else Spool(sys.maxsize)
        self._kinds: dict[tuple[str, ...], tuple[str, ...]] = {}

    def unpack(self, path: str, row: bytes) -> Packed | None:
        """What `pack` wrote of a file, or None where it is anything else. Facts are unpacked when they are asked for."""
        first, end, body = row.partition(b"\n")
        try:
            head: _Head = converter(_Head).decode(_parsed(first))
            marks = bytes.fromhex("".join(head.digests))
        except (CodecError, ValueError, RecursionError):
            return None
        whole = len(head.digests) == len(head.kinds) and len(marks) == len(head.kinds) * _MARK_BYTES
        if not end or not whole or not _types().keys() >= set(head.kinds):
            return None
        kinds = self._kinds.setdefault(head.kinds, head.kinds)
        return Packed(path, head.lines, head.hits, kinds, marks, self._spool.put(body), self)

    def row(self, place: int) -> bytes:
        """The packed facts that lie at a place."""
        return self._spool.get(place)


def pack(mapped: Mapped, data: bytes) -> bytes | None:
    """The bytes of what was kept of a file with this content.

    None where it has no such form (nested too deeply, or of a type that the codec does not know), and where it would hold a credential.
    """
    try:
        rows = [_dumped(converter(type(fact)).encode(fact)) for fact in mapped.facts]
        kinds = tuple(fact.kind for fact in mapped.facts)
        first = _dumped(converter(_Head).encode(_Head(mapped.lines, mapped.hits, kinds, tuple(map(_digest, rows)))))
        facts = b"\n".join(rows)
    except (CodecError, InternalError, RecursionError):
        return None
    secrets = secret_values(data.decode("utf-8", "replace"))
    if any(secret in row for secret in map(_as_written, secrets) for row in (first, facts)):
        return None
    return first + b"\n" + squeeze(facts)


def _dumped(value: object) -> bytes:
    return _ENCODER.encode(value).encode("ascii")


def _digest(row: bytes) -> str:
    return hashlib.blake2b(row, digest_size=_MARK_BYTES).hexdigest()


def _as_written(text: str) -> bytes:
    """A text as it stands within a JSON string."""
    return _dumped(text)[1:-1]


def _parsed(data: bytes) -> object:
    return json.loads(data)


@cache
def _types() -> dict[str, type[Fact]]:
    """The class of every kind of fact."""
    return {Unreadable.kind: Unreadable, **{parser.fact.kind: parser.fact for parser in parsers()}}
