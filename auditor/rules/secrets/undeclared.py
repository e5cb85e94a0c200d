"""Names that are used and declared nowhere: what AUD301 and AUD303 have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.names_fact import Via
from auditor.facts.names_inventory import NameRecord, Place, inventory, is_wanted, similar_name
from auditor.facts.repository import RepositoryFacts

__all__ = ["Undeclared", "undeclared"]


_MOST_PAIRS = 250_000
"""Names that are used, by names that are declared: among more nobody can tell which was meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeclared:
    """A use of a name that nothing declares: the first in its file. `similar` is declared and may be meant."""

    use: Place
    similar: str | None


def undeclared(repository: RepositoryFacts) -> tuple[Undeclared, ...]:
    """For every name that must be declared and is not, its first use in each shipped file."""
    records = repository.derive(inventory)
    declared = frozenset(record.name for record in records if record.declared and record.is_secret)
    unused: dict[str, set[str]] = {}
    for record in records:
        if record.declared and not record.uses:
            unused.setdefault(_service(record.name), set()).add(record.name)
    used = {record.name: uses for record in records if not record.declared and (uses := list(_first_uses(record)))}
    if len(used) * len(declared) > _MOST_PAIRS:
        declared = frozenset()
    similar = {name: similar_name(name, declared, frozenset(unused.get(_service(name), ()))) for name in used}
    return tuple(Undeclared(use=use, similar=similar[name]) for name, uses in used.items() for use in uses)


def _service(name: str) -> str:
    """The first word of a name, which tells what it is for."""
    return name.split("_", 1)[0]


def _first_uses(record: NameRecord) -> Iterator[Place]:
    seen: set[str] = set()
    for use in record.uses:
        if use.path in seen or not is_wanted(use.mention):
            continue
        if record.passed and use.mention.via is not Via.SECRET:
            continue  # a workflow or container hands it over: what it is made from is asked about there
        seen.add(use.path)
        yield use
