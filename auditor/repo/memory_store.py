"""A store of bytes in memory: the cache of results for a process that must write nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["MemoryStore"]

LIMIT_BYTES = 256 * 1024 * 1024


class MemoryStore:
    """Keeps what was kept last, up to a limit; the oldest entries give way."""

    def __init__(self, now: float, limit: int = LIMIT_BYTES) -> None:
        self.now = now
        self._limit = limit
        self._size = 0
        self._entries: dict[bytes, bytes] = {}

    def load(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The values of those keys that have one."""
        return {key: self._entries[key] for key in keys if key in self._entries}

    def keep(self, entries: Mapping[bytes, bytes]) -> None:
        """Store values; what was stored first is dropped where they are too many."""
        for key, value in entries.items():
            self._size -= len(self._entries.pop(key, b""))
            self._entries[key] = value
            self._size += len(value)
        while self._size > self._limit and self._entries:
            oldest = next(iter(self._entries))
            self._size -= len(self._entries.pop(oldest))
