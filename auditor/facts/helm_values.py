"""Charts as wholes: the values that each comes with, and what all its templates ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from auditor.facts.helm_chart import Dependency, HelmChart, ValueKey
from auditor.facts.helm_template import HelmTemplate, ValueUse
from auditor.facts.helm_text import chart_of
from auditor.facts.repository import RepositoryFacts

__all__ = ["Chart", "charts", "paths_above"]


@dataclass(eq=False)
class Chart:
    """One chart. `keys` are those of its own values file, `others` those of all further values files of the repository."""

    folder: str
    path: str
    fact: HelmChart
    values: str = ""
    keys: dict[str, ValueKey] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    uses: list[tuple[str, ValueUse]] = field(default_factory=list)
    includes: list[tuple[str, str, int]] = field(default_factory=list)
    defines: set[str] = field(default_factory=set)
    whole: bool = False

    @cached_property
    def asked(self) -> tuple[frozenset[str], frozenset[str]]:
        """The paths that templates ask for, and all that lie above one of them."""
        paths = frozenset(use.path for _, use in self.uses)
        return paths, frozenset(above for path in paths for above in paths_above(path))

    @property
    def foreign(self) -> frozenset[str]:
        """The keys that belong to the charts that it depends on, or to all."""
        names = {name for one in self.fact.dependencies for name in (one.name, one.alias) if name}
        return frozenset({"global", "tags", *names})

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """The charts that it needs."""
        return self.fact.dependencies

    def lacks(self, path: str) -> bool:
        """Whether the own values file tells that it has no such key."""
        parts = path.split(".")
        for at in range(1, len(parts) + 1):
            known = self.keys.get(".".join(parts[:at]))
            if known is None:
                return True
            if known.open:
                return False
        return False

    def asks_for(self, path: str) -> bool:
        """Whether a template names this key, one above it or one below it."""
        paths, above = self.asked
        return path in paths or path in above or not paths.isdisjoint(paths_above(path))


def paths_above(path: str) -> tuple[str, ...]:
    """``a`` and ``a.b`` for ``a.b.c``."""
    parts = path.split(".")
    return tuple(".".join(parts[:at]) for at in range(1, len(parts)))


def charts(facts: RepositoryFacts) -> tuple[Chart, ...]:
    """All charts with templates of their own; for `RepositoryFacts.derive`."""
    found = {file.path.rpartition("/")[0]: Chart(file.path.rpartition("/")[0], file.path, fact) for file, fact in facts.of(HelmChart) if fact.name and file.name == "Chart.yaml"}  # fmt: skip
    for file, template in facts.of(HelmTemplate):
        chart = found.get(chart_of(file.path).rstrip("/"))
        if chart is not None:
            chart.uses += [(file.path, use) for use in template.values]
            chart.includes += [(file.path, name, line) for name, line in template.includes]
            chart.defines |= template.defines
            chart.whole = chart.whole or template.whole
    further = {key.path for file, fact in facts.of(HelmChart) for key in fact.keys if file.path.rpartition("/")[0] not in found or file.name != "values.yaml"}  # fmt: skip
    for chart in found.values():
        chart.others = further
    for folder, fact in _own_values(facts):
        if folder in found:
            found[folder].values = f"{folder}/values.yaml" if folder else "values.yaml"
            found[folder].keys = {key.path: key for key in fact.keys}
    return tuple(chart for _, chart in sorted(found.items()) if chart.uses or chart.includes)


def _own_values(facts: RepositoryFacts) -> Iterator[tuple[str, HelmChart]]:
    for file, fact in facts.of(HelmChart):
        if file.name in ("values.yaml", "values.yml") and fact.keys:
            yield file.path.rpartition("/")[0], fact
