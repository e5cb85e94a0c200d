"""Python modules of the repository by their dotted names."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.facts.python_imports import PythonImport
from auditor.facts.repository import RepositoryFacts
from auditor.model.source import Language

__all__ = ["ModuleIndex", "module_index"]

_ROOTS = ("src", "lib", "backend", "app", "python", "source", "server", "api", "services")


@dataclass(frozen=True, slots=True)
class ModuleIndex:
    """`by_name` gives the file of a dotted name as seen from the root or from a folder of sources."""

    by_name: dict[str, str]

    def files(self, name: str, importer: str) -> tuple[str, ...]:
        """The file of a dotted name and those of the packages around it; none where it is no module of the repository."""
        folder = importer.rpartition("/")[0].replace("/", ".")
        found = []
        for prefix in (name, f"{folder}.{name}" if folder else name):
            parts = prefix.split(".")
            if prefix not in self.by_name:
                continue
            for end in range(1, len(parts) + 1):
                path = self.by_name.get(".".join(parts[:end]))
                if path:
                    found.append(path)
            break
        main = self.by_name.get(f"{name}.__main__")
        return tuple(dict.fromkeys([*found, *([main] if main else [])]))

    def imported(self, one: PythonImport, importer: str) -> tuple[str, ...]:
        """The files that one import statement loads."""
        module = one.module
        if one.level:
            package = importer.split("/")[: -one.level]
            module = ".".join([*package, *([module] if module else [])])
        found = [*self.files(module, importer)]
        if one.name and one.name != "*":
            found.extend(self.files(f"{module}.{one.name}" if module else one.name, importer))
        return tuple(path for path in dict.fromkeys(found) if path != importer)


def module_index(facts: RepositoryFacts) -> ModuleIndex:
    """The index of a repository; for `RepositoryFacts.derive`."""
    names: dict[str, str] = {}
    for file in facts.files:
        if file.language is not Language.PYTHON:
            continue
        name = file.path.rpartition(".")[0].replace("/", ".").removesuffix(".__init__")
        names.setdefault(name, file.path)
        head, _, rest = name.partition(".")
        if head in _ROOTS and rest:
            names.setdefault(rest, file.path)
    return ModuleIndex(names)
