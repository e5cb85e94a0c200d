"""What a loop asks again and again, and by which answer it is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.facts.counted_commands import whose_failure_counts
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import (
    Chain,
    If,
    Node,
    all_commands,
    commands,
)

__all__ = ["ASKS", "answers_in", "asked_in", "leaves_loop"]

_VARIABLE = pattern(r"\$\{?(\w+)")
ASKS = frozenset(
    {
        "curl",
        "wget",
        "nc",
        "kubectl",
        "docker",
        "docker-compose",
        "pg_isready",
        "redis-cli",
        "http",
        "grpcurl",
        "systemctl",
        "mysqladmin",
        "psql",
        "dig",
        "nslookup",
        "host",
        "aws",
        "az",
        "gcloud",
        "doctl",
        "ssh",
        "mongosh",
        "rabbitmqctl",
        "cqlsh",
        "oc",
        "helm",
        "vault",
        "consul",
    }
)


def asked_in(body: Sequence[Node]) -> Iterator[str]:
    """What the loop asks, where the answer ends the loop."""
    kept = answers_in(body)
    for node in body:
        if isinstance(node, If):
            for branch in node.branches:
                if leaves_loop(branch.body):
                    yield from (one.name for one in all_commands(branch.condition) if one.name in ASKS)
                    yield from (asker for name in _read(branch.condition) for asker in kept.get(name, ()))
        elif isinstance(node, Chain) and node.operator == "&&" and leaves_loop((node.right,)):
            yield from (asker for name in _read((node.left,)) for asker in kept.get(name, ()))
            yield from (one.name for one in all_commands((node.left,)) if one.name in ASKS or whose_failure_counts(one))
        elif isinstance(node, Chain) and node.operator == "||":
            yield from asked_in((node.left,))


def answers_in(body: Sequence[Node]) -> dict[str, list[str]]:
    """The variables of a loop that hold an answer, with what was asked."""
    found: dict[str, list[str]] = {}
    for command in commands(body):
        askers = [one.name for one in all_commands(command.substitutions) if one.name in ASKS]
        for one in command.assignments if askers and not command.words else ():
            found.setdefault(one.name, []).extend(askers)
    return found


def _read(condition: Sequence[Node]) -> Iterator[str]:
    """The variables that a condition compares."""
    for command in commands(condition):
        for word in command.words:
            yield from (one.group(1) for one in _VARIABLE.finditer(word.text))


def leaves_loop(body: Sequence[Node]) -> bool:
    return any(
        one.name == "break" or (one.name in ("exit", "return") and one.texts[1:] in ((), ("0",)))
        for one in commands(body)
    )
