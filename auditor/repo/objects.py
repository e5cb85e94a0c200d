"""Reads blobs straight from git's object store."""

from __future__ import annotations

import hashlib
import os
import select
from collections.abc import Iterable, Mapping
from pathlib import Path
from subprocess import Popen
from typing import IO, Any

from auditor.repo import git
from auditor.repo.git import GitRunner
from auditor.repo.reader import ReadFailure

__all__ = ["MISSING", "ObjectReader", "ObjectStore", "blob_id"]

MISSING = "its content is not in this clone"


def blob_id(data: bytes, algorithm: str) -> str:
    """The object id that git gives to this content."""
    digest = hashlib.new(algorithm, b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()


def _answers(stream: IO[bytes]) -> bool:
    """Whether there is something to read in time; git may wait for a planted pipe. What was answered before is all read."""
    poll = select.poll()
    poll.register(stream, select.POLLIN)
    return bool(poll.poll(git.SECONDS * 1000))


class ObjectStore:
    """One `git cat-file --batch`, started when it is first asked, in the process that asks."""

    def __init__(self, runner: GitRunner) -> None:
        self._runner = runner
        self._process: Popen[bytes] | None = None
        self._owner = 0

    def read(self, identifier: str) -> bytes | None:
        """The content of an object, or None where the store does not have it. Raises ReadFailure."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{identifier}\n".encode())
            process.stdin.flush()
            if not _answers(process.stdout):
                raise ValueError("git does not answer")  # noqa: TRY301 - as below
            header = process.stdout.readline().split()
            if header[1:] == [b"missing"]:
                return None
            if len(header) != 3:  # noqa: PLR2004 - "<id> <type> <size>"
                raise ValueError("its object is damaged")  # noqa: TRY301 - ends as what git cannot read
            size = int(header[2])
            data = process.stdout.read(size + 1)
        except (OSError, ValueError) as error:
            self.close()
            raise ReadFailure(f"git cannot read it: {error}") from error
        if len(data) != size + 1:
            self.close()
            raise ReadFailure("git ended while reading it")
        return data[:-1]

    def close(self) -> None:
        """End the process, if this process started it."""
        process, self._process = self._process, None
        if process is None:
            return
        if self._owner != os.getpid():
            process.returncode = 0  # a copy made by a fork: the process belongs to somebody else
            return
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()
        process.terminate()
        process.wait()

    def __del__(self) -> None:
        self.close()

    def _running(self) -> Popen[bytes]:
        if self._process is None or self._owner != os.getpid():
            self.close()
            self._process, self._owner = self._runner.start("cat-file", "--batch"), os.getpid()
        return self._process


class ObjectReader:
    """Reads the files of one commit by their blob ids. Every process that it travels to has its own git."""

    def __init__(
        self, folder: Path, git_dir: str, blobs: Mapping[str, str], absent: Iterable[str], algorithm: str
    ) -> None:
        self._place = (folder, git_dir)
        self._blobs = dict(blobs)
        self._absent = frozenset(absent)
        self._algorithm = algorithm
        self._store: ObjectStore | None = None

    def read(self, path: str) -> bytes:
        """The content of the file. Raises ReadFailure."""
        blob = self._blobs.get(path)
        if blob is None:
            raise ReadFailure("no such file")
        if blob in self._absent:  # asking git for it could make it ask the remote
            raise ReadFailure(MISSING)
        if self._store is None:
            folder, git_dir = self._place
            self._store = ObjectStore(GitRunner(folder, git_dir))
        data = self._store.read(blob)
        if data is None:
            raise ReadFailure(MISSING)
        if blob_id(data, self._algorithm) != blob:
            raise ReadFailure("its content does not match its object id")
        return data

    def close(self) -> None:
        """End the git process of this process; the next read starts another."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_store": None}
