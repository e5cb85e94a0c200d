"""One inventory of every name that a repository uses, against every place that declares, validates or passes it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from auditor.facts.kept_joins import kept
from auditor.facts.names_fact import Act, Default, Mention, Names, Via
from auditor.facts.names_known import identifies_destination, is_given, is_of_forge, is_secret_name
from auditor.facts.repository import RepositoryFacts
from auditor.model.audit import SecretRow
from auditor.model.source import Role

__all__ = ["NameRecord", "Place", "inventory", "secret_rows", "similar_name"]

CLOSE = 2
"""How many letters two names may differ in to be taken for one another."""
LONG = 8
"""How long a name must be for that."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A mention with the path of its file."""

    path: str
    mention: Mention

    def __str__(self) -> str:
        return f"{self.path}:{self.mention.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRecord:
    """One name and all its places, each list sorted by path and line. `uses` are those in shipped files."""

    name: str
    uses: tuple[Place, ...]
    declared: tuple[Place, ...]
    validated: tuple[Place, ...]
    passed: tuple[Place, ...]

    @property
    def is_secret(self) -> bool:
        """Whether the forge keeps it as a secret, or its name says that it is one."""
        return is_secret_name(self.name) or any(use.mention.via is Via.SECRET for use in self.uses)


@kept
def inventory(repository: RepositoryFacts) -> tuple[NameRecord, ...]:
    """Every name of the repository, sorted; names that a platform gives are left out, unless a workflow has them from its secrets."""
    kept = {one.name for _, names in repository.of(Names) for one in names.items if one.via is Via.SECRET}
    kept = {name for name in kept if not is_of_forge(name)}
    places: dict[str, dict[Act, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for file, names in repository.of(Names):
        for mention in names.items:
            given = is_given(mention.name) and mention.name not in kept
            if given or (mention.act is not Act.DECLARED and file.role is not Role.SHIPPED):
                continue
            places[mention.name][mention.act].append(Place(file.path, mention))
    return tuple(_record(name, places[name]) for name in sorted(places))


def secret_rows(repository: RepositoryFacts) -> tuple[SecretRow, ...]:
    """The table of the certificate: secrets in use, and settings that are used without a default."""
    rows = []
    for record in repository.derive(inventory):
        if not record.uses or not (record.is_secret or any(is_required(use.mention) for use in record.uses)):
            continue
        rows.append(
            SecretRow(
                name=record.name,
                first_use=str(record.uses[0]),
                declared=str(record.declared[0]) if record.declared else None,
                validated=str(record.validated[0]) if record.validated else None,
                passed=tuple(str(place) for place in record.passed),
            ),
        )
    return tuple(rows)


def is_required(mention: Mention) -> bool:
    """Whether a use cannot do without its name: a secret, or a placeholder of the configuration without default."""
    return mention.default is Default.NONE and mention.via in (Via.SECRET, Via.CONFIGURATION)


def is_wanted(mention: Mention) -> bool:
    """Whether a use that nobody declares is a defect rather than a setting with a default."""
    if mention.default is Default.VALUE or mention.via is Via.VARIABLE:
        return False
    if is_required(mention) or is_secret_name(mention.name):
        return True
    return mention.via in (Via.ENVIRONMENT, Via.STEP) and identifies_destination(mention.name)


def similar_name(name: str, declared: frozenset[str], unused: frozenset[str]) -> str | None:
    """The declared name for which `name` may be a slip.

    It is a letter or two off, has a part more or less, or is the one declared secret of the same service
    that nothing uses.
    """
    others = sorted(declared - {name})
    for other in others:
        if min(len(name), len(other)) >= LONG and _is_close(name, other):
            return other
    extended = [other for other in others if name.startswith(f"{other}_") or other.startswith(f"{name}_")]
    if extended:
        return max(extended, key=lambda other: (len(other), other))
    first = name.split("_", 1)[0]
    related = [other for other in sorted(unused) if other.split("_", 1)[0] == first and is_secret_name(other)]
    return related[0] if len(related) == 1 and is_secret_name(name) else None


def _record(name: str, acts: dict[Act, list[Place]]) -> NameRecord:
    used, declared, validated, passed = (
        tuple(sorted(acts.get(act, ()))) for act in (Act.USED, Act.DECLARED, Act.VALIDATED, Act.PASSED)
    )
    return NameRecord(name=name, uses=used, declared=declared, validated=validated, passed=passed)


def _is_close(one: str, other: str, left: int = CLOSE) -> bool:
    """Whether so many letters put in, left out or changed make one name of the other (Levenshtein's distance)."""
    if abs(len(one) - len(other)) > left:
        return False
    at = next((at for at, (mine, its) in enumerate(zip(one, other, strict=False)) if mine != its), -1)
    if at < 0:
        return True  # one begins with the other, and is longer by no more
    mine, its = one[at + 1 :], other[at + 1 :]
    return left > 0 and (
        _is_close(mine, its, left - 1) or _is_close(mine, other[at:], left - 1) or _is_close(one[at:], its, left - 1)
    )
