"""What of each fact makes it worth a rule's look: told for all rules at once, while the facts are gone through for the first.

Where facts do not fit into memory each pass unpacks all of them again, and many rules look at every function for the few
that claim something.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from auditor.facts.base import Fact

if TYPE_CHECKING:
    from auditor.model.source import SourceFile

__all__ = ["Shortlist", "shortlist", "shortlists_of"]

F = TypeVar("F", bound=Fact)

_known: dict[str, list[Shortlist[Any]]] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Shortlist(Generic[F]):
    """A question about one fact and its file, and the kind of fact. It depends on nothing else."""

    kind: type[F]
    holds: Callable[[SourceFile, F], bool]


def shortlist(kind: type[F]) -> Callable[[Callable[[SourceFile, F], bool]], Shortlist[F]]:
    """Make a function of a module the question of a shortlist, for `RepositoryFacts.listed`."""

    def listed(holds: Callable[[SourceFile, F], bool]) -> Shortlist[F]:
        made = Shortlist(kind, holds)
        _known.setdefault(kind.kind, []).append(made)
        return made

    return listed


def shortlists_of(kind: str) -> tuple[Shortlist[Any], ...]:
    """All shortlists of a kind that loaded modules ask."""
    return tuple(_known.get(kind, ()))
