"""Functions of a shell program that count what went wrong, where the count decides how the program ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, Function, Node, ShellProgram, all_commands

__all__ = ["added_to", "counting_functions"]

_INCREMENT = pattern(r"^\(?\(?\s*(\w+)\s*(?:\+\+|\+=\s*\d+)\s*\)?\)?$")
_SUM = pattern(r"\$\(\(\s*\$?\{?(\w+)\}?\s*\+")
_DECIDES = frozenset({"[", "[[", "((", "test", "exit", "return"})
_NAME = pattern(r"\w+")
_MOST_CALLS = 4


def counting_functions(program: ShellProgram) -> frozenset[str]:
    """The names of functions that add to a number on which a test, an ``exit`` or a ``return`` elsewhere in the program depends.

    Whoever ignores the status of such a function has not lost the failure. Calls are followed for a few steps.
    """
    if not program.functions:
        return frozenset()
    everywhere = _decisive(program.body)
    found = {one.name for one in program.functions if any(everywhere[name] > own for name, own in _own(one).items())}
    for _ in range(_MOST_CALLS):
        callers = {one.name for one in program.functions if found & {each.name for each in all_commands(one.body)}}
        if callers <= found:
            break
        found |= callers
    return frozenset(found)


def _own(function: Function) -> dict[str, int]:
    """What a function adds to, with how often it decides by that itself."""
    decisive = _decisive(function.body)
    return {name: decisive[name] for command in all_commands(function.body) for name in added_to(command)}


def added_to(command: Command) -> Iterator[str]:
    """The names of the numbers that a command adds to."""
    if command.name in ("((", "let"):
        words = command.texts[1:] if command.name == "let" else command.texts
        match = _INCREMENT.search("".join(words).replace(" ", ""))
        yield from [match.group(1)] if match else []
    for one in command.assignments:
        match = _SUM.search(one.value.text)
        yield from [one.name] if match and match.group(1) == one.name else []


def _decisive(body: Iterable[Node]) -> Counter[str]:
    """How often each word stands in a test, or in the status that the statements leave with."""
    return Counter(
        match.group()
        for command in all_commands(body)
        if command.name in _DECIDES and not any(True for _ in added_to(command))
        for match in _NAME.finditer(command.text)
    )
