"""Which entry point reaches a file: workflow, image, service, command, unit, schedule or package."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from auditor.facts.entry_points import Entry, entry_points
from auditor.facts.mention_target import resolve_mention
from auditor.facts.module_index import ModuleIndex, module_index
from auditor.facts.path_mentions import PathMentions
from auditor.facts.python_module import PythonModule
from auditor.facts.repository import RepositoryFacts
from auditor.model.source import Role

__all__ = ["exercised", "reached_from", "walk_from"]

_STARTERS = frozenset({"python", "shell", "javascript", "typescript", "dockerfile", "makefile"})


def reached_from(facts: RepositoryFacts) -> dict[str, str]:
    """For every file that an entry point reaches, the shortest way to it; for `RepositoryFacts.derive`.

    A value reads like ``.github/workflows/deploy.yml job deploy, step 4 -> scripts/deploy.py``. What only
    tests reach is not among the keys; test files never are.
    """
    ways = walk_from(facts, entry_points(facts))
    return {path: way for path, way in ways.items() if _role(facts, path) is not Role.TEST}


def exercised(facts: RepositoryFacts) -> frozenset[str]:
    """The files that tests, continuous integration or a build tool run or import; for `RepositoryFacts.derive`."""
    tests = [
        Entry(origin=file.path, path=path)
        for file in facts.files
        if file.role is Role.TEST
        for path in _next(facts, file.path, facts.derive(module_index))
    ]
    runs = [entry for entry in entry_points(facts) if entry.exercises]
    return frozenset(walk_from(facts, [*runs, *tests]))


def walk_from(facts: RepositoryFacts, entries: Iterable[Entry]) -> dict[str, str]:
    """Breadth first from the entries, in their order: each path reached, with the way to it."""
    index = facts.derive(module_index)
    ways: dict[str, str] = {}
    waiting: deque[str] = deque()
    for entry in entries:
        if entry.path not in ways:
            ways[entry.path] = entry.origin if entry.path == entry.origin else f"{entry.origin} -> {entry.path}"
            waiting.append(entry.path)
    while waiting:
        path = waiting.popleft()
        if _role(facts, path) is Role.TEST:
            continue
        for following in sorted(_next(facts, path, index)):
            if following not in ways:
                ways[following] = f"{ways[path]} -> {following}"
                waiting.append(following)
    return ways


def _next(facts: RepositoryFacts, path: str, index: ModuleIndex) -> Iterator[str]:
    """What a file runs, loads or imports."""
    file = facts.by_path.get(path)
    if file is None:
        return
    folder = path.rpartition("/")[0]
    for fact in facts.at(path, PathMentions) if file.language.value in _STARTERS else ():
        for mention in fact.paths:
            found = resolve_mention(mention.text, folder, facts)
            if found and found != path:
                yield found
        yield from (one for mention in fact.modules for one in index.files(mention.text, path))
    for module in facts.at(path, PythonModule):
        for one in module.imports:
            yield from index.imported(one, path)


def _role(facts: RepositoryFacts, path: str) -> Role | None:
    file = facts.by_path.get(path)
    return file.role if file else None
