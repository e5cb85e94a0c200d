"""Where results are remembered, as those see it who use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

__all__ = ["ByteStore"]


class ByteStore(Protocol):
    """Keeps bytes by key; forgets them as it likes, and never raises. `now` is the time in seconds since the epoch."""

    @property
    def now(self) -> float:
        """When the store was opened."""
        ...

    def load(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The values of those keys that have one."""
        ...

    def keep(self, entries: Mapping[bytes, bytes]) -> None:
        """Store values."""
        ...
