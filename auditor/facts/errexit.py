"""Where a shell program ends at the first command that fails (``set -e``), and which commands are exempt from that.

https://www.gnu.org/software/bash/manual/bash.html#The-Set-Builtin
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.pattern import pattern
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Chain, Command, If, Loop, Node, Prefixed, ShellProgram, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of

__all__ = ["ShellRun", "exempt_commands", "shell_runs", "strict_runs"]

_RUNS_STRICTLY = pattern(r"^(?:bash|sh)?$|^(?:bash|sh) .*-[a-zA-Z]*e")
"""What runs a step so that it ends at a failure; ``bash {0}`` does not."""
_LETTERS = pattern(r"^([+-])([a-zA-Z]*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellRun:
    """A program as it is run: whether it `ends` at a failure, and whether a failure inside of a pipe is one (`piped`)."""

    program: ShellProgram
    symbol: str
    ends: bool
    piped: bool


def shell_runs(source: Source) -> Iterator[ShellRun]:
    """The programs of a file: that of a shell file, and those of the steps of its jobs.

    A step of a GitHub workflow is run by ``bash -e``, and with ``shell: bash`` by ``bash -eo pipefail``
    (https://docs.github.com/en/actions/writing-workflows/workflow-syntax-for-github-actions#jobsjob_idstepsshell). GitLab's runner sets
    ``errexit`` and ``pipefail`` (https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/shells/bash.go).
    """
    shell = source.fact(ShellFile)
    if shell is not None:
        first = source.lines[0] if source.lines else ""
        yield _run(shell.program, "", ends=first.startswith("#!") and first.rstrip().endswith(" -e"), piped=False)
    of_gitlab = source.fact(GitlabPipeline) is not None
    for job in jobs_of(source):
        for step in job.steps:
            if step.program is not None:
                ends = _RUNS_STRICTLY.search(step.shell) is not None
                symbol = f"{job.id}/{step.name or step.id}"
                yield _run(step.program, symbol, ends=ends, piped=of_gitlab or step.shell == "bash")


def strict_runs(source: Source) -> Iterator[ShellRun]:
    """Those that end at the first failure."""
    return (one for one in shell_runs(source) if one.ends)


def _run(program: ShellProgram, symbol: str, *, ends: bool, piped: bool) -> ShellRun:
    """A program that begins with these options; those that it switches off anywhere are taken for off."""
    switched = {
        option for command in all_commands(program.body) if command.name == "set" for option in _options(command)
    }
    return ShellRun(
        program=program,
        symbol=symbol,
        ends=(ends or ("-", "errexit") in switched) and ("+", "errexit") not in switched,
        piped=(piped or ("-", "pipefail") in switched) and ("+", "pipefail") not in switched,
    )


def _options(command: Command) -> Iterator[tuple[str, str]]:
    """What ``set`` switches on (``-``) and off (``+``): ``set -eo pipefail +u``."""
    sign = ""
    for text in command.texts[1:]:
        found = _LETTERS.search(text)
        if found is None:
            if sign:
                yield sign, text
            sign = ""
            continue
        if "e" in found.group(2):
            yield found.group(1), "errexit"
        sign = found.group(1) if found.group(2).endswith("o") else ""


def exempt_commands(program: ShellProgram) -> frozenset[int]:
    """The ids of commands whose failure ends nothing: conditions, what is made up for, and functions that are called so."""
    found = {id(one) for node in walk(program.body) for one in walk(_condition(node)) if isinstance(one, Command)}
    mild: set[str] = set()
    while True:
        called = {one.name for one in all_commands(program.body) if id(one) in found}
        more = [one for one in program.functions if one.name in called - mild]
        if not more:
            return frozenset(found)
        mild |= {one.name for one in more}
        found.update(id(inner) for one in more for inner in all_commands(one.body))


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
