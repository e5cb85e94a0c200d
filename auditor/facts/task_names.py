"""The names of all Celery tasks of a repository, and which references mean none of them."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.celery_tasks import CeleryTasks, TaskReference
from auditor.facts.python_graph import PythonGraph, dotted_path, python_graph
from auditor.facts.repository import RepositoryFacts

__all__ = ["lost_references", "route_of", "task_names"]


def task_names(facts: RepositoryFacts) -> frozenset[str]:
    """Every name under which a task is registered, with the folders above its module; for `RepositoryFacts.derive`."""
    return frozenset(
        one.name or f"{dotted_path(file.path)}.{one.function}"
        for file, fact in facts.of(CeleryTasks)
        for one in fact.tasks
    )


def lost_references(facts: RepositoryFacts) -> Iterator[tuple[str, TaskReference]]:
    """References to tasks and modules of the repository that are not there, with their paths."""
    names = facts.derive(task_names)
    if not names or any(fact.dynamic for _, fact in facts.of(CeleryTasks)):
        return
    graph = facts.derive(python_graph)
    tops = graph.top_packages | {name.partition(".")[0] for name in names}
    for file, fact in facts.of(CeleryTasks):
        for one in fact.references:
            is_own = "." not in one.name or one.name.partition(".")[0] in tops
            if is_own and not one.name.startswith("celery.") and not _is_known(one, names, graph):
                yield file.path, one


def _is_known(one: TaskReference, names: frozenset[str], graph: PythonGraph) -> bool:
    if one.use == "include":
        return graph.knows(one.name)
    return not one.name.strip("*.#") or any(route_of(one.name, name) for name in names)


def route_of(written: str, name: str) -> bool:
    """Whether a name as written, which may end in a star and lack folders at its front, means a registered task."""
    if "*" in written.removesuffix("*") or "?" in written:
        return True
    head = written.removesuffix("*")
    return (
        f".{name}.".find(f".{head.rstrip('.')}.") >= 0
        if head != written
        else name == written or name.endswith(f".{written}")
    )
