"""Compose files that a script calls by their bare names, and that lie in another folder."""

from __future__ import annotations

from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts

__all__ = ["COMPOSE_NAME", "composed_elsewhere"]

COMPOSE_NAME = pattern(r"(?:^|/)(?:docker-)?compose(?:[\w.-]|\$\{?\w+\}?)*\.ya?ml$")
"""What compose files are called, with variables of a shell in their names."""
_MOST_NAMES = 500
"""With more names of compose files, none is looked for of which a part is computed."""
_VARIABLE = pattern(r"\$(?:\{\w+\}|\w+)")


def composed_elsewhere(name: str, folder: str, facts: RepositoryFacts) -> str:
    """The first compose file of this name, of which any part may be computed, where none is at the root or in the folder."""
    folders = facts.derive(_compose_files)
    parts = _VARIABLE.sub("\0", name).split("\0")
    several = folders if len(folders) <= _MOST_NAMES else ()
    matching = [kept for kept in several if _is_made_of(kept, parts)] if len(parts) > 1 else [name]
    named = [(place, kept) for kept in matching for place in folders.get(kept, ())]
    if not named or any(place in ("", folder) for place, _ in named):
        return ""
    return min(f"{place}/{kept}" for place, kept in named)


def _compose_files(facts: RepositoryFacts) -> dict[str, frozenset[str]]:
    """The folders of the compose files of each name; for `RepositoryFacts.derive`."""
    found: dict[str, set[str]] = {}
    for path in facts.all_paths:
        if "compose" in path and COMPOSE_NAME.search(path):
            found.setdefault(path.rpartition("/")[2], set()).add(path.rpartition("/")[0])
    return {name: frozenset(folders) for name, folders in found.items()}


def _is_made_of(name: str, parts: list[str]) -> bool:
    """Whether a name begins and ends as the parts do, and has those between in their order, with something between any two."""
    if not name.startswith(parts[0]) or not name.endswith(parts[-1]):
        return False
    at, end = len(parts[0]), len(name) - len(parts[-1])
    for part in parts[1:-1]:
        found = name.find(part, at + 1, end)
        if found < 0:
            return False
        at = found + len(part)
    return at < end
