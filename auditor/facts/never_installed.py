"""What the modules of an application define to be installed or asked, and nothing of the repository uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.installers import Installer, Installers
from auditor.facts.repository import RepositoryFacts
from auditor.model.source import Role

__all__ = ["Uninstalled", "never_installed"]


@dataclass(frozen=True, slots=True, order=True)
class Uninstalled:
    """What nothing uses, with the place at which it is told: where it is imported in vain, or else where it is defined."""

    path: str
    line: int
    one: Installer
    defined: str

    @property
    def is_imported(self) -> bool:
        """Whether a module takes it in, and leaves it at that."""
        return self.path != self.defined


def never_installed(facts: RepositoryFacts) -> tuple[Uninstalled, ...]:
    """In the order of their places; none where the repository makes no application. For `RepositoryFacts.derive`."""
    serves = any(fact.makes for file, fact in facts.of(Installers) if file.role is Role.SHIPPED)
    return tuple(sorted(set(_found(facts)))) if serves else ()


def _found(facts: RepositoryFacts) -> Iterator[Uninstalled]:
    files = list(facts.of(Installers))
    read: dict[str, int] = defaultdict(int)
    for _, fact in files:
        for name in fact.named.split():
            read[name] += 1
    idle = {name: (file.path, line) for file, fact in files if file.role is Role.SHIPPED for name, line in fact.idle}
    for file, fact in files:
        for one in fact.found:
            if not read[one.name]:
                path, line = idle.get(one.name, (file.path, one.line))
                yield Uninstalled(path, line, one, file.path)
