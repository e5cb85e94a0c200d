"""Which prefixes stand before the routes of a Python module, after the modules that include its router."""

from __future__ import annotations

from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.repository import RepositoryFacts
from auditor.facts.routes_found import MADE
from auditor.facts.served_routes import ServedRoutes

__all__ = ["Inclusions", "inclusions"]

_HOPS = 4
_MOST = 64


class Inclusions:
    """By path: the prefixes with which other modules include the module.

    `foreign` are prefixes of routers from elsewhere, `unresolved` those of routers of the repository that are not found.
    """

    def __init__(self, facts: RepositoryFacts) -> None:
        self.graph: PythonGraph = facts.derive(python_graph)
        self.foreign: list[tuple[str, str]] = []
        self.unresolved: list[tuple[str, str]] = []
        self._edges: dict[str, list[tuple[str, str]]] = {}
        self._own = {file.path: fact.own for file, fact in facts.of(ServedRoutes)}
        for file, fact in facts.of(ServedRoutes):
            module = self.graph.by_path.get(file.path)
            for prefix, dotted in fact.included if module is not None else ():
                if module is not None:
                    self._include(module, prefix, dotted)

    def _include(self, module: Module, prefix: str, dotted: str) -> None:
        held = self._holder(module, dotted.removesuffix(MADE))
        if held is not None and not (dotted.endswith(MADE) and held.path not in self._own):
            self._edges.setdefault(held.path, []).append((module.path, prefix))
        elif self._is_foreign(dotted) or dotted.endswith(MADE):
            self.foreign.append((module.path, prefix))
        else:
            self.unresolved.append((module.path, prefix))

    def prefixes(self, path: str, depth: int = 0) -> frozenset[str]:
        """All that may stand before the routes of a module; empty where nothing is known to include it."""
        found: set[str] = set()
        for includer, prefix in self._edges.get(path, ()) if depth < _HOPS else ():
            if includer == path:
                continue
            around = self.prefixes(includer, depth + 1) or {""}
            inner = ("", *self._own.get(includer, ()))
            found.update("/".join(filter(None, (outer, own, prefix))) for outer in sorted(around) for own in inner)
        return frozenset(sorted(found)[:_MOST])

    def reached(self, dotted: str) -> frozenset[str]:
        """The module that holds an application, by its dotted name, and all that it includes, the folder of the first with all below."""
        owner = self.graph.find(dotted.rpartition(".")[0]) or self.graph.find(dotted)
        if owner is None:
            return frozenset()
        folder = owner.path.rpartition("/")[0]
        found = {path for path in self.graph.by_path if folder and path.startswith(f"{folder}/")} | {owner.path}
        waiting = True
        while waiting:
            further = {held for held, edges in self._edges.items() if any(path in found for path, _ in edges)} - found
            found |= further
            waiting = bool(further)
        return frozenset(found)

    def _is_foreign(self, dotted: str) -> bool:
        return not dotted.startswith(".") and dotted.partition(".")[0] not in self.graph.top_packages

    def _holder(self, module: Module, dotted: str, depth: int = 0) -> Module | None:
        """The module that makes the router: through the packages that hand it on."""
        name = self.graph.absolute(module, dotted)
        direct = self.graph.find(name.rstrip("."))
        if direct is not None:
            return direct
        owner, _, last = name.rpartition(".")
        other = self.graph.find(owner)
        if other is None or depth > _HOPS:
            return other
        for one in other.fact.imports:
            if one.alias == last and one.name:
                return self._holder(other, "." * one.level + f"{one.module}.{one.name}".lstrip("."), depth + 1) or other
        return other


def inclusions(facts: RepositoryFacts) -> Inclusions:
    """The inclusions of a repository; use it through `RepositoryFacts.derive`."""
    return Inclusions(facts)
