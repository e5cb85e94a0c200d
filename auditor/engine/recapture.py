"""Findings of the last scan, by file: where nothing that they depend on has changed, they are not made again.

What was judged last is remembered anyway; beside it stands, for each path with findings, a digest of its content, its hits and
what else evidence capture asks of a path.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from auditor.engine.capture import Captor
from auditor.engine.hits import HitTable
from auditor.engine.judged import Judgement
from auditor.engine.result_cache import MARK_BYTES, ResultCache
from auditor.engine.typed_codec import converter
from auditor.model.finding import Finding

__all__ = ["Recaptor"]

Rows = tuple[str, tuple[tuple[str, str], ...]]
"""The key of a judgement, and the digest of each of its paths, in hexadecimal digits."""


@dataclass(slots=True)
class Recaptor:
    """Makes the findings of a scan, those of the last one taken over. Without a cache all of them are made.

    `digests` are those of the contents of files that are as they were, as the last judgement told them (`JudgedFile`).
    """

    captor: Captor
    cache: ResultCache | None
    digests: dict[str, str] = field(default_factory=dict)
    _known: dict[str, tuple[str, list[Finding]]] = field(default_factory=dict)
    _next: dict[str, str] = field(default_factory=dict)

    def findings(self, hits: HitTable) -> tuple[Finding, ...]:
        """The findings of all hits, in their order."""
        contents = self._recall()
        found: list[Finding] = []
        for path in hits.paths():
            mark = self._mark(hits.mark(path), path)
            before, same = self._known.get(path, (None, []))
            if mark is None or mark != before:
                found += self.captor.capture(hits.of(path))
            else:
                found += same
                if path in contents:
                    self.digests[path] = contents[path]
            if mark is not None:
                self._next[path] = mark
        self._known.clear()
        return tuple(found)

    def keep(self, key: bytes) -> None:
        """Remember that the findings are those of the judgement that is written under a key."""
        if self.cache is not None:
            self.cache.write(self._key(self.cache), converter(Rows), (key.hex(), tuple(self._next.items())))

    def _recall(self) -> dict[str, str]:
        """Take in what was found last, and give the digests of contents that were told then."""
        if self.cache is None:
            return {}
        rows: Rows | None = self.cache.read(self._key(self.cache), converter(Rows))
        judged: Judgement | None = self.cache.read(_bytes(rows[0]), converter(Judgement)) if rows else None
        if rows is None or judged is None:
            return {}
        self._known = {path: (mark, []) for path, mark in rows[1]}
        for one in judged.findings:
            if one.path in self._known:
                self._known[one.path][1].append(one)
        return {one.path: one.sha256 for one in judged.files if one.sha256 is not None}

    def _mark(self, hits: bytes | None, path: str) -> str | None:
        if hits is None or self.cache is None:
            return None
        about = repr(self.captor.about(path)).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(hits + about, digest_size=MARK_BYTES).hexdigest()

    @staticmethod
    def _key(cache: ResultCache) -> bytes:
        return cache.key("captured", cache.about)


def _bytes(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""
