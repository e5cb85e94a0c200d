"""A small store of bytes by key in one SQLite file: the cache of results.

It belongs to the user and holds nothing that could not be made again, so whatever is wrong with it is answered by
going on without: a damaged row is a miss, a damaged file is removed, a full disk or a locked file ends its use.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CACHE_FILE", "LIMIT_BYTES", "Store", "StoreSize", "clear_store", "open_store", "refusal", "store_size"]

CACHE_FILE = "results-1.sqlite"
"""The number is that of the layout: a file of another one is never opened."""
LIMIT_BYTES = 512 * 1024 * 1024
_KEPT_SHARE = 0.6
"""How much is left after the oldest rows have been dropped."""
_BATCH = 500
_SUM_BYTES = 16
_WAIT_MS = 5000
_ATTEMPTS = 20
_PAUSE = 0.05
_SECONDS_A_DAY = 86_400
_FILES = ("", "-wal", "-shm", "-journal")
_LAYOUT = """
CREATE TABLE IF NOT EXISTS entries (
    key BLOB PRIMARY KEY, used INTEGER NOT NULL, sum BLOB NOT NULL, value BLOB NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class StoreSize:
    """How many rows a store has, and the bytes of its files."""

    rows: int
    size: int


class Store:
    """One open store. No method raises: what cannot be read is not there, what cannot be written is not kept."""

    def __init__(self, path: Path, connection: sqlite3.Connection, limit: int, now: float) -> None:
        self._path = path
        self._limit = limit
        self.now = now
        self._day = int(now // _SECONDS_A_DAY)
        self._connection: sqlite3.Connection | None = connection

    def load(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The values of those keys that have one."""
        found: dict[bytes, bytes] = {}
        stale: list[bytes] = []
        for start in range(0, len(keys), _BATCH):
            for key, used, digest, value in self._rows(keys[start : start + _BATCH]):
                if not _whole(key, digest, value):
                    continue
                found[key] = value
                if used != self._day:
                    stale.append(key)
        if stale:
            self._write("UPDATE entries SET used = ? WHERE key = ?", ((self._day, key) for key in stale))
        return found

    def keep(self, entries: Mapping[bytes, bytes]) -> None:
        """Store values; older rows give way where there are too many."""
        rows = ((key, self._day, _sum(key, value), value) for key, value in entries.items())
        if entries and self._write("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", rows):
            self._shrink()

    def close(self) -> None:
        """End the use of the store."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    def _rows(self, keys: Sequence[bytes]) -> Iterator[tuple[bytes, int, bytes, bytes]]:
        if self._connection is None:
            return
        marks = ",".join("?" * len(keys))
        query = f"SELECT key, used, sum, value FROM entries WHERE key IN ({marks})"  # noqa: S608 - marks alone
        try:
            yield from self._connection.execute(query, keys)
        except (sqlite3.Error, OverflowError) as error:
            self._give_up(error)

    def _write(self, statement: str, rows: Iterable[tuple[object, ...]]) -> bool:
        if self._connection is None:
            return False
        try:
            with self._connection:
                self._connection.executemany(statement, rows)
        except (sqlite3.Error, OverflowError) as error:
            self._give_up(error)
            return False
        return True

    def _shrink(self) -> None:
        """Drop the rows that have not been used for longest, where the file has outgrown its limit."""
        assert self._connection is not None
        try:
            if _bytes_of(self._path) <= self._limit:
                return
            total, kept = 0, int(self._limit * _KEPT_SHARE)
            rows = self._connection.execute("SELECT rowid, length(value) FROM entries ORDER BY used DESC, rowid DESC")
            dropped = [(row,) for row, size in rows if (total := total + size) > kept]
            with self._connection:
                self._connection.executemany("DELETE FROM entries WHERE rowid = ?", dropped)
            self._connection.executescript("PRAGMA incremental_vacuum;")  # `execute` would free one page
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self.close()
        damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        if damaged:
            clear_store(self._path.parent)


def open_store(folder: Path, now: float, limit: int = LIMIT_BYTES) -> Store | None:
    """The store in a folder, which is made where it is missing; None where there can be none.

    `now` is the time in seconds since the epoch, for the order in which rows give way.
    """
    path = folder / CACHE_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    if refusal(folder) is not None:
        return None
    for _attempt in range(_ATTEMPTS):
        try:
            return Store(path, _connected(path), limit, now)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                return None
            time.sleep(_PAUSE)  # another process is making it, and SQLite does not wait for a change of the journal
        except sqlite3.DatabaseError:  # no database at all, or a damaged one: made anew
            clear_store(folder)
    return None


def refusal(folder: Path) -> str | None:
    """Why a folder is not to be trusted with a cache: somebody else could have written into it. None where it is."""
    try:
        about = folder.stat()
        files = [
            os.lstat(folder / (CACHE_FILE + end)) for end in _FILES if os.path.lexists(folder / (CACHE_FILE + end))
        ]
    except OSError as error:
        return (error.strerror or "it cannot be read").lower()
    if any(not stat.S_ISREG(one.st_mode) for one in files):
        return "the cache is no regular file"
    if not hasattr(os, "getuid"):
        return None
    if any(one.st_uid != os.getuid() for one in (about, *files)):
        return "it belongs to somebody else"
    return "others can write into it" if about.st_mode & 0o022 else None


def store_size(folder: Path) -> StoreSize:
    """How large the store in a folder is; nothing where there is none, or it cannot be read."""
    path = folder / CACHE_FILE
    rows = 0
    if path.is_file() and refusal(folder) is None:
        with contextlib.suppress(sqlite3.Error), contextlib.closing(_connected(path)) as connection:
            rows = connection.execute("SELECT count(*) FROM entries").fetchone()[0]
    return StoreSize(rows, _bytes_of(path))


def clear_store(folder: Path) -> bool:
    """Remove the store of a folder; whether there was one."""
    there = (folder / CACHE_FILE).is_file()
    for end in _FILES:
        with contextlib.suppress(OSError):
            (folder / (CACHE_FILE + end)).unlink()
    return there


def _connected(path: Path) -> sqlite3.Connection:
    fresh = not path.exists()
    if fresh:
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
    connection = sqlite3.connect(path, timeout=_WAIT_MS / 1000)
    try:
        if fresh:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        for setting in ("trusted_schema=OFF", "cell_size_check=ON", "journal_mode=WAL", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {setting}").fetchall()
        connection.execute(_LAYOUT)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _bytes_of(path: Path) -> int:
    total = 0
    for end in _FILES:
        with contextlib.suppress(OSError):
            total += path.with_name(path.name + end).stat().st_size
    return total


def _whole(key: object, digest: object, value: object) -> bool:
    """Whether a row is as it was written."""
    return isinstance(key, bytes) and isinstance(value, bytes) and _sum(key, value) == digest


def _sum(key: bytes, value: bytes) -> bytes:
    return hashlib.blake2b(value, key=key[:64], digest_size=_SUM_BYTES).digest()
