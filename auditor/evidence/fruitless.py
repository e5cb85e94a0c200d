"""The files in which a probe found nothing: it need not look again while their content is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from auditor.model.source import SourceFile

__all__ = ["Fruitless"]

_BYTES = 16


@dataclass(slots=True)
class Fruitless:
    """Digests of files by the probe that found nothing in them: those of an earlier scan, and those of this one.

    `contents` has the object id of the very bytes of files whose `blob` is that of other line ends.
    """

    contents: Mapping[str, str] = field(default_factory=dict)
    known: dict[str, frozenset[bytes]] = field(default_factory=dict)
    next: dict[str, set[bytes]] = field(default_factory=dict)
    _marks: dict[str, bytes] = field(default_factory=dict)

    def asked(self, probe: str) -> Asked:
        """What is known of one probe."""
        return Asked(self.known.get(probe, frozenset()), self.next.setdefault(probe, set()))

    def mark(self, file: SourceFile) -> bytes:
        """What the answer of every probe for a file depends on."""
        mark = self._marks.get(file.path)
        if mark is None:
            text = f"{file.path}\0{file.language}\0{self.contents.get(file.path, file.blob)}"
            digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES)
            mark = self._marks[file.path] = digest.digest()
        return mark

    def rows(self) -> tuple[tuple[str, str], ...]:
        """What is to be remembered of this scan, in a form that a cache can hold."""
        return tuple((probe, b"".join(sorted(found)).hex()) for probe, found in sorted(self.next.items()) if found)

    def recall(self, rows: Iterable[tuple[str, str]]) -> None:
        """Take in what `rows` gave. Raises ValueError on what it cannot have given."""
        for probe, digits in rows:
            joined = bytes.fromhex(digits)
            self.known[probe] = frozenset(joined[at : at + _BYTES] for at in range(0, len(joined), _BYTES))


@dataclass(frozen=True, slots=True)
class Asked:
    """One probe's files without anything."""

    known: frozenset[bytes]
    next: set[bytes]
