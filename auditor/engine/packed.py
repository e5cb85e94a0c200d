"""What the map stage keeps of one file as bytes: compact between processes, and harmless in a cache.

The first line tells the number of lines and of hits, and the kinds and digests of the facts; the second holds the hits as JSON, and
the rest one line of JSON for each fact, compressed. A scan reads the first of every file, and the others of few. Nothing in
them names a class or runs code; what is not exactly of the declared types is refused.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from contextlib import suppress
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
_REST = 2
"""Parts of a row behind its first line: hits and facts."""


@dataclass(slots=True)
class Packed:
    """One file's number of lines and of hits, and the kinds of its facts with a digest of each; hits and facts lie on the shelf.

    `key` stands for all that they depend on, where somebody has told it.
    """

    path: str
    lines: int
    many: int
    kinds: tuple[str, ...]
    key: bytes
    _place: int
    _shelf: Shelf
    _plain: bool = False

    @property
    def hits(self) -> tuple[RuleHit, ...]:
        """Its hits, read anew each time."""
        if not self.many:
            return ()
        with suppress(CodecError, ValueError, LookupError, RecursionError):
            found: tuple[RuleHit, ...] = converter(tuple[RuleHit, ...]).decode(_parsed(self._parts()[1]))
            return found
        return self._shelf.again(self.path).hits

    @property
    def digests(self) -> tuple[bytes, ...]:
        """A digest of each fact, read anew each time; where the disk has lost them, what differs whenever the file does."""
        with suppress(ValueError):
            marks = bytes.fromhex(self._parts()[0].rpartition(b" ")[2].decode("ascii"))
            if len(marks) == len(self.kinds) * _MARK_BYTES:
                return tuple(marks[at : at + _MARK_BYTES] for at in range(0, len(marks), _MARK_BYTES))
        return (self.key,) * len(self.kinds)

    def fact(self, position: int) -> tuple[Fact, int]:
        """The fact at a position, and the number of bytes that it was written in."""
        try:
            row = self._facts().split(b"\n", position + 1)[position]
            found: Fact = converter(_types()[self.kinds[position]]).decode(_parsed(row))
        except (CodecError, ValueError, LookupError, RecursionError):
            facts = self._shelf.again(self.path).facts
            lost = Unreadable("what was remembered of it is damaged")
            return (facts[position] if position < len(facts) else lost), 0
        return found, len(row)

    def _facts(self) -> bytes:
        """The facts as they were written. What lies on disk lies there expanded from then on: large repositories are asked again and again."""
        first, hits, facts = self._parts()
        if self._plain:
            return facts
        facts = expand(facts)
        self._plain = self._shelf.exchange(self._place, first, hits, facts)
        return facts

    def _parts(self) -> list[bytes]:
        """The first line, the hits and the facts, as they were written."""
        return self._shelf.row(self._place).split(b"\n", 2)


class Shelf:
    """Where the facts of packed files lie. `again` maps a file anew where a fact turns out to be damaged.

    With `on_disk`, those of large repositories lie in a file without a name.
    """

    def __init__(self, again: Callable[[str], Mapped], *, on_disk: bool = True) -> None:
        self.again = again
        self._spool = Spool() if on_disk else Spool(sys.maxsize)
        self._kinds: dict[str, tuple[str, ...]] = {}

    def unpack(self, path: str, row: bytes, key: bytes = b"") -> Packed | None:
        """What `pack` wrote of a file, or None where it is anything else. Hits and facts are unpacked when they are asked for."""
        first, *rest = row.split(b"\n", 2)
        try:
            lines, many, joined, digests = first.decode("ascii").split(" ")
            marks = bytes.fromhex(digests)
        except ValueError:
            return None
        kinds, counted = self._kinds_of(joined), lines.isdecimal() and many.isdecimal()
        if len(rest) < _REST or not counted or kinds is None or len(marks) != len(kinds) * _MARK_BYTES:
            return None
        return Packed(path, int(lines), int(many), kinds, key, self._spool.put(row), self)

    def _kinds_of(self, joined: str) -> tuple[str, ...] | None:
        """The kinds of facts of these names; None where there is no such kind."""
        known = self._kinds.get(joined)
        if known is None:
            known = tuple(map(sys.intern, joined.split(","))) if joined else ()
            if not _types().keys() >= set(known):
                return None
            self._kinds[joined] = known
        return known

    def exchange(self, place: int, *parts: bytes) -> bool:
        """Put another row of these parts at a place, where it lies on disk; whether it does."""
        size = sum(map(len, parts)) + len(parts) - 1
        return self._spool.exchanges(place, size) and self._spool.exchange(place, b"\n".join(parts))

    def row(self, place: int) -> bytes:
        """The row that lies at a place."""
        return self._spool.get(place)


def pack(mapped: Mapped, data: bytes) -> bytes | None:
    """The bytes of what was kept of a file with this content.

    None where it has no such form (nested too deeply, or of a type that the codec does not know), and where it would hold a credential.
    """
    try:
        rows = [_dumped(converter(type(fact)).encode(fact)) for fact in mapped.facts]
        hits = _dumped(converter(tuple[RuleHit, ...]).encode(mapped.hits))
        facts = b"\n".join(rows)
    except (CodecError, InternalError, RecursionError):
        return None
    secrets = secret_values(data.decode("utf-8", "replace"))
    if any(secret in row for secret in map(_as_written, secrets) for row in (hits, facts)):
        return None
    kinds, digests = ",".join(fact.kind for fact in mapped.facts), "".join(map(_digest, rows))
    first = f"{mapped.lines} {len(mapped.hits)} {kinds} {digests}".encode("ascii")
    return b"\n".join((first, hits, squeeze(facts)))


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
