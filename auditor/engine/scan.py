"""Runs map and reduce over an inventory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from auditor.engine.documents import document_hits
from auditor.engine.map_stage import Mapped, RuleHit
from auditor.engine.reduce_stage import reduce_facts
from auditor.engine.workers import map_files
from auditor.facts.base import Unreadable
from auditor.facts.repository import RepositoryFacts
from auditor.model.audit import UnjudgedFile
from auditor.repo.reader import Inventory, Reader
from auditor.rules.base import Rule

__all__ = ["Scanned", "scan"]

Progress = Callable[[int, int], None]
"""Called with the number of files done and the number of all."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan found: all facts, all hits, the number of lines of every file, what could not be judged."""

    facts: RepositoryFacts
    hits: tuple[RuleHit, ...]
    lines: Mapping[str, int]
    unjudged: tuple[UnjudgedFile, ...]


def scan(
    inventory: Inventory,
    reader: Reader,
    rules: Sequence[Rule],
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Scanned:
    """Map every file with `jobs` processes, then reduce. The result does not depend on `jobs` or order."""
    mapped: list[Mapped] = []
    for one in map_files(inventory.files, reader, rules, jobs):
        mapped.append(one)
        if progress:
            progress(len(mapped), len(inventory.files))
    mapped.sort(key=lambda one: one.path)
    facts = RepositoryFacts(
        inventory.files,
        {one.path: one.facts for one in mapped},
        inventory.all_paths,
        inventory.vendored_trees,
        inventory.unreadable,
    )
    hits = {hit for one in mapped for hit in one.hits}
    hits.update(reduce_facts(facts, rules))
    hits.update(document_hits(rules, facts, reader))
    lines = {one.path: one.lines for one in mapped}
    return Scanned(facts, tuple(sorted(hits, key=_order)), lines, _unjudged(facts, inventory))


def _order(found: RuleHit) -> tuple[str, int, str, int, str, str]:
    hit = found.hit
    return (hit.path, hit.start_line, found.rule, hit.end_line, hit.message, hit.symbol)


def _unjudged(facts: RepositoryFacts, inventory: Inventory) -> tuple[UnjudgedFile, ...]:
    broken = [UnjudgedFile(path=file.path, line=fact.line, reason=fact.reason) for file, fact in facts.of(Unreadable)]
    unread = [UnjudgedFile(path=path, line=None, reason=reason) for path, reason in inventory.unreadable]
    return tuple(sorted(broken + unread, key=lambda one: one.path))
