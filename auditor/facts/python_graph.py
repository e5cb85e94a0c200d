"""The repository's own Python modules joined: who is who, and what functions do through those that they call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, TypeAlias

from auditor.facts.call_graph import enclosing, succeeds_always
from auditor.facts.effects import Effect
from auditor.facts.module_names import ModuleNames
from auditor.facts.python_module import PythonFunction, PythonModule
from auditor.facts.repository import RepositoryFacts

if TYPE_CHECKING:
    from auditor.facts.python_symbols import ClassSymbols

__all__ = ["Module", "PythonGraph", "python_graph"]

_UNKNOWN = frozenset({Effect.UNKNOWN})
_LOADED = 1024
"""Modules that stay as they were read."""
_OF_PYTHON = sys.stdlib_module_names - {"test"}
_SOURCE_FOLDERS = frozenset({"src", "lib", "python", "backend", "source"})


def _is_of_python(name: str, path: str) -> bool:
    """Whether an absolute name is that of Python's own library (``logging``), and not of a module at the root that stands before it."""
    top = name.partition(".")[0]
    return top in _OF_PYTHON and path.partition("/")[0] not in (top, f"{top}.py")


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What a module says, and its functions by qualified name."""

    fact: PythonModule
    functions: Mapping[str, PythonFunction]


@dataclass(slots=True, eq=False)
class Module:
    """One module with its path, its dotted name, its classes, and the effects of its functions by their qualified names.

    Everything else that it says is asked for when somebody wants it: of tens of thousands of modules only the last stay in memory.
    """

    path: str
    name: str
    classes: tuple[ClassSymbols, ...]
    effects: dict[str, frozenset[Effect]]
    load: Callable[[str], _Loaded]

    @property
    def package(self) -> str:
        """The dotted name that its relative imports start from."""
        return self.name if self.path.endswith("__init__.py") else self.name.rpartition(".")[0]

    @property
    def fact(self) -> PythonModule:
        """All that it says."""
        return self.load(self.path).fact

    @property
    def functions(self) -> Mapping[str, PythonFunction]:
        """Its functions by qualified name."""
        return self.load(self.path).functions


_Named: TypeAlias = "tuple[Module, str]"
"""A function by its module and qualified name."""


class PythonGraph:
    """Modules by dotted name, and the transitive effects of every function."""

    def __init__(self, facts: RepositoryFacts) -> None:
        self.all: list[Module] = []
        self.overridden: set[str] = set()
        self._load = lru_cache(_LOADED)(partial(_loaded, facts))
        for file, fact in facts.of(PythonModule):
            effects = {one.name: one.effects for one in fact.functions}
            self.all.append(Module(file.path, dotted_path(file.path), fact.classes, effects, self._load))
        self._names = ModuleNames([module.name for module in self.all])
        for module in self.all:
            for one in module.classes:
                self.overridden.update(base.rpartition(".")[2] for base in one.bases)
        self._propagate(facts)

    @cached_property
    def by_path(self) -> dict[str, Module]:
        """The modules by their paths."""
        return {module.path: module for module in self.all}

    @cached_property
    def top_packages(self) -> frozenset[str]:
        """The first parts of the dotted names by which code of the repository itself can be imported.

        A folder counts where it is at the top or beneath a folder of sources (``src``, ``lib``, ``python``).
        """
        found = set()
        for module in self.all:
            parts = module.path.removesuffix(".py").split("/")
            while len(parts) > 1 and parts[0] in _SOURCE_FOLDERS:
                parts = parts[1:]
            if parts[0] not in ("conftest", "setup", "tests", "test", "noxfile"):
                found.add(parts[0])
        return frozenset(found)

    def find(self, name: str) -> Module | None:
        """The module of a dotted name, as code anywhere in the repository would import it; None where two could be meant."""
        place = self._names.place(name)
        found = None if place is None else self.all[place]
        return None if found is None or _is_of_python(name, found.path) else found

    def knows(self, name: str) -> bool:
        """Whether any module has this dotted name, be it one of several."""
        return name in self._names

    def absolute(self, module: Module, written: str) -> str:
        """A dotted name with the leading dots of a relative import resolved."""
        level = len(written) - len(written.lstrip("."))
        if not level:
            return written
        parts = module.package.split(".")
        kept = parts[: len(parts) - (level - 1)]
        return ".".join([*kept, *filter(None, [written[level:]])])

    def effects(self, module: Module, function: PythonFunction) -> frozenset[Effect]:
        """What a function does, itself or through functions of the repository."""
        return module.effects.get(function.name, function.effects)

    def target(self, module: Module, function: PythonFunction, call: str) -> tuple[Module, PythonFunction] | None:
        """The function of the repository that a call reaches; None where it is none or cannot be told."""
        return _there(self._target(module, function, call))

    def method_of(self, module: Module, maker: str, name: str) -> tuple[Module, PythonFunction] | None:
        """A method of a class of the repository, which a module calls by this dotted name."""
        owner, _, short = self.absolute(module, maker).rpartition(".")
        other = self.find(owner) if owner else module
        return _there(self._method(other, short, name)) if other is not None else None

    def makes_instance(self, module: Module, call: str) -> tuple[Module, PythonFunction | None] | None:
        """The constructor of a class of the repository; its function is None where the class writes none of its own."""
        found = self._made(module, call)
        return None if found is None else (found[0], found[0].functions.get(found[1]))

    def succeeds_always(self, module: Module, function: PythonFunction) -> bool:
        """As `call_graph.succeeds_always`; a test never does: that it ends is its success."""
        return not function.is_test and succeeds_always(module, function, self._work)

    def _work(self, module: Module, function: PythonFunction, call: str) -> tuple[Module, PythonFunction] | None:
        """As `target`, without tests."""
        found = self.target(module, function, call)
        return None if found is None or found[1].is_test else found

    def _target(self, module: Module, function: PythonFunction, call: str) -> _Named | None:
        if call.startswith(("self.", "cls.")):
            return self._method(module, function.owner or _enclosing_class(module, function), call.partition(".")[2])
        for prefix in enclosing(function.name):
            if prefix + call in module.effects:
                return module, prefix + call
        owner, _, name = self.absolute(module, call).rpartition(".")
        other = self.find(owner)
        if other is not None:
            return (other, name) if name in other.effects else None
        return self._of_class(module, owner, name) if owner else None

    def _of_class(self, module: Module, owner: str, name: str) -> _Named | None:
        """The method that a call on a class reaches: ``Outcome.healthy(...)``, of another module or of this one."""
        where, _, short = owner.rpartition(".")
        other = self.find(where) if where else module
        return self._method(other, short, name) if other is not None and short[:1].isupper() else None

    def _made(self, module: Module, call: str) -> _Named | None:
        """The constructor of a class of the repository, whether or not the class writes one."""
        owner, _, name = self.absolute(module, call).rpartition(".")
        other = self.find(owner) if owner else module
        one = next((one for one in other.classes if one.name == name), None) if other is not None else None
        if other is None or one is None:
            return None
        plain = all(
            base in ("object", "Exception", "ABC", "abc.ABC", "enum.Enum", "Enum", "NamedTuple") for base in one.bases
        )
        if "__init__" in one.methods or (plain and "__post_init__" not in one.methods):
            return other, f"{name}.__init__" if "__init__" in one.methods else ""
        return None

    def _method(self, module: Module, owner: str, name: str, depth: int = 0) -> _Named | None:
        if f"{owner}.{name}" in module.effects:
            return module, f"{owner}.{name}"
        one = next((one for one in module.classes if one.name == owner), None)
        if one is None or depth > 8:  # noqa: PLR2004 - deeper hierarchies are left unknown
            return None
        for base in one.bases:
            if any(other.name == base for other in module.classes):
                found = self._method(module, base, name, depth + 1)
            else:
                where, _, base_name = self.absolute(module, base).rpartition(".")
                other_module = self.find(where)
                found = self._method(other_module, base_name, name, depth + 1) if other_module else None
            if found:
                return found
        return None

    def _propagate(self, facts: RepositoryFacts) -> None:
        """Hand effects from callees to callers until nothing changes (each function grows at most once per effect)."""
        callers: dict[_Named, list[_Named]] = {}
        alike: dict[frozenset[Effect], frozenset[Effect]] = {}  # there are few, and each takes 200 bytes
        for module, (_, fact) in zip(self.all, facts.of(PythonModule), strict=True):
            for function in {one.name: one for one in fact.functions}.values():
                own = function.effects
                for call in function.calls:
                    callee = self._target(module, function, call) or self._made(module, call)
                    if callee is None:
                        own |= _UNKNOWN
                    elif callee[1] in callee[0].effects:
                        callers.setdefault(callee, []).append((module, function.name))
                module.effects[function.name] = alike.setdefault(own, own)
        pending = [key for key in callers if key[0].effects[key[1]]]
        while pending:
            key = pending.pop()
            gained = key[0].effects[key[1]]
            for module, name in callers.get(key, ()):
                more = module.effects[name] | gained
                if more != module.effects[name]:
                    module.effects[name] = alike.setdefault(more, more)
                    pending.append((module, name))


def _loaded(facts: RepositoryFacts, path: str) -> _Loaded:
    fact = next(facts.at(path, PythonModule))
    return _Loaded(fact, {one.name: one for one in fact.functions})


def _there(found: _Named | None) -> tuple[Module, PythonFunction] | None:
    return None if found is None else (found[0], found[0].functions[found[1]])


def python_graph(facts: RepositoryFacts) -> PythonGraph:
    """Join all Python modules of a repository; use it through `RepositoryFacts.derive`."""
    return PythonGraph(facts)


def dotted_path(path: str) -> str:
    """``src/package/module.py`` as ``src.package.module``; a package's ``__init__`` stands for the package."""
    stem = path.rpartition(".")[0].replace("/", ".")
    return stem.removesuffix(".__init__") if stem != "__init__" else ""


def _enclosing_class(module: Module, function: PythonFunction) -> str:
    name = function.name.rpartition(".")[0]
    while name:
        outer = module.functions.get(name) if name in module.effects else None
        if outer is not None and outer.owner:
            return outer.owner
        name = name.rpartition(".")[0]
    return ""
