"""The repository's own JavaScript, TypeScript and Go joined: who calls whom, and what comes of it."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.facts.call_graph import enclosing, succeeds_always
from auditor.facts.claims import words_of
from auditor.facts.code_functions import CodeFunction, CodeFunctions
from auditor.facts.code_tree import TypeNode
from auditor.facts.effects import Effect
from auditor.facts.repository import RepositoryFacts
from auditor.model.source import Language, Role

__all__ = ["CodeGraph", "CodeModule", "Work", "code_graph"]

_ENDINGS = ("", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", "/index.ts", "/index.tsx", "/index.js")


@dataclass(slots=True, eq=False)
class CodeModule:
    """One file with its functions by qualified name; of two of one name neither is known."""

    path: str
    role: Role
    fact: CodeFunctions
    functions: dict[str, CodeFunction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """A function in its file, with all that it does itself or through functions of the repository."""

    module: CodeModule
    function: CodeFunction
    effects: frozenset[Effect]

    @property
    def claims(self) -> bool:
        """Whether its name says that it does some work, also such that no group of claims holds."""
        first = words_of(self.function.short_name)[:1]
        return bool(self.function.claims) or first in (("freeze",), ("replay",), ("evict",))

    @property
    def only_waits(self) -> bool:
        """Whether it does nothing but let time pass, chance, talk, read settings and note down its own state."""
        done = self.effects - {Effect.STATE, Effect.ENVIRONMENT}
        return not any(effect.is_real for effect in done) and not self.function.is_generator

    @property
    def is_hollow(self) -> bool:
        """Whether it does nothing and learns nothing."""
        return not any(effect.is_real for effect in self.effects)


class CodeGraph:
    """All functions of a repository in these languages."""

    def __init__(self, facts: RepositoryFacts) -> None:
        self.modules: dict[str, CodeModule] = {}
        self.packages: dict[str, dict[str, tuple[CodeModule, CodeFunction] | None]] = {}
        self.types: dict[str, list[TypeNode]] = {}
        self.methods: Counter[str] = Counter()
        for file, fact in facts.of(CodeFunctions):
            self._add(CodeModule(file.path, file.role, fact))
        self.bases = {base.rpartition(".")[2] for types in self.types.values() for one in types for base in one.bases}
        self.promises = {name for types in self.types.values() for one in types for name in one.promises}
        self._effects: dict[tuple[str, str], frozenset[Effect]] = {}
        self._propagate()

    def works(self) -> Iterator[Work]:
        """Every function with its effects, in the order of files and lines."""
        for module in self.modules.values():
            for function in module.functions.values():
                yield self.work(module, function)

    def work(self, module: CodeModule, function: CodeFunction) -> Work:
        """One function with its effects."""
        return Work(module, function, self._effects[module.path, function.name])

    def succeeds_always(self, work: Work) -> bool:
        """As `call_graph.succeeds_always`."""
        return succeeds_always(work.module, work.function, self.target)

    def target(self, module: CodeModule, function: CodeFunction, call: str) -> tuple[CodeModule, CodeFunction] | None:
        """The function of the repository that a call reaches; None where it is none or cannot be told."""
        where, colon, name = call.partition(":")
        if colon:
            other = self._imported(module, where)
            return (other, other.functions[name]) if other is not None and name in other.functions else None
        if call.startswith("this."):
            call = f"{function.owner}.{call.removeprefix('this.')}" if function.owner else ""
        for prefix in enclosing(function.name):
            if prefix + call in module.functions:
                return module, module.functions[prefix + call]
        if module.fact.language is Language.GO:
            return self.packages[posixpath.dirname(module.path)].get(call)
        return None

    def is_promised(self, function: CodeFunction) -> bool:
        """Whether a method may answer to an interface: one asks for it, or other types have the like."""
        return function.short_name in self.promises or self.methods[function.short_name] > 1

    def _add(self, module: CodeModule) -> None:
        twice = {name for name, count in Counter(one.name for one in module.fact.functions).items() if count > 1}
        module.functions = {one.name: one for one in module.fact.functions if one.name not in twice}
        self.modules[module.path] = module
        self.methods.update(one.short_name for one in module.fact.functions if "method" in one.marks)
        for one in module.fact.types:
            self.types.setdefault(one.name, []).append(one)
        package = self.packages.setdefault(posixpath.dirname(module.path), {})
        if module.fact.language is Language.GO:
            for name, function in module.functions.items():
                package[name] = None if name in package else (module, function)

    def _imported(self, module: CodeModule, where: str) -> CodeModule | None:
        base = posixpath.normpath(posixpath.join(posixpath.dirname(module.path), where))
        bases = (base, base.removesuffix(".js"), base.removesuffix(".mjs"))
        return next((self.modules[one + end] for one in bases for end in _ENDINGS if one + end in self.modules), None)

    def _makes(self, module: CodeModule, call: str) -> bool:
        """Whether a call makes an object of a class of the same file that has no constructor and no base."""
        name = call.removesuffix(".constructor")
        found = [one for one in module.fact.types if one.name == name]
        return call.endswith(".constructor") and len(found) == 1 and not found[0].bases

    def _propagate(self) -> None:
        """Hand effects from callees to callers until nothing changes."""
        callers: dict[tuple[str, str], list[tuple[str, str]]] = {}
        alike: dict[frozenset[Effect], frozenset[Effect]] = {}  # there are few, and each takes 200 bytes
        for module in self.modules.values():
            for function in module.functions.values():
                key = (module.path, function.name)
                own = set(function.effects)
                for call in function.calls:
                    callee = self.target(module, function, call)
                    if callee is not None:
                        callers.setdefault((callee[0].path, callee[1].name), []).append(key)
                    elif not self._makes(module, call):
                        own.add(Effect.UNKNOWN)
                self._effects[key] = alike.setdefault(frozenset(own), frozenset(own))
        pending = [key for key in callers if self._effects[key]]
        while pending:
            key = pending.pop()
            for caller in callers.get(key, ()):
                if not self._effects[key] <= self._effects[caller]:
                    self._effects[caller] |= self._effects[key]
                    pending.append(caller)


def code_graph(facts: RepositoryFacts) -> CodeGraph:
    """Join all files of these languages; use it through `RepositoryFacts.derive`."""
    return CodeGraph(facts)
