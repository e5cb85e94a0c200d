"""What selects pods, or is to scale them, where none of that kind is defined beside it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.helm_text import chart_of, is_template_path
from auditor.facts.repository import RepositoryFacts
from auditor.facts.selected_pods import PodSelector, SelectedPods, Workload
from auditor.model.finding import Hit, Severity
from auditor.model.source import Role, SourceFile
from auditor.rules.references.told_commands import closest

__all__ = ["unselected"]

_KEPT_UP = frozenset({"deployment", "statefulset", "daemonset", "rollout"})
"""Kinds of what runs on."""


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
    if not workloads or any(one.open for one in workloads):
        return
    for file, fact in group if any(one.kind in _KEPT_UP for one in workloads) else ():
        for one in fact.selectors if file.role is Role.SHIPPED else ():
            names = frozenset(each.name for each in workloads if each.kind == one.kind)
            if one.name and names and one.name not in names:
                message = f"No manifest here defines the {one.kind} `{one.name}`{closest(one.name, names)}, which is to be scaled."
                yield Hit(file.path, one.line, one.line, message, one.name)
            elif one.labels and _selects_some_other(one, workloads):
                told = ", ".join(f"{key}={value}" for key, value in one.labels)
                message = f"No pod that is defined here has the labels {told}: the {one.what} selects none."
                yield Hit(file.path, one.line, one.line, message, one.what, Severity.MEDIUM)


def _selects_some_other(one: PodSelector, workloads: list[Workload]) -> bool:
    """Whether no pod has the labels, and one has all but the value of one: it was meant."""
    wanted = set(one.labels)
    held = [dict(each.labels) for each in workloads]
    if any(wanted <= set(labels.items()) for labels in held):
        return False
    return any(
        sum(labels.get(key) != value for key, value in wanted) == 1 and {key for key, _ in wanted} <= labels.keys()
        for labels in held
    )
