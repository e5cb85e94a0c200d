"""The repository's own packages of Python by name, and whether a module of them is there: shared by the rules on modules that texts name."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from auditor.facts.ignored_paths import is_ignored
from auditor.facts.repository import RepositoryFacts

__all__ = ["module_is_there", "own_packages"]

_ENDINGS = (".py", ".pyx", ".so", ".pyd", ".pyi")


def own_packages(facts: RepositoryFacts) -> Mapping[str, frozenset[str]]:
    """The names of the repository's own packages, each with the folders that hold one of that name; for `RepositoryFacts.derive`."""
    found: dict[str, set[str]] = {}
    for path in facts.all_paths:
        if not path.endswith(".py"):
            continue
        parts = path.split("/")[:-1]
        for index, part in enumerate(parts):
            if part not in sys.stdlib_module_names:
                found.setdefault(part, set()).add("".join(f"{one}/" for one in parts[:index]))
    return {name: frozenset(bases) for name, bases in found.items()}


def module_is_there(path: str, facts: RepositoryFacts) -> bool:
    """Whether a module may be found at a path without its ending: as a file or folder, ignored by git, or as a name of the module above."""
    if path in facts.folders or any(path + ending in facts.all_paths for ending in _ENDINGS):
        return True
    return is_ignored(f"{path}.py", facts) or f"{path.rpartition('/')[0]}.py" in facts.all_paths
