"""What the map stage keeps of one file as bytes: compact between processes, and harmless in a cache.

The first line is JSON: the number of lines, the hits, the kinds and digests of the facts. The rest holds one line of JSON for
each fact, compressed. Nothing in it names a class or runs code; what is not exactly of the declared types is refused.
"""

from __future__ import annotations

import hashlib
import json
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

__all__ = ["Packed", "pack", "unpack"]

_ENCODER = json.JSONEncoder(separators=(",", ":"))

Again = Callable[[], Mapped]


@dataclass(frozen=True, slots=True)
class _Head:
    lines: int
    hits: tuple[RuleHit, ...]
    kinds: tuple[str, ...]
    digests: tuple[str, ...]


@dataclass(slots=True)
class Packed:
    """One file's lines, hits and facts, with a digest of each fact. `again` maps the file anew where a fact turns out to be damaged."""

    lines: int
    hits: tuple[RuleHit, ...]
    kinds: tuple[str, ...]
    digests: tuple[str, ...]
    body: bytes
    again: Again

    def fact(self, position: int) -> Fact:
        """The fact at a position."""
        try:
            row = expand(self.body).split(b"\n")[position]
            found: Fact = converter(_types()[self.kinds[position]]).decode(_parsed(row))
        except (CodecError, ValueError, LookupError, RecursionError):
            facts = self.again().facts
            return facts[position] if position < len(facts) else Unreadable("what was remembered of it is damaged")
        return found


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


def unpack(row: bytes, again: Again) -> Packed | None:
    """What `pack` wrote, or None where it is anything else. Facts are unpacked when they are asked for."""
    first, end, body = row.partition(b"\n")
    try:
        head: _Head = converter(_Head).decode(_parsed(first))
    except (CodecError, ValueError, RecursionError):
        return None
    if not end or not _types().keys() >= set(head.kinds) or len(head.digests) != len(head.kinds):
        return None
    return Packed(head.lines, head.hits, head.kinds, head.digests, body, again)


def _dumped(value: object) -> bytes:
    return _ENCODER.encode(value).encode("ascii")


def _digest(row: bytes) -> str:
    return hashlib.blake2b(row, digest_size=16).hexdigest()


def _as_written(text: str) -> bytes:
    """A text as it stands within a JSON string."""
    return _dumped(text)[1:-1]


def _parsed(data: bytes) -> object:
    return json.loads(data)


@cache
def _types() -> dict[str, type[Fact]]:
    """The class of every kind of fact."""
    return {Unreadable.kind: Unreadable, **{parser.fact.kind: parser.fact for parser in parsers()}}
