"""Python modules of routes that no application of the repository takes in."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.module_index import module_index
from auditor.facts.path_mentions import PathMentions
from auditor.facts.python_module import PythonModule
from auditor.facts.repository import RepositoryFacts
from auditor.facts.served_routes import ServedRoutes
from auditor.model.source import Language, Role, SourceFile

__all__ = ["unmounted_routers"]

_LOADERS = frozenset({"importlib", "importlib.util", "pkgutil", "werkzeug.utils", "django.utils.module_loading"})


def unmounted_routers(facts: RepositoryFacts) -> tuple[tuple[SourceFile, int], ...]:
    """The modules with the lines of their first routers; none where modules may be loaded by name. For `RepositoryFacts.derive`."""
    return tuple(_unmounted(facts))


def _unmounted(facts: RepositoryFacts) -> Iterator[tuple[SourceFile, int]]:
    served = [
        (file, fact)
        for file, fact in facts.of(ServedRoutes)
        if file.language is Language.PYTHON and file.role is Role.SHIPPED
    ]
    if not any(fact.included for _, fact in served) or not any(fact.app for _, fact in served) or _loads_by_name(facts):
        return
    imported, named = facts.derive(_imported), facts.derive(_named)
    for file, fact in served:
        stem = file.name.removesuffix(".py")
        if not fact.router_line or fact.app or not (fact.routes or fact.top) or fact.included:
            continue
        if file.path not in imported and not {file.path, file.name, stem} & named:
            yield file, fact.router_line


def _loads_by_name(facts: RepositoryFacts) -> bool:
    """Whether modules are loaded by names that are known only when the program runs."""
    return any(
        one.module in _LOADERS
        for file, fact in facts.of(PythonModule)
        if file.role is Role.SHIPPED
        for one in fact.imports
    )


def _imported(facts: RepositoryFacts) -> frozenset[str]:
    """The files that shipped modules import."""
    index = facts.derive(module_index)
    return frozenset(
        path
        for file, fact in facts.of(PythonModule)
        if file.role is not Role.TEST
        for one in fact.imports
        for path in index.imported(one, file.path)
    )


def _named(facts: RepositoryFacts) -> frozenset[str]:
    """Files and words that any file names in a text: a module may be loaded by its name."""
    found: set[str] = set()
    for file, fact in facts.of(PathMentions):
        if file.role is Role.SHIPPED:
            found.update(mention.text.rpartition("/")[2] for mention in fact.paths)
            found.update(part for mention in fact.modules for part in mention.text.split("."))
    return frozenset(found)
