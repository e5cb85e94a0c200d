"""Hooks of pre-commit that the repository defines itself (https://pre-commit.com/#repository-local-hooks)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Scalar, read_yaml

__all__ = ["PARSER", "CommitHooks", "Hook"]

_FILES = frozenset({".pre-commit-config.yaml", ".pre-commit-config.yml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One hook of ``repo: local``: what it is called, and the command that it runs."""

    name: str
    entry: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitHooks(Fact):
    """The local hooks of one configuration, in the order of the text."""

    kind: ClassVar[str] = "commit-hooks"
    hooks: tuple[Hook, ...]


def _parse(source: Source) -> CommitHooks | None:
    try:
        roots = read_yaml(source.text)
    except ParseFailure:
        return None  # whoever reads the file for what it is reports it
    found = tuple(hook for root in roots if isinstance(root, Mapping) for hook in _hooks(root))
    return CommitHooks(hooks=found) if found else None


def _hooks(root: Mapping) -> Iterator[Hook]:
    for repository in root.items("repos"):
        if not isinstance(repository, Mapping) or repository.text("repo") != "local":
            continue
        for hook in repository.items("hooks"):
            entry = hook.get("entry") if isinstance(hook, Mapping) else None
            if isinstance(hook, Mapping) and isinstance(entry, Scalar):
                yield Hook(name=hook.text("name") or hook.text("id"), entry=entry.text, line=entry.line)


PARSER = Parser(fact=CommitHooks, accepts=lambda file: file.name in _FILES, parse=_parse)
