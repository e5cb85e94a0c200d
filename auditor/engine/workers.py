"""Worker processes for the map stage.

A file that kills its worker (a fault in a native parser) is found by mapping the files of the broken
chunk one by one, and is then named Unreadable: it never ends a scan.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import cache

from auditor.engine.budget import FILE_SECONDS, OutOfTime, time_budget
from auditor.engine.dispatch import Dispatch, Readers
from auditor.engine.map_stage import Mapped, map_file
from auditor.engine.packed import pack
from auditor.facts.base import Unreadable
from auditor.facts.registry import parsers
from auditor.model.source import SourceFile
from auditor.repo.reader import Reader, ReadFailure
from auditor.rules.base import Detector
from auditor.rules.registry import rules as all_rules

__all__ = ["Outcome", "map_files", "map_here"]

CHUNK_BYTES = 512_000
CHUNK_FILES = 64
KILLED = "reading it killed the process that tried"
WORTH_PACKING = 1_000
"""Files from which results are packed though nobody keeps them: as objects they take several times the memory."""
WORTH_A_WORKER = 1_000_000
"""Bytes below which starting processes costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file, mapped: as bytes where it has such a form and somebody wants it, and as it is otherwise."""

    file: SourceFile
    row: bytes | None
    mapped: Mapped | None


@dataclass(slots=True)
class _Worker:
    """What a worker process holds: set once when it starts."""

    reader: Reader | None = None
    rules: Dispatch = field(default_factory=lambda: Dispatch(()))


_worker = _Worker()


def map_files(
    files: Sequence[SourceFile], reader: Reader, rules: Sequence[Detector], jobs: int, *, packed: bool = False
) -> Iterator[Outcome]:
    """Map every file, in any order, with `jobs` processes where that is worth it; `packed` asks for rows."""
    if jobs < 2 or sum(file.size for file in files) < WORTH_A_WORKER:  # noqa: PLR2004 - one process is no pool
        asked = Dispatch(rules)
        packed = packed or len(files) >= WORTH_PACKING
        yield from (_outcome(file, reader, asked, packed=packed) for file in files)
        return
    identifiers = tuple(rule.id for rule in rules)
    broken: list[SourceFile] = []
    with _pool(jobs, reader, identifiers) as pool:
        waiting = {pool.submit(_map_chunk, chunk): chunk for chunk in _chunks(files)}
        for future in as_completed(waiting):
            chunk = waiting.pop(future)
            try:
                rows = future.result()
            except BrokenProcessPool:
                broken.extend(chunk)
                continue
            yield from (Outcome(file, *row) for file, row in zip(chunk, rows, strict=True))
    for file in broken:
        yield _map_alone(file, reader, identifiers)


def map_here(file: SourceFile, reader: Reader, rules: Iterable[Detector]) -> Mapped:
    """Map one file in this process; what cannot be read becomes Unreadable."""
    return _outcome(file, reader, Dispatch(rules), packed=False).mapped or _unjudged(file, KILLED)


def _outcome(file: SourceFile, reader: Reader, rules: Dispatch, *, packed: bool) -> Outcome:
    try:
        data = reader.read(file.path)
    except ReadFailure as failure:  # not remembered: it may be there the next time
        return Outcome(file, None, Mapped(file.path, 0, (Unreadable(str(failure)),), ()))
    try:
        with time_budget(FILE_SECONDS):
            mapped = map_file(file, data, _readers(), rules)
    except OutOfTime:
        return Outcome(file, None, _unjudged(file, f"judging it took more than {FILE_SECONDS:.0f} s of processor time"))
    except MemoryError:
        return Outcome(file, None, _unjudged(file, "judging it took more memory than there is"))
    except Exception as error:  # noqa: BLE001 - a defect of ours that one file brings out must not end the audit of the others
        return Outcome(file, None, _unjudged(file, f"judging it failed ({type(error).__name__}): a defect of auditor"))
    row = pack(mapped, data) if packed else None
    return Outcome(file, row, mapped if row is None else None)


def _loaded() -> tuple[Detector, ...]:
    """All rules, and all parsers with them."""
    _readers()
    return all_rules()


@cache
def _readers() -> Readers:
    return Readers(parsers())


def _chunks(files: Sequence[SourceFile]) -> Iterator[tuple[SourceFile, ...]]:
    chunk: list[SourceFile] = []
    size = 0
    for file in sorted(files, key=lambda file: (-file.size, file.path)):
        chunk.append(file)
        size += file.size
        if size >= CHUNK_BYTES or len(chunk) >= CHUNK_FILES:
            yield tuple(chunk)
            chunk, size = [], 0
    if chunk:
        yield tuple(chunk)


def _pool(jobs: int, reader: Reader, identifiers: tuple[str, ...]) -> ProcessPoolExecutor:
    # Forking costs a tenth of a fork server's start, but not beside threads from Python 3.12 on:
    # https://docs.python.org/3.12/library/os.html#os.fork
    method = "fork" if sys.version_info < (3, 12) and sys.platform == "linux" else "spawn"
    if method == "fork":
        _loaded()  # once, before the processes that all need it
    context = multiprocessing.get_context(method)
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=(reader, identifiers))


def _start(reader: Reader, identifiers: tuple[str, ...]) -> None:
    _worker.reader = reader
    _worker.rules = Dispatch(rule for rule in _loaded() if rule.id in identifiers)
    gc.freeze()  # what was there before is never garbage: a collection need not look at it again


def _map_chunk(files: tuple[SourceFile, ...]) -> list[tuple[bytes | None, Mapped | None]]:
    assert _worker.reader is not None
    found = [_outcome(file, _worker.reader, _worker.rules, packed=True) for file in files]
    return [(one.row, one.mapped) for one in found]


def _map_alone(file: SourceFile, reader: Reader, identifiers: tuple[str, ...]) -> Outcome:
    with _pool(1, reader, identifiers) as pool:
        try:
            return Outcome(file, *pool.submit(_map_chunk, (file,)).result()[0])
        except BrokenProcessPool:
            return Outcome(file, None, _unjudged(file, KILLED))


def _unjudged(file: SourceFile, reason: str) -> Mapped:
    return Mapped(file.path, 0, (Unreadable(reason),), ())
