"""Metrics that code defines and never updates, since nothing calls what would."""

from __future__ import annotations

from auditor.facts.metric_updates import MetricUpdates, is_recorder
from auditor.facts.repository import RepositoryFacts

__all__ = ["idle_metrics"]


def idle_metrics(facts: RepositoryFacts) -> dict[str, str]:
    """The names of such metrics, each with the function that would update it (empty: none does); for `RepositoryFacts.derive`."""
    held = [fact for _, fact in facts.of(MetricUpdates)]
    called = {name for fact in held for name in fact.recorders}
    shared = {name for fact in held for name in fact.shared}
    owners: dict[str, set[str]] = {}
    for fact in held:
        for holder, name in fact.defined:
            owners.setdefault(holder, set()).add(name)
    found: dict[str, str] = {}
    for holder, names in sorted(owners.items()):
        if len(names) != 1 or holder in shared:
            continue  # two metrics of one name for their holder cannot be told apart
        functions = {one.function for fact in held for one in fact.updates if one.holder == holder}
        if functions and all(is_recorder(one) and one not in called for one in functions):
            found[next(iter(names))] = min(functions)
    return found
