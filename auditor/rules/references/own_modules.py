"""The repository's own packages of Python by name, and whether a module of them is there: shared by the rules on modules that texts name."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from auditor.facts.ignored_paths import is_ignored
from auditor.facts.package_names import PackageNames
from auditor.facts.python_imports import PythonImport
from auditor.facts.python_module import PythonModule
from auditor.facts.python_project import PythonProject
from auditor.facts.python_requirements import PythonRequirements, normalised
from auditor.facts.repository import RepositoryFacts

__all__ = ["is_whole_package", "may_be_of_others", "module_is_there", "own_packages"]

_ENDINGS = (".py", ".pyx", ".so", ".pyd", ".pyi")
_FORMS = ("{}", "py{}", "apache_{}", "python_{}", "{}_python", "{}_py", "{}_sdk")
"""How distributions are called after the package that they bring."""
_MOST_FOLDERS = 20
"""Folders of one name in which a module is looked for."""


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


def module_is_there(path: str, facts: RepositoryFacts, *, named: bool = True) -> bool:
    """Whether a module may be found at a path without its ending: as a file or folder, ignored by git, or (where it is only `named`) as a name of the module above."""
    if path in facts.folders or any(path + ending in facts.all_paths for ending in _ENDINGS):
        return True
    return is_ignored(f"{path}.py", facts) or (named and f"{path.rpartition('/')[0]}.py" in facts.all_paths)


def is_whole_package(name: str, bases: frozenset[str], facts: RepositoryFacts) -> bool:
    """Whether one of the folders of this name says itself that it is a package."""
    return any(f"{base}{name}/__init__.py" in facts.all_paths for base in bases)


def may_be_of_others(name: str, bases: frozenset[str], facts: RepositoryFacts) -> bool:
    """Whether imports of this first part, of which there are folders, may mean a package of others.

    It is required under just this name. Where none of the folders is a package by itself, it also counts that a
    distribution is called as usual after it, that a command installs it, or that code of the repository takes from it what they do not hold.
    """
    required, plain = facts.derive(_required), normalised(name)
    if not bases or plain in required:
        return bool(bases)
    if is_whole_package(name, bases, facts):
        return False
    called = {form.format(plain) for form in _FORMS}
    installed = facts.derive(_installed) if not _holds_manifest(name, bases, facts) else frozenset()
    return bool(called & (required | installed)) or name in facts.derive(_taken_from_others)


def _holds_manifest(name: str, bases: frozenset[str], facts: RepositoryFacts) -> bool:
    """Whether a list of requirements lies in one of the folders, so that commands which install name the folder itself."""
    folders = tuple(f"{base}{name}/" for base in bases)
    return any(fact.manifest and file.path.startswith(folders) for file, fact in facts.of(PythonRequirements))


def _required(facts: RepositoryFacts) -> frozenset[str]:
    """What projects and lists of requirements ask for, normalised; for `RepositoryFacts.derive`."""
    found = {normalised(one) for _, fact in facts.of(PythonProject) for one in fact.requires}
    return frozenset(
        found | {normalised(one) for _, fact in facts.of(PackageNames) if fact.is_list for one in fact.names}
    )


def _installed(facts: RepositoryFacts) -> frozenset[str]:
    """The words of commands that install packages; for `RepositoryFacts.derive`."""
    return frozenset(word for _, fact in facts.of(PythonRequirements) if not fact.manifest for word in fact.words)


def _taken_from_others(facts: RepositoryFacts) -> frozenset[str]:
    """The names of folders of which code of the repository imports what they do not hold, and does not expect it to fail; for `RepositoryFacts.derive`."""
    packages = facts.derive(own_packages)
    wanted = {
        _wanted(one) for _, module in facts.of(PythonModule) for one in module.imports if not (one.level or one.guarded)
    }
    found: set[str] = set()
    for one in wanted:
        first = one.partition("/")[0]
        bases = packages.get(first, frozenset())
        if bases and first not in found and len(bases) <= _MOST_FOLDERS:
            found.update([] if "/" in one and any(_is_held(base + one, facts) for base in bases) else [first])
    return frozenset(found)


def _wanted(one: PythonImport) -> str:
    """The path of what an import takes, of a module of several parts without the name."""
    return one.module.replace(".", "/") if "." in one.module else "/".join(filter(None, (one.module, one.name)))


def _is_held(path: str, facts: RepositoryFacts) -> bool:
    return path.endswith("/*") or path in facts.folders or f"{path}.py" in facts.all_paths
