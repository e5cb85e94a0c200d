"""All hits of a scan, by the path that they speak of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from auditor.engine.map_stage import Mapped, RuleHit
from auditor.engine.packed import Packed
from auditor.engine.result_cache import MARK_BYTES
from auditor.engine.typed_codec import converter

__all__ = ["HitTable"]

Entries: TypeAlias = "Mapping[str, Mapped | Packed]"


class HitTable:
    """Hits of files, as the map stage left them, and of joins. Those of a packed file are unpacked when they are asked for."""

    def __init__(self, entries: Entries, joined: Iterable[RuleHit]) -> None:
        self._entries = entries
        self._joined: dict[str, list[RuleHit]] = {}
        for one in joined:
            self._joined.setdefault(one.hit.path, []).append(one)

    def paths(self) -> list[str]:
        """The paths with hits, sorted."""
        own = (path for path, entry in self._entries.items() if _has_hits(entry))
        return sorted({*own, *self._joined})

    def of(self, path: str) -> list[RuleHit]:
        """The hits of a path, in order."""
        entry = self._entries.get(path)
        return sorted({*(entry.hits if entry else ()), *self._joined.get(path, ())}, key=_order)

    def mark(self, path: str) -> bytes | None:
        """What all hits of a path and the content of the file depend on, in one digest; None where that is not known."""
        entry = self._entries.get(path)
        if not isinstance(entry, Packed) or not entry.key:
            return None
        joined = self._joined.get(path)
        if not joined:
            return entry.key
        form = converter(tuple[RuleHit, ...])
        text = json.dumps(form.encode(tuple(sorted(set(joined), key=_order))))
        return hashlib.blake2b(entry.key + text.encode("ascii"), digest_size=MARK_BYTES).digest()

    def __iter__(self) -> Iterator[RuleHit]:
        """Every hit, in the order of paths."""
        return (one for path in self.paths() for one in self.of(path))


def _has_hits(entry: Mapped | Packed) -> bool:
    return entry.many > 0 if isinstance(entry, Packed) else bool(entry.hits)


def _order(found: RuleHit) -> tuple[str, int, str, int, str, str]:
    hit = found.hit
    return (hit.path, hit.start_line, found.rule, hit.end_line, hit.message, hit.symbol)
