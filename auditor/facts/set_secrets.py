"""Secrets that scripts of the repository set at its forge: ``gh secret set NAME``, also by a function that is given the name."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Command, Function, all_commands, walk

__all__ = ["secrets_set"]

_NAME = pattern(r"^[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*$")
_FORGES = {"gh": ("secret", "set"), "glab": ("variable", "set")}
_VALUED = frozenset({"--body", "-b", "--repo", "-R", "--env", "-e", "--org", "-o", "--app", "-a", "--scope", "-s", "--value", "-v"})  # fmt: skip


def secrets_set(facts: RepositoryFacts) -> frozenset[str]:
    """Their names; for `RepositoryFacts.derive`."""
    found: set[str] = set()
    for _, shell in facts.of(ShellFile):
        commands = list(all_commands(shell.program.body))
        if any(one.name in _FORGES for one in commands):
            setters = set(_setters(shell))
            found.update(name for one in commands for name in _named(one, setters))
    return frozenset(found)


def _setters(shell: ShellFile) -> Iterator[str]:
    """The functions that set a secret whose name they are given."""
    for node in walk(shell.program.body):
        if isinstance(node, Function) and any("$" in _target(one) for one in all_commands(node.body)):
            yield node.name


def _target(command: Command) -> str:
    """What a command sets, as it is written; empty where it sets nothing."""
    words = command.texts
    if tuple(words[1:3]) != _FORGES.get(command.name):
        return ""
    skip = False
    for word in words[3:]:
        if skip or word.startswith("-"):
            skip = not skip and word in _VALUED
            continue
        return word
    return ""


def _named(command: Command, setters: set[str]) -> Iterator[str]:
    given = command.texts[1:2] if command.name in setters else (_target(command),)
    yield from (one for one in given if _NAME.search(one))
