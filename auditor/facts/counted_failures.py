"""Functions of a shell program that count what went wrong, where the count decides how the program ends."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, Function, ShellProgram, all_commands

__all__ = ["counting_functions"]

_INCREMENT = pattern(r"^\(?\(?\s*(\w+)\s*(?:\+\+|\+=\s*\d+)\s*\)?\)?$")
_SUM = pattern(r"\$\(\(\s*\$?\{?(\w+)\}?\s*\+")
_TESTS = frozenset({"[", "[[", "((", "test"})
_LEAVES = frozenset({"exit", "return"})
_NAME = pattern(r"\w+")
_MOST_CALLS = 4


def counting_functions(program: ShellProgram) -> frozenset[str]:
    """The names of functions that add to a number on which a test, an ``exit`` or a ``return`` elsewhere in the program depends.

    Whoever ignores the status of such a function has not lost the failure. Calls are followed for a few steps.
    """
    counted = {function.name: _counted(function) for function in program.functions}
    found = {name for name, numbers in counted.items() if numbers & _decisive(program, name)}
    for _ in range(_MOST_CALLS):
        callers = {one.name for one in program.functions if found & {each.name for each in all_commands(one.body)}}
        if callers <= found:
            break
        found |= callers
    return frozenset(found)


def _counted(function: Function) -> set[str]:
    return {name for command in all_commands(function.body) for name in _added_to(command)}


def _added_to(command: Command) -> Iterator[str]:
    if command.name in ("((", "let"):
        words = command.texts[1:] if command.name == "let" else command.texts
        match = _INCREMENT.search("".join(words).replace(" ", ""))
        yield from [match.group(1)] if match else []
    for one in command.assignments:
        match = _SUM.search(one.value.text)
        yield from [one.name] if match and match.group(1) == one.name else []


def _decisive(program: ShellProgram, but: str) -> set[str]:
    """The words of every test and of every status that the program leaves with, save in the function `but`."""
    own = {id(one) for function in program.functions if function.name == but for one in all_commands(function.body)}
    return {
        match.group()
        for command in all_commands(program.body)
        if id(command) not in own and not _increments(command) and (command.name in _TESTS or command.name in _LEAVES)
        for match in _NAME.finditer(command.text)
    }


def _increments(command: Command) -> bool:
    return any(True for _ in _added_to(command))
