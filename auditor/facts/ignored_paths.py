"""What git is told to ignore: files that are made, not kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.repository import RepositoryFacts
from auditor.facts.source import Source

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = ["PARSER", "IgnoredPaths", "is_ignored", "matches_any"]

_MOST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredPaths(Fact):
    """The patterns of one .gitignore."""

    kind: ClassVar[str] = "ignored-paths"
    patterns: tuple[str, ...]


def _parse(source: Source) -> IgnoredPaths:
    lines = [line for line in source.lines[:_MOST] if line.strip() and not line.startswith("#")]
    return IgnoredPaths(patterns=tuple(line for line in lines if len(line) < 200 and line.count("*") < 8))  # noqa: PLR2004 - longer ones are no names


def is_ignored(path: str, facts: RepositoryFacts) -> bool:
    """Whether a .gitignore at or above the path ignores it."""
    for folder, spec in facts.derive(_specs):
        if path.startswith(folder) and spec.match_file(path.removeprefix(folder)):
            return True
    return False


def matches_any(patterns: tuple[str, ...], path: str) -> bool:
    """Whether one of the patterns ignores a path, seen from the folder of their file; broken ones ignore none."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - as below

    try:
        return bool(GitIgnoreSpec.from_lines(patterns).match_file(path))
    except ValueError:
        return False


def _specs(facts: RepositoryFacts) -> tuple[tuple[str, GitIgnoreSpec], ...]:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - slow to load, and listing rules needs none

    found = []
    for file, fact in facts.of(IgnoredPaths):
        try:
            found.append((file.path.removesuffix(file.name), GitIgnoreSpec.from_lines(fact.patterns)))
        except ValueError:
            continue
    return tuple(found)


PARSER = Parser(fact=IgnoredPaths, accepts=lambda file: file.name == ".gitignore", parse=_parse)
