"""Results by what they depend on: the bytes of a file, its path, language and role, and the code that judged it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from auditor.engine.squeezed import expand, squeeze_pieces
from auditor.engine.typed_codec import CodecError, Converter
from auditor.model.source import SourceFile
from auditor.repo.byte_store import ByteStore
from auditor.repo.reader import Inventory

__all__ = ["MARK_BYTES", "ResultCache"]

T = TypeVar("T")

MARK_BYTES = 16
_ROWS_AT_ONCE = 1_000
_PENDING_ROWS = 512
"""Rows that are gathered before they are written: a scan that is killed loses no more."""


@dataclass(slots=True)
class ResultCache:
    """Results in a store. `salt` stands for all code that has a part in them, and the rules that were chosen.

    `about` names the repository, for what is remembered of the last scan alone.
    """

    store: ByteStore
    salt: bytes
    about: str = ""
    _pending: dict[bytes, bytes] = field(default_factory=dict)

    def of_files(self, inventory: Inventory) -> Iterator[tuple[SourceFile, bytes, bytes | None]]:
        """Every file with its mark and its row, None where it has none; no more than a thousand rows are held at once."""
        for start in range(0, len(inventory.files), _ROWS_AT_ONCE):
            files = inventory.files[start : start + _ROWS_AT_ONCE]
            keys = tuple(self._key(file, inventory) for file in files)
            rows = self.store.load(keys)
            yield from ((file, key[:MARK_BYTES], rows.pop(key, None)) for file, key in zip(files, keys, strict=True))

    def mark(self, file: SourceFile, inventory: Inventory) -> bytes:
        """A digest that differs where anything that the facts and hits of a file depend on does."""
        return self._key(file, inventory)[:MARK_BYTES]

    def keep_file(self, file: SourceFile, inventory: Inventory, row: bytes) -> None:
        """Remember the row of a file."""
        self._pending[self._key(file, inventory)] = row
        if len(self._pending) >= _PENDING_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered."""
        pending, self._pending = self._pending, {}
        if pending:
            self.store.keep(pending)

    def remembered(self, key: bytes, form: Converter, work_out: Callable[[], T]) -> T:
        """A result about the whole repository: as it was written, or worked out and written. Nothing of it may be secret."""
        found: T | None = self.read(key, form)
        if found is not None:
            return found
        value = work_out()
        self.write(key, form, value)
        return value

    def read(self, key: bytes, form: Converter) -> Any:  # noqa: ANN401 - of the type of the form
        """What was written under a key; None where nothing was, or it is damaged."""
        row = self.store.load((key,)).get(key)
        if row is not None:
            with suppress(CodecError, ValueError, RecursionError):
                return form.decode(json.loads(expand(row)))
        return None

    def write(self, key: bytes, form: Converter, value: object) -> None:
        """Write a value under a key. Nothing of it may be secret."""
        with suppress(CodecError, RecursionError):
            self.store.keep({key: squeeze_pieces(text.encode("ascii") for text in form.pieces(value))})

    def key(self, *parts: str) -> bytes:
        """The key of what depends on these texts alone."""
        return b"parts" + hashlib.sha256(self.salt + json.dumps(parts).encode("ascii")).digest()

    def whole_key(self, inventory: Inventory, *parts: str) -> bytes:
        """The key of what depends on every file of an inventory, and on these texts."""
        left = [[one.path, one.reason, one.files] for one in (*inventory.left_out, *inventory.vendored_trees)]
        files, paths = inventory.files, sorted(inventory.all_paths)
        digest = hashlib.sha256(self.salt)
        digest.update(_json([len(files), len(paths), left, inventory.unreadable, parts]))
        for at in range(0, len(files), _ROWS_AT_ONCE):
            rows = [[one.path, _content(one, inventory), *_about(one)] for one in files[at : at + _ROWS_AT_ONCE]]
            digest.update(_json(rows))
        for at in range(0, len(paths), _ROWS_AT_ONCE):
            digest.update(_json(paths[at : at + _ROWS_AT_ONCE]))
        return b"whole" + digest.digest()

    def names_key(self, inventory: Inventory, *parts: str) -> bytes:
        """The key of what depends on the names, languages and roles of the files, whatever they hold, and on these texts."""
        rows = [[file.path, file.language.value, file.role.value] for file in inventory.files]
        text = json.dumps([rows, inventory.unreadable, parts])
        return b"names" + hashlib.sha256(self.salt + text.encode("ascii")).digest()

    def _key(self, file: SourceFile, inventory: Inventory) -> bytes:
        text = json.dumps([file.path, _content(file, inventory), *_about(file)])
        return hashlib.sha256(self.salt + text.encode("ascii")).digest()


def _json(value: object) -> bytes:
    return json.dumps(value).encode("ascii")


def _content(file: SourceFile, inventory: Inventory) -> str:
    return inventory.contents.get(file.path, file.blob)


def _about(file: SourceFile) -> tuple[int, str, str]:
    return file.size, file.language.value, file.role.value
