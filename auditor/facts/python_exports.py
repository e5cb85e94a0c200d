"""Which names the repository's own modules offer to those that import them."""

from __future__ import annotations

import sys

from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.repository import RepositoryFacts

__all__ = ["PythonExports", "python_exports"]

_SOURCE_FOLDERS = ("", "src/", "lib/", "python/", "backend/", "source/")
_ALWAYS = frozenset(
    ["__name__", "__file__", "__doc__", "__path__", "__package__", "__spec__", "__loader__", "__dict__", "__builtins__", "__all__",
     "__annotations__", "__cached__", "__class__"],
)  # fmt: skip


class PythonExports:
    """Finds modules of the repository as the import system would, and tells whether they have a name."""

    def __init__(self, facts: RepositoryFacts) -> None:
        self._graph: PythonGraph = facts.derive(python_graph)
        self._facts = facts

    def module(self, importer: Module, written: str) -> Module | None:
        """The module that a dotted name means in a file; None where it is not the repository's, or not certainly."""
        level = len(written) - len(written.lstrip("."))
        parts = written[level:].split(".") if written[level:] else []
        folder = importer.path.rpartition("/")[0]
        if level:
            above = folder.split("/") if folder else []
            base = above[: len(above) - (level - 1)]
            return self._at("/".join([*base, *parts]))
        for prefix in _SOURCE_FOLDERS:
            found = self._at(prefix + "/".join(parts))
            if found is not None:
                return found
        is_script = folder and f"{folder}/__init__.py" not in self._facts.all_paths
        if is_script and parts and parts[0] not in sys.stdlib_module_names:
            return self._at(f"{folder}/" + "/".join(parts))
        return None

    def offers(self, module: Module, name: str, depth: int = 0) -> bool:
        """Whether a module may have a name: bound in it, beneath it, or through a star import. True where it cannot be told."""
        symbols = module.fact.symbols
        if name in symbols.names or name in _ALWAYS or symbols.dynamic or depth > 10:  # noqa: PLR2004 - cycles of stars
            return True
        if self._is_beneath(module, name):
            return True
        for level, source in symbols.stars:
            other = self.module(module, "." * level + source)
            if other is None or self.offers(other, name, depth + 1):
                return True
        return False

    def _at(self, path: str) -> Module | None:
        return self._graph.by_path.get(f"{path}.py") or self._graph.by_path.get(f"{path}/__init__.py")

    def _is_beneath(self, module: Module, name: str) -> bool:
        """Whether a package has a module, a folder or a compiled extension of this name."""
        if not module.path.endswith("__init__.py"):
            return False
        base = module.path.removesuffix("__init__.py") + name
        return base in self._facts.folders or base in self._stems

    @property
    def _stems(self) -> frozenset[str]:
        return self._facts.derive(_stems)


def python_exports(facts: RepositoryFacts) -> PythonExports:
    """The exports of a repository; use it through `RepositoryFacts.derive`."""
    return PythonExports(facts)


def _stems(facts: RepositoryFacts) -> frozenset[str]:
    """Every path up to the first dot of its file name."""
    found = set()
    for path in facts.all_paths:
        folder, slash, name = path.rpartition("/")
        found.add(f"{folder}{slash}{name.partition('.')[0]}")
    return frozenset(found)
