"""Runs map and reduce over an inventory."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from auditor.engine.asked import Memory, Unsaid, recalled
from auditor.engine.documents import document_hits
from auditor.engine.hits import HitTable
from auditor.engine.map_stage import Mapped, RuleHit
from auditor.engine.packed import Packed, Shelf
from auditor.engine.reduce_stage import reduce_facts
from auditor.engine.result_cache import ResultCache
from auditor.engine.stopwatch import Stopwatch, timed
from auditor.engine.workers import map_files, map_here
from auditor.facts.base import Fact, Unreadable
from auditor.facts.repository import RepositoryFacts
from auditor.facts.table import FactTable
from auditor.model.audit import UnjudgedFile
from auditor.model.source import SourceFile
from auditor.repo.memory_store import MemoryStore
from auditor.repo.reader import Inventory, Reader
from auditor.rules.base import Detector

__all__ = ["Scanned", "scan"]

Progress = Callable[[int, int], None]
"""Called with the number of files done and the number of all."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan found: all facts, all hits, the number of lines of every file, what could not be judged.

    `memory` remembers what was worked out from the facts, where there is a cache.
    """

    facts: RepositoryFacts
    found: HitTable
    lines: Mapping[str, int]
    unjudged: tuple[UnjudgedFile, ...]
    memory: Memory | None = None

    @property
    def hits(self) -> tuple[RuleHit, ...]:
        """All hits in order."""
        return tuple(self.found)


def scan(  # noqa: PLR0913 - what is scanned, with what, and how
    inventory: Inventory,
    reader: Reader,
    rules: Sequence[Detector],
    *,
    jobs: int = 1,
    progress: Progress | None = None,
    cache: ResultCache | None = None,
    watch: Stopwatch | None = None,
) -> Scanned:
    """Map every file with `jobs` processes, then reduce. The result depends on neither `jobs`, order nor `cache`."""
    with _few_collections():
        entries: dict[str, Mapped | Packed] = {}

        def map_all() -> None:
            for path, entry in _mapped(inventory, reader, rules, jobs, cache):
                entries[path] = entry
                if progress:
                    progress(len(entries), len(inventory.files))

        timed(watch, "map", map_all)
        entries = dict(sorted(entries.items()))
        table: dict[str, tuple[Fact, ...] | Packed] = {
            path: entry.facts if isinstance(entry, Mapped) else entry for path, entry in entries.items()
        }
        facts = RepositoryFacts(
            inventory.files, FactTable(table), inventory.all_paths, inventory.vendored_trees, inventory.unreadable
        )
        memory = _memory(inventory, reader, facts, entries, cache) if cache else None
        joined = list(timed(watch, "reduce", lambda: reduce_facts(facts, rules, memory)))
        joined.extend(timed(watch, "documents", lambda: document_hits(rules, facts, reader)))
        lines = {path: one.lines for path, one in entries.items()}
        return Scanned(facts, HitTable(entries, joined), lines, _unjudged(facts, inventory), memory)


def _memory(
    inventory: Inventory,
    reader: Reader,
    facts: RepositoryFacts,
    entries: Mapping[str, Mapped | Packed],
    cache: ResultCache,
) -> Memory:
    """What is remembered of the repository. A fact that could not be written changes whenever its file does."""

    def marks(file: SourceFile) -> Iterable[tuple[str, bytes]]:
        entry = entries[file.path]
        if isinstance(entry, Packed):
            return zip(entry.kinds, entry.digests, strict=True)
        mark = cache.mark(file, inventory)
        return ((fact.kind, _told(fact) if isinstance(fact, Unreadable) else mark) for fact in entry.facts)

    unwritten = [path for path, entry in entries.items() if isinstance(entry, Mapped)]
    return recalled(cache, facts, marks, Unsaid(reader, unwritten))


def _told(fact: Unreadable) -> bytes:
    """What could not be read may be read the next time, or fail for another reason, with the same bytes."""
    return f"{fact.line} {fact.reason}".encode("utf-8", "surrogatepass")


def _mapped(
    inventory: Inventory, reader: Reader, rules: Sequence[Detector], jobs: int, cache: ResultCache | None
) -> Iterator[tuple[str, Mapped | Packed]]:
    """Every file of the inventory: what the cache knows, then what had to be mapped."""
    files = {file.path: file for file in inventory.files}
    writing = cache is None or not isinstance(cache.store, MemoryStore)  # who remembers in memory writes nothing
    shelf = Shelf(lambda path: map_here(files[path], reader, rules), on_disk=writing)
    missing: list[SourceFile] = []
    for file, key, row in cache.of_files(inventory) if cache else ((file, b"", None) for file in inventory.files):
        entry = shelf.unpack(file.path, row, key) if row is not None else None
        if entry is None:
            missing.append(file)
        else:
            yield file.path, entry
    for one in map_files(missing, reader, rules, jobs, packed=cache is not None):
        if cache and one.row is not None:
            cache.keep_file(one.file, inventory, one.row)
        key = cache.mark(one.file, inventory) if cache else b""
        entry = shelf.unpack(one.file.path, one.row, key) if one.row is not None else None
        yield one.file.path, entry or one.mapped or map_here(one.file, reader, rules)
    if cache:
        cache.flush()


@contextmanager
def _few_collections() -> Iterator[None]:
    """Let the garbage collector look at a million of new objects less often: nearly all of them are kept."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _unjudged(facts: RepositoryFacts, inventory: Inventory) -> tuple[UnjudgedFile, ...]:
    broken = [UnjudgedFile(path=file.path, line=fact.line, reason=fact.reason) for file, fact in facts.of(Unreadable)]
    unread = [UnjudgedFile(path=path, line=None, reason=reason) for path, reason in inventory.unreadable]
    return tuple(sorted(broken + unread, key=lambda one: one.path))
