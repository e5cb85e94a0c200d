"""What conditions of a shell program ask: which of several ways was chosen, or how a check ended."""

from __future__ import annotations

from auditor.facts.counted_commands import whose_failure_counts
from auditor.facts.pattern import pattern
from auditor.facts.shell_effects import Effect, effect_of
from auditor.facts.shell_program import Command, If, Node, Pipeline, Prefixed, all_commands
from auditor.facts.tolerated_failures import is_tolerated

__all__ = ["failing_branch", "is_choice", "only_shows"]

_CHOICE = pattern(r"^\[\[? \"?\$\{?\w+(?::-[\w-]*)?\}?\"? (?:=|==|!=) [\"']?[\w.*-]+[\"']? \]\]?$")
_SHOWN = frozenset({"grep", "egrep", "head", "tail", "cat", "ls", "jq", "wc", "sort", "uniq"})
_OUTCOME = pattern(
    r"(?i)status|result|health|code|state|exit|outcome|response|ready|ok\b|fail|pass|error|count|check|valid|phase|rc\b"
)


def failing_branch(node: If, *, any_work: bool = False) -> tuple[Node, ...] | None:
    """What an ``if`` does where the check that it asks has failed; None where it asks no check, or does nothing then.

    With `any_work` whatever changes something counts as a check.
    """
    first, *others = node.branches
    if others or len(first.condition) != 1:
        return None
    asked = first.condition[0]
    negated = isinstance(asked, Prefixed) and asked.operator == "!"
    inner = asked.body if isinstance(asked, Prefixed) else asked
    last = inner.parts[-1] if isinstance(inner, Pipeline) and inner.parts else inner
    counts = _does_work if any_work else whose_failure_counts
    if not isinstance(last, Command) or not counts(last):
        return None
    return first.body if negated else node.otherwise or None


def _does_work(command: Command) -> bool:
    return effect_of(command) is Effect.WORK and not is_tolerated(command)


def is_choice(node: If) -> bool:
    """Whether the branches tell which of several ways was chosen: a variable is compared with words, and is no status."""
    conditions = [command.text for branch in node.branches for command in all_commands(branch.condition)]
    return all(_CHOICE.search(text) is not None and not _OUTCOME.search(text) for text in conditions)


def only_shows(node: Node) -> bool:
    """Whether a statement only shows what a file or a search holds."""
    return isinstance(node, Pipeline | Command) and all(one.name in _SHOWN for one in all_commands((node,)))
