"""Whether an object of a class of the repository may have a member, through all its bases and what derives from it."""

from __future__ import annotations

import builtins
import enum
from functools import cached_property, lru_cache, partial

from auditor.facts.pattern import pattern
from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.python_members import ClassMembers, PythonMembers
from auditor.facts.repository import RepositoryFacts
from auditor.model.source import Role

__all__ = ["ClassTable", "class_table"]

_EMPTY_BASES = frozenset(
    {
        "object",
        "ABC",
        "abc.ABC",
        "Protocol",
        "typing.Protocol",
        "Generic",
        "typing.Generic",
        "typing_extensions.Protocol",
    }
)
_ENUMS = frozenset({"Enum", "enum.Enum", "IntEnum", "enum.IntEnum", "StrEnum", "enum.StrEnum"})
_OF_OBJECTS = frozenset(dir(object)) | {"__dict__", "__annotations__", "__dataclass_fields__"}
_OF_ENUMS = (
    frozenset(dir(enum.StrEnum))
    | frozenset(dir(enum.IntEnum))
    | frozenset(dir(str))
    | frozenset(dir(int))
    | {"name", "value", "_value_"}
)
_DEEPEST = 12
_LOADED = 1024
"""Modules of which everything stays as it was read; of the others, the classes do."""
_ABSTRACT = frozenset({"ABC", "abc.ABC", "Protocol", "typing.Protocol", "typing_extensions.Protocol"})
_INTERFACE = pattern(r"^I[A-Z][a-z]|(?:Interface|Protocol|Base|Port)$|^(?:Abstract|Base)[A-Z]")
Held = tuple[Module, ClassMembers]


def _members(facts: RepositoryFacts, path: str) -> PythonMembers | None:
    return next(facts.at(path, PythonMembers), None)


class ClassTable:
    """The classes of one repository."""

    def __init__(self, facts: RepositoryFacts) -> None:
        self.graph: PythonGraph = facts.derive(python_graph)
        self.members = lru_cache(_LOADED)(partial(_members, facts))
        """What a module says of members, by its path; None where it says nothing."""
        self.paths: list[str] = []
        self._classes: dict[str, dict[str, ClassMembers]] = {}
        self._derived: dict[str, list[Held]] = {}
        self.patched: set[str] = set()
        self.asked: set[str] = set()
        self._patched_by_code: set[str] = set()
        self.made: set[str] = set()
        for file, fact in facts.of(PythonMembers):
            self.paths.append(file.path)
            if fact.classes:
                self._classes[file.path] = {one.name: one for one in fact.classes}
            self._patched_by_code |= fact.patched if file.role is not Role.TEST else frozenset()
            self.patched |= fact.patched
            self.asked |= fact.asked
            self.made |= fact.made
            for one in fact.classes:
                for base in one.bases:
                    if file.path in self.graph.by_path:
                        held = (self.graph.by_path[file.path], one)
                        self._derived.setdefault(base.rpartition(".")[2], []).append(held)

    def module(self, path: str) -> Module | None:
        """The module at a path."""
        return self.graph.by_path.get(path)

    def find(self, module: Module, dotted: str, depth: int = 0) -> Held | None:
        """The class that a dotted name means in a module; None where it is none of the repository's, or not certainly."""
        own = self._classes.get(module.path, {}).get(dotted)
        if own is not None:
            return module, own
        name = self.graph.absolute(module, dotted)
        owner, _, last = name.rpartition(".")
        other = self.graph.find(owner) if owner else None
        if other is None or other is module or depth > _DEEPEST:
            return None
        found = self._classes.get(other.path, {}).get(last)
        handed = [one for one in other.fact.imports if one.alias == last and one.name]
        if found is not None:
            return None if handed else (other, found)
        return (
            self.find(other, "." * handed[0].level + f"{handed[0].module}.{handed[0].name}".lstrip("."), depth + 1)
            if len(handed) == 1
            else None
        )

    def result(self, module: Module, dotted: str) -> Held | None:
        """The class that a function of the repository says it returns; None where it is none of the repository's."""
        owner, _, name = self.graph.absolute(module, dotted).rpartition(".")
        other = self.graph.find(owner) if owner else module
        fact = self.members(other.path) if other is not None else None
        kind = next((kind for one, kind in fact.results if one == name), "") if fact else ""
        return self.find(other, kind) if other is not None and kind else None

    def object_class(self, module: Module, dotted: str) -> str:
        """The class, as named in its module, of an object of a module; empty for others."""
        fact = self.members(module.path)
        return next((kind for name, kind in fact.objects if name == dotted), "") if fact is not None else ""

    def may_have(self, held: Held, name: str, *, in_tests: bool = True) -> bool:
        """Whether objects of the class may have the member; True where that cannot be told. What tests put there, others do not see."""
        if name in _OF_OBJECTS or name in self.patched_for(in_tests=in_tests):
            return True
        return self._inherits(held, name, 0) or self._is_left_to_others(held[1], name, 0)

    def patched_for(self, *, in_tests: bool) -> set[str]:
        """The names of members that are set from outside, as tests or other code see them."""
        return self.patched if in_tests else self._patched_by_code

    def is_overridden(self, one: ClassMembers, name: str, depth: int = 0) -> bool:
        """Whether a class that derives from it has, or may have, a method of this name in its place."""
        return self._is_left_to_others(one, name, depth)

    def is_derived_from(self, one: ClassMembers) -> bool:
        """Whether another class of the repository has it, or one of its name, among its bases."""
        return one.name in self._derived

    def is_interface(self, held: Held) -> bool:
        """Whether the class only says what others have, so that its objects may be of classes that do not name it."""
        return bool(_ABSTRACT.intersection(held[1].bases)) or _INTERFACE.search(held[1].name) is not None

    def is_named(self, member: str) -> bool:
        """Whether any class of the repository has a member of this name."""
        return member in self._member_names

    @cached_property
    def _member_names(self) -> frozenset[str]:
        return frozenset(name for classes in self._classes.values() for one in classes.values() for name in one.members)

    def _inherits(self, held: Held, name: str, depth: int) -> bool:
        module, one = held
        if one.open or name in one.members or depth > _DEEPEST:
            return True
        for base in one.bases:
            if base in _EMPTY_BASES:
                continue
            if base in _ENUMS:
                if name in _OF_ENUMS:
                    return True
                continue
            found = self.find(module, base)
            if found is not None:
                if self._inherits(found, name, depth + 1):
                    return True
            elif not isinstance(getattr(builtins, base, None), type) or hasattr(getattr(builtins, base), name):
                return True
        return False

    def _is_left_to_others(self, one: ClassMembers, name: str, depth: int) -> bool:
        """Whether a class that derives from it has the member, or may have it from elsewhere."""
        if depth > _DEEPEST:
            return True
        for module, other in self._derived.get(one.name, ()):
            if other is one:
                continue
            if other.open or name in other.members or len(other.bases) > 1:
                return True
            if self._is_left_to_others(other, name, depth + 1) or module is None:
                return True
        return False


def class_table(facts: RepositoryFacts) -> ClassTable:
    """The classes of a repository; use it through `RepositoryFacts.derive`."""
    return ClassTable(facts)
