"""Which files of rules a Prometheus configuration of the repository loads."""

from __future__ import annotations

from fnmatch import fnmatchcase

from auditor.facts.path_mentions import PathMentions
from auditor.facts.prometheus import PrometheusFile
from auditor.facts.repository import RepositoryFacts

__all__ = ["is_loaded", "is_named_elsewhere", "loaded_files", "rule_file_patterns"]


def rule_file_patterns(facts: RepositoryFacts) -> tuple[str, ...]:
    """The names, without folders, of the rule files that configurations ask for; for `RepositoryFacts.derive`."""
    configs = [fact for _, fact in facts.of(PrometheusFile) if fact.is_config]
    return tuple(one.text.rpartition("/")[2] for fact in configs for one in fact.rule_files)


def loaded_files(facts: RepositoryFacts) -> frozenset[str]:
    """The rule files that are loaded: those where relative entries point to, or where none is there, all that may be.

    For `RepositoryFacts.derive`.
    """
    paths = [file.path for file, fact in facts.of(PrometheusFile) if fact.rules]
    if not facts.derive(rule_file_patterns):
        return frozenset(paths)
    placed = frozenset(path for path in paths if any(fnmatchcase(path, one) for one in facts.derive(_placed_patterns)))
    found = {file.path for file, fact in facts.of(PrometheusFile) if fact.rules and fact.rules.resource}
    return (placed or frozenset(path for path in paths if is_loaded(path, facts))) | found


def _placed_patterns(facts: RepositoryFacts) -> tuple[str, ...]:
    """The entries as paths of the repository, from the folder of their configuration; of absolute ones, the name."""
    found = []
    for file, fact in facts.of(PrometheusFile):
        folder = file.path.rpartition("/")[0]
        for one in fact.rule_files if fact.is_config else ():
            text = one.text.removeprefix("./")
            absolute = f"*/{text.rpartition('/')[2]}"
            found.append(absolute if text.startswith("/") else f"{folder}/{text}".lstrip("/"))
    return tuple(found)


def is_loaded(path: str, facts: RepositoryFacts) -> bool:
    """Whether a configuration asks for a file of this name, or another file names it or its folder."""
    name, folder = path.rpartition("/")[2], path.rpartition("/")[0]
    if any(fnmatchcase(name, one) for one in facts.derive(rule_file_patterns)):
        return True
    return is_named_elsewhere(name, path, facts) or (bool(folder) and _names_folder(folder, path, facts))


def is_named_elsewhere(name: str, path: str, facts: RepositoryFacts) -> bool:
    """Whether a file other than the one at `path` mentions a path with this name in it."""
    return any(
        name in mention.text for file, fact in facts.of(PathMentions) if file.path != path for mention in fact.paths
    )


def _names_folder(folder: str, path: str, facts: RepositoryFacts) -> bool:
    named = (mention.text for file, fact in facts.of(PathMentions) if file.path != path for mention in fact.paths)
    return any(one.rstrip("/").endswith(folder) for one in named)
