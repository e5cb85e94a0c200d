"""Whether something in the repository deploys an object of a name: a manifest, a kustomization, or a chart for one of its releases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from auditor.facts.deployed_objects import DeployedFile, DeployedObject
from auditor.facts.helm_chart import HelmChart
from auditor.facts.invocations import invocations
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts

__all__ = ["DeployedCatalogue", "deployed_catalogue"]

_VARIANT = pattern(
    r"^(?:green|blue|canary|stable|primary|backup|old|new|next|previous|v?\d+|staging|stage|prod|production|dev|development|test|qa|preview|local|[a-f0-9]{6,10}(?:-[a-z0-9]{5})?)$"
)
_VALUES = frozenset(
    {"-n", "--namespace", "-f", "--values", "--set", "--version", "--timeout", "--kube-context", "--repo"}
)


_LONGEST = 253
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"""
_MOST_ROOTS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfKind:
    """The objects of one kind: those whose names are written out, by name, and the heads of those that releases name, by their tails."""

    plain: Mapping[str, tuple[DeployedObject, ...]]
    made: Mapping[str, frozenset[str]]
    names: frozenset[str]
    anything: bool


_NONE = _OfKind(plain={}, made={}, names=frozenset(), anything=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedCatalogue:
    """All objects of a repository.

    `roots` are the names that releases of its charts may have, `needed` the charts that those bring, under a name of
    their own where `overridden`. `affixes` are what kustomizations put before and behind names.
    """

    objects: tuple[DeployedObject, ...]
    by_kind: Mapping[str, _OfKind]
    roots: frozenset[str]
    needed: frozenset[str]
    overridden: bool
    affixes: frozenset[str]

    def kinds(self) -> frozenset[str]:
        """The kinds, in lower case, of which something is deployed."""
        return frozenset(self.by_kind)

    def names(self, kind: str) -> frozenset[str]:
        """The names of a kind that are written out."""
        return self.by_kind.get(kind, _NONE).names

    def defines(self, kind: str, name: str) -> bool:
        """Whether an object of the kind has the name, or may get it: by a release, an affix, or as a variant."""
        if any(part and part in name for part in self.affixes) or self._is_brought(name):
            return True
        those = self.by_kind.get(kind, _NONE)
        return those.anything or any(stem in those.plain for stem in _stems(name)) or self._is_made(those, name)

    def workload(self, kind: str, name: str) -> DeployedObject | None:
        """The one object of this kind and name, where no other may be meant."""
        those = self.by_kind.get(kind, _NONE)
        found = [one for stem in {*_stems(name)} for one in those.plain.get(stem, ())]
        is_sure = len(found) == 1 and found[0].name == name and not those.anything
        return found[0] if is_sure and not self._is_made(those, name) else None

    def _is_brought(self, name: str) -> bool:
        """Whether a chart that one of the repository needs gives the name: those put the release before their own."""
        return any((one if self.overridden else f"-{one}") in name for one in self.needed)

    def _is_made(self, those: _OfKind, name: str) -> bool:
        """Whether a template may make the name of that of a release."""
        places = range(len(name) + 1) if those.made and len(name) <= _LONGEST else ()
        tails = [name[at:] for at in places if name[at:] in those.made]
        heads = ((tail, name[:end]) for tail in tails for end in places if name[:end] in those.made[tail])
        return any(tail or not self.roots.isdisjoint(_stems(name[len(head) :])) for tail, head in heads)


def _stems(name: str) -> Iterator[str]:
    """What a name may be a variant of: itself, and what it is without a word before or behind that tells of a copy (``-green``)."""
    yield name
    for at, sign in enumerate(name if len(name) <= _LONGEST else ""):
        if sign == "-" and _VARIANT.search(name[at + 1 :]):
            yield name[:at]
        if sign == "-" and _VARIANT.search(name[:at]):
            yield name[at + 1 :]


def deployed_catalogue(facts: RepositoryFacts) -> DeployedCatalogue | None:
    """The catalogue; None where a template could not be read, or there is no end of releases, so that anything may be deployed. For `RepositoryFacts.derive`."""
    files = [fact for _, fact in facts.of(DeployedFile)]
    if any(fact.unread for fact in files):
        return None
    charts = [fact for _, fact in facts.of(HelmChart)]
    overridden = any(key.path.endswith("ullnameOverride") for fact in charts for key in fact.keys if "." in key.path)
    names = frozenset(fact.name for fact in charts if fact.name)
    releases = _releases(facts)
    if any("$" in one for one in releases):
        releases |= frozenset(one.partition("$")[0].rstrip("-") for one in releases)
    if len(releases) * len(names) > _MOST_ROOTS:
        return None
    needed = frozenset(name for fact in charts for one in fact.dependencies for name in (one.name, one.alias) if name)
    objects = tuple(one for fact in files for one in fact.objects)
    by_kind: dict[str, list[DeployedObject]] = {}
    for one in objects:
        by_kind.setdefault(one.kind, []).append(one)
    return DeployedCatalogue(
        objects=objects,
        by_kind={kind: _of_kind(those) for kind, those in by_kind.items()},
        roots=names | releases | frozenset(f"{release}-{name}" for release in releases for name in names),
        needed=needed,
        overridden=overridden,
        affixes=frozenset(affix for fact in files for affix in fact.affixes),
    )


def _of_kind(objects: Iterable[DeployedObject]) -> _OfKind:
    plain: dict[str, list[DeployedObject]] = {}
    made: dict[str, set[str]] = {}
    anything = False
    for one in objects:
        anything = anything or one.anything
        if one.made and not one.anything:
            made.setdefault(one.tail, set()).add(one.head)
        elif not one.anything:
            plain.setdefault(one.name, []).append(one)
    return _OfKind(
        plain={name: tuple(those) for name, those in plain.items()},
        made={tail: frozenset(heads) for tail, heads in made.items()},
        names=frozenset(plain),
        anything=anything,
    )


def _releases(facts: RepositoryFacts) -> frozenset[str]:
    """The names that commands give to releases: the first word behind ``helm install`` or ``upgrade`` that is no option."""
    found = set()
    for one in facts.derive(invocations):
        if one.name != "helm":
            continue
        words = [word for before, word in pairwise(one.words) if before not in _VALUES and not word.startswith("-")]
        if words[:1] and words[0] in ("install", "upgrade") and len(words) > 1:
            found.add(words[1])
    return frozenset(found)
