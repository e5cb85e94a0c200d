"""Programs in strings: what a shell program hands to a function of its own that evaluates it (``check "docs" "test -f README.md"``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.facts.base import ParseFailure
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command, Function, ShellProgram, all_commands
from auditor.facts.shell_reader import read_shell

__all__ = ["evaluated_programs"]

_PARAMETER = pattern(r"^\$\{?([1-9])\}?$")
_VARIABLE = pattern(r"^\$\{?(\w+)\}?$")
_SHELLS = frozenset({"bash", "sh", "zsh"})
_MOST = 300
_LONGEST = 2_000


def evaluated_programs(program: ShellProgram) -> tuple[ShellProgram, ...]:
    """The literal strings that are evaluated as programs, read, each at its line, in the order of the text."""
    evaluators = {one.name: at for one in program.functions for at in (_evaluated_parameter(one),) if at}
    if not evaluators:
        return ()
    return tuple(_programs(program, evaluators))


def _programs(program: ShellProgram, evaluators: Mapping[str, int]) -> Iterator[ShellProgram]:
    found = 0
    for command in all_commands(program.body):
        at = evaluators.get(command.texts[0], 0) if command.words else 0
        word = command.words[at] if 0 < at < len(command.words) else None
        if word is None or not word.quoted or not word.text.strip() or len(word.text) > _LONGEST:
            continue
        found += 1
        if found > _MOST:
            return
        try:
            yield read_shell(word.text.replace('\\"', '"'), word.line)  # what is quoted within the string
        except ParseFailure:
            continue


def _evaluated_parameter(function: Function) -> int:
    """The number of the parameter that the function runs as a program; 0 where it runs none."""
    parameters = {name: at for command in all_commands(function.body) for name, at in _named(command)}
    for command in all_commands(function.body):
        for text in _run(command):
            direct, variable = _PARAMETER.search(text), _VARIABLE.search(text)
            if direct:
                return int(direct.group(1))
            if variable and variable.group(1) in parameters:
                return parameters[variable.group(1)]
    return 0


def _named(command: Command) -> Iterator[tuple[str, int]]:
    """The parameters that a command gives names to: ``local what=$1``."""
    for one in command.assignments:
        match = _PARAMETER.search(one.value.text)
        if match:
            yield one.name, int(match.group(1))


def _run(command: Command) -> Iterator[str]:
    """What a command runs as a program: the text after ``eval`` or ``bash -c``, or the variable that it consists of."""
    texts = command.texts
    if texts[:1] == ("eval",):
        yield from texts[1:2]
    elif len(texts) > 2 and texts[0] in _SHELLS and texts[1] == "-c":  # noqa: PLR2004 - the shell, its option, the text
        yield texts[2]
    elif len(texts) == 1:
        yield texts[0]
