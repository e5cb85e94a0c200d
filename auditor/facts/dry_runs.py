"""Which commands run for real: those that no branch for a dry run guards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.facts.shell_program import Chain, Command, Function, If, Node, all_commands, children

__all__ = ["live_commands"]


def live_commands(nodes: Iterable[Node]) -> Iterator[Command]:
    """The commands of the statements, without functions and without what a dry run guards."""
    waiting = list(reversed(list(nodes)))
    while waiting:
        node = waiting.pop()
        if isinstance(node, Command):
            yield node
        if isinstance(node, Function) or _is_guard(node):
            continue
        waiting.extend(reversed(children(node)))


def _is_guard(node: Node) -> bool:
    if isinstance(node, If):
        return any(_mentions_dry_run(branch.condition) for branch in node.branches)
    return isinstance(node, Chain) and _mentions_dry_run((node.left,))


def _mentions_dry_run(condition: tuple[Node, ...]) -> bool:
    return any("dry" in command.text.lower() for command in all_commands(condition))
