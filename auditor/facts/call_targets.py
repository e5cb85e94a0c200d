"""What the calls of a repository reach: its own functions and the constructors of its classes, with what they take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from auditor.facts.class_table import ClassTable, Held, class_table
from auditor.facts.python_calls import PythonCall, PythonCalls
from auditor.facts.python_graph import Module
from auditor.facts.python_signatures import ClassFields, PythonSignatures, Signature
from auditor.facts.repository import RepositoryFacts

__all__ = ["CallTargets", "Reached", "call_targets", "reached_calls"]

_PLAIN_BASES = frozenset({"object", "ABC", "abc.ABC", "Exception", "ValueError", "RuntimeError"})
_DEEPEST = 8
_LOADED = 1024
"""Modules whose signatures stay as they were read: all of tens of thousands would take a hundred megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A function that a call reaches, its name as a message tells it, and the path of its module."""

    path: str
    name: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class _Signed:
    """The functions of a module by qualified name, and its classes by name."""

    functions: Mapping[str, Signature]
    fields: Mapping[str, ClassFields]


def _signed(facts: RepositoryFacts, path: str) -> _Signed:
    fact = next(facts.at(path, PythonSignatures), None)
    if fact is None:
        return _Signed({}, {})
    return _Signed({one.name: one for one in fact.functions}, {one.name: one for one in fact.classes})


class CallTargets:
    """Finds them by the names in a module; None wherever two could be meant, or something else could have been put there."""

    def __init__(self, facts: RepositoryFacts) -> None:
        self.table: ClassTable = facts.derive(class_table)
        self._signed = lru_cache(_LOADED)(partial(_signed, facts))
        self.backrefs: set[str] = set()
        """Names that relationships put into other classes than their own; `put` are those that code sets on classes."""
        for _, fact in facts.of(PythonSignatures):
            self.backrefs.update(fact.backrefs)
        self.put = frozenset(name for _, calls in facts.of(PythonCalls) for name in calls.put)

    def function(self, module: Module, dotted: str) -> Reached | None:
        """The function at the top of a module that a dotted name means."""
        owner, _, name = self.table.graph.absolute(module, dotted).rpartition(".")
        other = self.table.graph.find(owner) if owner else module
        found = self._signed(other.path).functions.get(name) if other is not None else None
        if other is None or found is None or name in self.table.patched:
            return None
        return Reached(path=other.path, name=name, signature=found)

    def held(self, module: Module, call: PythonCall) -> Held | None:
        """The class of the object that a method is called on."""
        if call.type == "self":
            return self.table.find(module, call.owner)
        return self.table.find(module, call.type) or self.table.result(module, call.type)

    def method(self, held: Held, name: str, depth: int = 0) -> Reached | None:
        """The method of a class or of a base; None where another class of the repository may have put its own in its place."""
        module, one = held
        if (
            one.open
            or depth > _DEEPEST
            or name in self.table.patched
            or (not depth and (self.table.is_overridden(one, name) or self.table.is_interface(held)))
        ):
            return None
        found = self._signed(module.path).functions.get(f"{one.name}.{name}")
        if found is not None:
            return Reached(path=module.path, name=f"{one.name}.{name}", signature=found)
        if name in one.members:
            return None
        for base in one.bases:
            above = self.table.find(module, base)
            if above is None and base not in _PLAIN_BASES:
                return None
            if above is not None:
                return self.method(above, name, depth + 1)
        return None

    def fields(self, held: Held) -> ClassFields | None:
        """How a class is made."""
        return self._signed(held[0].path).fields.get(held[1].name)


def call_targets(facts: RepositoryFacts) -> CallTargets:
    """The targets of a repository; use it through `RepositoryFacts.derive`."""
    return CallTargets(facts)


def reached_calls(facts: RepositoryFacts) -> tuple[tuple[str, PythonCall, Reached], ...]:
    """Every call of a function or method of the repository with its path; for `RepositoryFacts.derive`."""
    return tuple(_reached(facts))


def _reached(facts: RepositoryFacts) -> Iterator[tuple[str, PythonCall, Reached]]:
    targets = facts.derive(call_targets)
    for file, fact in facts.of(PythonCalls):
        module = targets.table.module(file.path)
        if module is None:
            continue
        for call in fact.calls:
            if _is_of_namesake(call, module):
                continue
            reached = _one(targets, module, call)
            if reached is not None:
                yield file.path, call, reached


def _is_of_namesake(call: PythonCall, module: Module) -> bool:
    """Whether a module calls what it imports under its own last name: no module imports itself, so that is a library's."""
    owner = "" if call.type else call.name.rpartition(".")[0]
    return "." in module.name and owner == module.name.rpartition(".")[2]


def _one(targets: CallTargets, module: Module, call: PythonCall) -> Reached | None:
    if not call.type:
        owner, _, name = call.name.rpartition(".")
        kind = targets.table.object_class(module, owner) if owner else ""
        if kind:
            held = targets.table.find(module, kind)
            return targets.method(held, name) if held else None
        return targets.function(module, call.name) or _of_object(targets, module, call)
    held = targets.held(module, call)
    return targets.method(held, call.name) if held else None


def _of_object(targets: CallTargets, module: Module, call: PythonCall) -> Reached | None:
    """A method of an object that another module holds."""
    dotted, _, name = call.name.rpartition(".")
    owner, _, last = targets.table.graph.absolute(module, dotted).rpartition(".")
    other = targets.table.graph.find(owner) if owner else None
    kind = targets.table.object_class(other, last) if other is not None else ""
    held = targets.table.find(other, kind) if other is not None and kind else None
    return targets.method(held, name) if held else None
