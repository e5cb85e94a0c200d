"""Metrics that the code declares, and never records into while it runs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from auditor.facts.metric_objects import MetricObject, MetricObjects, ObjectUse
from auditor.facts.named_metrics import DeclaredName, names_never_recorded
from auditor.facts.python_mentions import PythonMentions, is_telling
from auditor.facts.python_module import PythonModule
from auditor.facts.repository import RepositoryFacts

__all__ = ["Unrecorded", "unrecorded"]

_SUFFIXES = ("", "_total", "_bucket", "_count", "_sum", "_created", "_info")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecorded:
    """A metric that nothing sets; `recorder` is the function that would, and that nothing calls (None where there is none).

    `hollow` where nothing calls most of what records in the class around the recorder.
    """

    path: str
    object: MetricObject
    recorder: ObjectUse | None
    hollow: bool = False

    @property
    def reason(self) -> str:
        """Why nothing records, as a clause."""
        if self.recorder is None:
            return f"which {self.path} declares and nothing ever sets"
        return f"which only {self.recorder.function.rpartition('.')[2]} ({self.path}) would set, and nothing calls that"


class _Code:
    """All modules that are shipped: which mention what metrics are kept in or recorded by, and what they take from others."""

    def __init__(self, repository: RepositoryFacts) -> None:
        self.mentioned: dict[str, set[str]] = defaultdict(set)
        self.recorded: dict[str, set[str]] = defaultdict(set)
        wanted = {name for _, fact in repository.of(MetricObjects) for name in _names(fact)}
        for file, fact in repository.of(PythonMentions) if wanted else ():
            for name in wanted.intersection(fact.names.split()):
                self.mentioned[name].add(file.path)
            for name in wanted.intersection(fact.recorded):
                self.recorded[name].add(file.path)
        self._repository = repository

    def may_record(self, holder: str, path: str) -> bool:
        """Whether another module may record into what a module keeps under a name."""
        if self.recorded[holder] - {path}:
            return True
        return any(self._takes_from(other, path) for other in sorted(self.mentioned[holder] - {path}))

    def _takes_from(self, importer: str, path: str) -> bool:
        own, other = (next(self._repository.at(one, PythonModule), None) for one in (path, importer))
        if own is None or other is None:
            return True
        stem = path.rpartition("/")[2].removesuffix(".py")
        made = own.symbols.names - {one.alias for one in own.imports}
        return any(
            one.module.rpartition(".")[2] == stem or one.name in (stem, "*") or one.name in made
            for one in other.imports
        )


def _names(fact: MetricObjects) -> set[str]:
    """What is asked about a module: where it keeps its metrics, and what it calls its functions."""
    return {one.holder for one in fact.objects} | {use.function.rpartition(".")[2] for use in fact.uses}


def unrecorded(repository: RepositoryFacts) -> dict[str, Unrecorded]:
    """The metrics of the Prometheus client that nothing records into, by the names of their series; for `RepositoryFacts.derive`."""
    code = _Code(repository)
    dead: dict[str, Unrecorded] = {}
    alive: set[str] = set()
    for file, fact in repository.of(MetricObjects):
        for one in fact.objects:
            found = _judged(one, file.path, fact, code)
            if found is None:
                alive.add(one.name)
            else:
                dead[one.name] = found
    dead |= {one.name: _by_name(path, one) for path, one in names_never_recorded(repository) if one.name not in dead}
    silent = {name: one for name, one in dead.items() if name not in alive}
    return {series: one for name, one in silent.items() for series in _series(name)}


def _by_name(path: str, one: DeclaredName) -> Unrecorded:
    made = MetricObject(line=one.line, kind="", name=one.name, holder="", labels=None)
    return Unrecorded(path=path, object=made, recorder=None)


def _series(name: str) -> list[str]:
    stem = name.removesuffix("_total")
    return list(dict.fromkeys([name, *(f"{stem}{suffix}" for suffix in _SUFFIXES)]))


def _judged(one: MetricObject, path: str, fact: MetricObjects, code: _Code) -> Unrecorded | None:
    """None where something may record into the metric."""
    if not is_telling(one.holder) or code.may_record(one.holder, path):
        return None
    alive = _alive(path, fact, code.mentioned)
    users = [use for use in fact.uses if one.holder in use.names]
    if any(user.function in alive for user in users):
        return None
    recorder = users[0] if users else None
    hollow = recorder is not None and recorder.owner > 0 and not _is_owner_alive(recorder.owner, fact, alive)
    return Unrecorded(path=path, object=one, recorder=recorder, hollow=hollow)


def _is_owner_alive(owner: int, fact: MetricObjects, alive: set[str]) -> bool:
    """Whether at least one in four of the functions of a class that record into metrics may run."""
    holders = {one.holder for one in fact.objects}
    recorders = [use for use in fact.uses if use.owner == owner and use.names & holders and "__" not in use.function]
    return 4 * len([use for use in recorders if use.function in alive]) >= len(recorders)


def _alive(path: str, fact: MetricObjects, mentioned: dict[str, set[str]]) -> set[str]:
    """The functions of the module that may run: named elsewhere, at its top, by a decorator, or in one that may run."""
    alive = {""} | {use.function for use in fact.uses if use.handed or _is_called(use.function, path, mentioned)}
    names = {use.function: use.names for use in fact.uses}
    pending = list(alive)
    while pending:
        reached = names.get(pending.pop(), frozenset())
        for function in names:
            if function not in alive and function.rpartition(".")[2] in reached:
                alive.add(function)
                pending.append(function)
    return alive


def _is_called(function: str, path: str, mentioned: dict[str, set[str]]) -> bool:
    short = function.rpartition(".")[2]
    return not is_telling(short) or short.startswith("__") or bool(mentioned[short] - {path})
