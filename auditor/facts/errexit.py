"""Where a shell program ends at the first command that fails (``set -e``), and which commands are exempt from that.

https://www.gnu.org/software/bash/manual/bash.html#The-Set-Builtin
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.pattern import pattern
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Chain, Command, If, Loop, Node, Prefixed, ShellProgram, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of

__all__ = ["ShellRun", "exempt_commands", "shell_runs", "strict_runs"]

_STRICT = ("-eo", "pipefail")
_GIVEN = {"": ("-e",), "sh": ("-e",), "bash": _STRICT}
"""What GitHub gives the shell of a step, by what the step says of it
(https://docs.github.com/en/actions/writing-workflows/workflow-syntax-for-github-actions#jobsjob_idstepsshell)."""
_LETTERS = pattern(r"^([+-])([a-zA-Z]*)$")
_LONG = {"e": "errexit", "E": "errtrace"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellRun:
    """A program as it is run: what its shell does at a failure.

    Whether it `ends`, whether a failure inside of a pipe is one (`piped`), and whether functions have its trap on errors (`inherits`).
    """

    program: ShellProgram
    symbol: str
    ends: bool
    piped: bool
    inherits: bool


def shell_runs(source: Source) -> Iterator[ShellRun]:
    """The programs of a file: that of a shell file, and those of the steps of its jobs.

    GitLab's runner sets ``errexit`` and ``pipefail`` (https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/shells/bash.go).
    """
    shell = source.fact(ShellFile)
    if shell is not None:
        first = source.lines[0] if source.lines else ""
        yield _run(shell.program, "", first.split()[1:] if first.startswith("#!") else ())
    of_gitlab = source.fact(GitlabPipeline) is not None
    for job in jobs_of(source):
        for step in job.steps:
            if step.program is not None:
                given = _STRICT if of_gitlab else _GIVEN.get(step.shell) or step.shell.split()[1:]
                yield _run(step.program, f"{job.id}/{step.name or step.id}", given)


def strict_runs(source: Source) -> Iterator[ShellRun]:
    """Those that end at the first failure."""
    return (one for one in shell_runs(source) if one.ends)


def _run(program: ShellProgram, symbol: str, given: Iterable[str]) -> ShellRun:
    """A program that begins with options; those that it switches off anywhere are taken for off."""
    switched = set(_options(given))
    for command in all_commands(program.body):
        switched.update(_options(command.texts[1:]) if command.name == "set" else ())
    on = {name for sign, name in switched if sign == "-"} - {name for sign, name in switched if sign == "+"}
    return ShellRun(
        program=program, symbol=symbol, ends="errexit" in on, piped="pipefail" in on, inherits="errtrace" in on
    )


def _options(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What is switched on (``-``) and off (``+``): ``-eo pipefail +E``."""
    sign = ""
    for text in texts:
        found = _LETTERS.search(text)
        if found is None:
            if sign:
                yield sign, text
            sign = ""
            continue
        yield from ((found.group(1), _LONG[letter]) for letter in found.group(2) if letter in _LONG)
        sign = found.group(1) if found.group(2).endswith("o") else ""


def exempt_commands(program: ShellProgram) -> frozenset[int]:
    """The ids of commands whose failure ends nothing: conditions, what is made up for, and functions that are called so."""
    bodies: dict[str, list[Command]] = {}
    for function in program.functions:
        bodies.setdefault(function.name, []).extend(all_commands(function.body))
    waiting = [one for node in walk(program.body) for one in walk(_condition(node)) if isinstance(one, Command)]
    found: set[int] = set()
    while waiting:
        command = waiting.pop()
        found.add(id(command))
        waiting.extend(bodies.pop(command.name, ()))
    return frozenset(found)


def _condition(node: Node) -> tuple[Node, ...]:
    if isinstance(node, If):
        return tuple(one for branch in node.branches for one in branch.condition)
    if isinstance(node, Loop):
        return node.condition
    if isinstance(node, Chain):
        return (node.left,)
    if isinstance(node, Prefixed):
        return (node.body,)
    return ()
