"""Selectors that reach no pod of their own chart or folder, and autoscalers of what it does not have."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.helm_text import chart_of, is_template_path
from auditor.facts.repository import RepositoryFacts
from auditor.facts.selected_pods import PodSelector, SelectedPods
from auditor.model.finding import Hit, Severity
from auditor.model.source import Role, SourceFile
from auditor.rules.references.told_commands import closest

__all__ = ["unselected"]

_KEPT_UP = frozenset({"deployment", "statefulset", "daemonset", "rollout"})
_MOST_LABELLED = 300
"""So many different sets of labels every selector of a folder is compared with."""
_LIKE = 0.6


def unselected(facts: RepositoryFacts) -> Iterator[Hit]:
    """What selects pods, or is to scale them, where the chart or folder that it lies in makes none of that kind."""
    labelled = any(path.rpartition("/")[2].startswith("kustomization.") for path in facts.all_paths)
    groups: dict[tuple[bool, str], list[tuple[SourceFile, SelectedPods]]] = {}
    for file, fact in facts.of(SelectedPods):
        templated = is_template_path(file.path)
        place = chart_of(file.path) if templated else file.path.rpartition("/")[0]
        if templated or not labelled:
            groups.setdefault((templated, place), []).append((file, fact))
    for group in groups.values():
        yield from _of_group(group)


def _of_group(group: list[tuple[SourceFile, SelectedPods]]) -> Iterator[Hit]:
    workloads = [one for _, fact in group for one in fact.workloads]
    kept_up = any(one.kind in _KEPT_UP for one in workloads)
    held = list(dict.fromkeys(one.labels for one in workloads))
    if not kept_up or any(one.open for one in workloads) or len(held) > _MOST_LABELLED:
        return
    names: dict[str, set[str]] = {}
    for each in workloads:
        names.setdefault(each.kind, set()).add(each.name)
    for file, fact in group:
        for one in fact.selectors if file.role is Role.SHIPPED else ():
            known = names.get(one.kind, set()) if one.name else set[str]()
            if known and one.name not in known:
                message = f"No manifest here defines the {one.kind} `{one.name}`{closest(one.name, known)}, which is to be scaled."
                yield Hit(file.path, one.line, one.line, message, one.name)
            elif one.labels and _selects_some_other(one, held):
                told = ", ".join(f"{key}={value}" for key, value in one.labels)
                message = f"No pod that is defined here has the labels {told}: the {one.what} selects none."
                yield Hit(file.path, one.line, one.line, message, one.what, Severity.MEDIUM)


def _selects_some_other(one: PodSelector, held: list[tuple[tuple[str, str], ...]]) -> bool:
    """Whether no pod has the labels, and one has all but the value of one: it was meant. A single value has to be like it."""
    wanted = set(one.labels)
    every = [dict(labels) for labels in held]
    if any(wanted <= set(labels.items()) for labels in every):
        return False
    if len(wanted) == 1:
        key, value = one.labels[0]
        return bool(closest(value, [labels[key] for labels in every if key in labels], _LIKE))
    return any(
        sum(labels.get(key) != value for key, value in wanted) == 1 and {key for key, _ in wanted} <= labels.keys()
        for labels in every
    )
