"""Runs map and reduce over an inventory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from auditor.engine.map_stage import Mapped, RuleHit, map_file
from auditor.engine.reduce_stage import reduce_facts
from auditor.facts.base import Unreadable
from auditor.facts.registry import parsers
from auditor.facts.repository import RepositoryFacts
from auditor.model.source import SourceFile
from auditor.repo.reader import Inventory, Reader, ReadFailure
from auditor.rules.base import Rule

__all__ = ["Scanned", "scan"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan found: all facts, all hits, and the number of lines of every file."""

    facts: RepositoryFacts
    hits: tuple[RuleHit, ...]
    lines: dict[str, int]


def scan(inventory: Inventory, reader: Reader, rules: Sequence[Rule], progress: Progress | None = None) -> Scanned:
    """Map every file, then reduce. `progress` is told how many files of how many are done."""
    mapped = []
    for number, file in enumerate(inventory.files, 1):
        mapped.append(_map(file, reader, rules))
        if progress:
            progress(number, len(inventory.files))
    facts = RepositoryFacts(inventory.files, {one.path: one.facts for one in mapped}, inventory.all_paths)
    hits = [hit for one in mapped for hit in one.hits]
    hits.extend(reduce_facts(facts, rules))
    return Scanned(facts, tuple(sorted(set(hits))), {one.path: one.lines for one in mapped})


def _map(file: SourceFile, reader: Reader, rules: Sequence[Rule]) -> Mapped:
    try:
        data = reader.read(file.path)
    except ReadFailure as failure:
        return Mapped(file.path, 0, (Unreadable(str(failure)),), ())
    return map_file(file, data, parsers(), rules)
