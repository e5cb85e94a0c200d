"""The repository's own Python modules joined: who is who, and what functions do through those that they call."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from auditor.facts.call_graph import enclosing, succeeds_always
from auditor.facts.effects import Effect
from auditor.facts.python_module import PythonFunction, PythonModule
from auditor.facts.repository import RepositoryFacts

__all__ = ["Module", "PythonGraph", "python_graph"]

_UNKNOWN = frozenset({Effect.UNKNOWN})
_NO_EFFECT: frozenset[Effect] = frozenset()
_SOURCE_FOLDERS = frozenset({"src", "lib", "python", "backend", "source"})


@dataclass(slots=True, eq=False)
class Module:
    """One module with its path, its dotted name and its functions by qualified name."""

    path: str
    name: str
    fact: PythonModule
    functions: dict[str, PythonFunction] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """The dotted name that its relative imports start from."""
        return self.name if self.path.endswith("__init__.py") else self.name.rpartition(".")[0]


class PythonGraph:
    """Modules by dotted name, and the transitive effects of every function."""

    def __init__(self, facts: RepositoryFacts) -> None:
        self.modules: dict[str, Module] = {}
        self.ambiguous: set[str] = set()
        self.all: list[Module] = []
        self.overridden: set[str] = set()
        for file, fact in facts.of(PythonModule):
            self._add(file.path, fact)
        for module in self.all:
            for one in module.fact.classes:
                self.overridden.update(base.rpartition(".")[2] for base in one.bases)
        self._effects: dict[tuple[str, str], frozenset[Effect]] = {}
        self._propagate()

    def _add(self, path: str, fact: PythonModule) -> None:
        name = dotted_path(path)
        functions: dict[str, PythonFunction] = {}
        for one in fact.functions:
            functions[one.name] = one
        module = Module(path, name, fact, functions)
        self.all.append(module)
        parts = name.split(".")
        for start in range(len(parts)):
            suffix = ".".join(parts[start:])
            if suffix in self.modules and start:
                self.ambiguous.add(suffix)
            elif suffix:
                self.modules[suffix] = module

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
        return None if name in self.ambiguous else self.modules.get(name)

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
        return self._effects.get((module.path, function.name), function.effects)

    def target(self, module: Module, function: PythonFunction, call: str) -> tuple[Module, PythonFunction] | None:
        """The function of the repository that a call reaches; None where it is none or cannot be told."""
        if call.startswith(("self.", "cls.")):
            return self._method(module, function.owner or _enclosing_class(module, function), call.partition(".")[2])
        for prefix in enclosing(function.name):
            if prefix + call in module.functions:
                return module, module.functions[prefix + call]
        owner, _, name = self.absolute(module, call).rpartition(".")
        other = self.find(owner)
        if other is not None and name in other.functions:
            return other, other.functions[name]
        return self._of_class(module, owner, name) if other is None and owner else None

    def _of_class(self, module: Module, owner: str, name: str) -> tuple[Module, PythonFunction] | None:
        """The method that a call on a class reaches: ``Outcome.healthy(...)``, of another module or of this one."""
        where, _, short = owner.rpartition(".")
        other = self.find(where) if where else module
        return self._method(other, short, name) if other is not None and short[:1].isupper() else None

    def method_of(self, module: Module, maker: str, name: str) -> tuple[Module, PythonFunction] | None:
        """A method of a class of the repository, which a module calls by this dotted name."""
        owner, _, short = self.absolute(module, maker).rpartition(".")
        other = self.find(owner) if owner else module
        return self._method(other, short, name) if other is not None else None

    def makes_instance(self, module: Module, call: str) -> tuple[Module, PythonFunction | None] | None:
        """The constructor of a class of the repository; its function is None where the class writes none of its own."""
        owner, _, name = self.absolute(module, call).rpartition(".")
        other = self.find(owner) if owner else module
        if other is None:
            return None
        one = next((one for one in other.fact.classes if one.name == name), None)
        if one is None:
            return None
        if "__init__" in one.methods:
            return other, other.functions.get(f"{name}.__init__")
        plain = all(
            base in ("object", "Exception", "ABC", "abc.ABC", "enum.Enum", "Enum", "NamedTuple") for base in one.bases
        )
        return (other, None) if plain and "__post_init__" not in one.methods else None

    def succeeds_always(self, module: Module, function: PythonFunction) -> bool:
        """As `call_graph.succeeds_always`; a test never does: that it ends is its success."""
        return not function.is_test and succeeds_always(module, function, self._work)

    def _work(self, module: Module, function: PythonFunction, call: str) -> tuple[Module, PythonFunction] | None:
        """As `target`, without tests."""
        found = self.target(module, function, call)
        return None if found is None or found[1].is_test else found

    def _method(self, module: Module, owner: str, name: str, depth: int = 0) -> tuple[Module, PythonFunction] | None:
        if f"{owner}.{name}" in module.functions:
            return module, module.functions[f"{owner}.{name}"]
        one = next((one for one in module.fact.classes if one.name == owner), None)
        if one is None or depth > 8:  # noqa: PLR2004 - deeper hierarchies are left unknown
            return None
        for base in one.bases:
            if any(other.name == base for other in module.fact.classes):
                found = self._method(module, base, name, depth + 1)
            else:
                where, _, base_name = self.absolute(module, base).rpartition(".")
                other_module = self.find(where)
                found = self._method(other_module, base_name, name, depth + 1) if other_module else None
            if found:
                return found
        return None

    def _propagate(self) -> None:
        """Hand effects from callees to callers until nothing changes (each function grows at most once per effect)."""
        callers: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for module in self.all:
            for function in module.functions.values():
                key = (module.path, function.name)
                own = set(function.effects)
                for call in function.calls:
                    callee = self._callee(module, function, call)
                    if callee is None:
                        own |= _UNKNOWN
                    elif callee[1] is not None:
                        callers.setdefault((callee[0].path, callee[1].name), []).append(key)
                self._effects[key] = frozenset(own)
        pending = [key for key in callers if self._effects.get(key)]
        while pending:
            key = pending.pop()
            gained = self._effects.get(key, _NO_EFFECT)
            for caller in callers.get(key, ()):
                if not gained <= self._effects[caller]:
                    self._effects[caller] |= gained
                    pending.append(caller)

    def _callee(
        self, module: Module, function: PythonFunction, call: str
    ) -> tuple[Module, PythonFunction | None] | None:
        return self.target(module, function, call) or self.makes_instance(module, call)


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
        outer = module.functions.get(name)
        if outer is not None and outer.owner:
            return outer.owner
        name = name.rpartition(".")[0]
    return ""
