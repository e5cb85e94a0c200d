"""Whether something in the repository deploys an object of a name: a manifest, a kustomization, or a chart for one of its releases."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedCatalogue:
    """All objects of a repository.

    `roots` are the names that releases of its charts may have, `needed` the charts that those bring, under a name of
    their own where `overridden`. `affixes` are what kustomizations put before and behind names.
    """

    objects: tuple[DeployedObject, ...]
    roots: frozenset[str]
    needed: frozenset[str]
    overridden: bool
    affixes: frozenset[str]

    def kinds(self) -> frozenset[str]:
        """The kinds, in lower case, of which something is deployed."""
        return frozenset(one.kind for one in self.objects)

    def names(self, kind: str) -> frozenset[str]:
        """The names of a kind that are written out."""
        return frozenset(one.name for one in self.objects if one.kind == kind and not one.made and not one.anything)

    def defines(self, kind: str, name: str) -> bool:
        """Whether an object of the kind has the name, or may get it: by a release, an affix, or as a variant."""
        if any(part and part in name for part in self.affixes) or self._is_brought(name):
            return True
        return any(self._may_be(one, name) for one in self.objects if one.kind == kind)

    def workload(self, kind: str, name: str) -> DeployedObject | None:
        """The one object of this kind and name, where no other may be meant."""
        found = [one for one in self.objects if one.kind == kind and self._may_be(one, name)]
        return found[0] if len(found) == 1 and found[0].name == name else None

    def _is_brought(self, name: str) -> bool:
        """Whether a chart that one of the repository needs gives the name: those put the release before their own."""
        return any((one if self.overridden else f"-{one}") in name for one in self.needed)

    def _may_be(self, one: DeployedObject, name: str) -> bool:
        if one.anything:
            return True
        if not one.made:
            return _is_variant(name, one.name)
        if not name.startswith(one.head) or not name.endswith(one.tail):
            return False
        middle = name[len(one.head) : len(name) - len(one.tail)]
        return bool(one.tail) or any(_is_variant(middle, root) for root in self.roots)


def _is_variant(name: str, known: str) -> bool:
    """Whether the name is the known one, perhaps with something before or behind it that tells of a copy (``-green``)."""
    if name == known:
        return True
    behind, before = name.removeprefix(f"{known}-"), name.removesuffix(f"-{known}")
    return any(one != name and _VARIANT.search(one) for one in (behind, before))


def deployed_catalogue(facts: RepositoryFacts) -> DeployedCatalogue | None:
    """The catalogue; None where a template could not be read, so that anything may be deployed. For `RepositoryFacts.derive`."""
    files = [fact for _, fact in facts.of(DeployedFile)]
    if any(fact.unread for fact in files):
        return None
    charts = [fact for _, fact in facts.of(HelmChart)]
    overridden = any(key.path.endswith("ullnameOverride") for fact in charts for key in fact.keys if "." in key.path)
    names = frozenset(fact.name for fact in charts if fact.name)
    releases = _releases(facts)
    if any("$" in one for one in releases):
        releases |= frozenset(one.partition("$")[0].rstrip("-") for one in releases)
    needed = frozenset(name for fact in charts for one in fact.dependencies for name in (one.name, one.alias) if name)
    return DeployedCatalogue(
        objects=tuple(one for fact in files for one in fact.objects),
        roots=names | releases | frozenset(f"{release}-{name}" for release in releases for name in names),
        needed=needed,
        overridden=overridden,
        affixes=frozenset(affix for fact in files for affix in fact.affixes),
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
