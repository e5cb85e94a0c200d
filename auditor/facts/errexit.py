"""Where a shell program ends at the first command that fails (``set -e``), and which commands are exempt from that.

https://www.gnu.org/software/bash/manual/bash.html#The-Set-Builtin
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Chain, Command, If, Loop, Node, Prefixed, ShellProgram, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import jobs_of

__all__ = ["exempt_commands", "fails_in_pipes", "strict_programs"]

_LEAVES = pattern(r"^-[a-zA-Z]*e")


def strict_programs(source: Source) -> Iterator[tuple[ShellProgram, bool]]:
    """The programs of a file that end at a failure, each with whether a failure inside of a pipe counts, too.

    A step of a GitHub workflow is run by ``bash -e``, and with ``shell: bash`` by ``bash -eo pipefail``
    (https://docs.github.com/en/actions/writing-workflows/workflow-syntax-for-github-actions#jobsjob_idstepsshell).
    """
    shell = source.fact(ShellFile)
    if shell is not None and _leaves(shell.program, source):
        yield shell.program, fails_in_pipes(shell.program)
    for job in jobs_of(source):
        for step in job.steps:
            if step.program is not None and not _goes_on(step.program):
                yield step.program, step.shell == "bash" or fails_in_pipes(step.program)


def fails_in_pipes(program: ShellProgram) -> bool:
    """Whether the program sets ``pipefail``."""
    return any(
        one.name == "set" and any("pipefail" in text for text in one.texts) for one in all_commands(program.body)
    )


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


def _leaves(program: ShellProgram, source: Source) -> bool:
    first = source.lines[0] if source.lines else ""
    return (first.startswith("#!") and first.rstrip().endswith(" -e")) or (
        any(
            one.name == "set" and ("errexit" in one.texts or any(_LEAVES.search(text) for text in one.texts[1:]))
            for one in all_commands(program.body)
        )
        and not _goes_on(program)
    )


def _goes_on(program: ShellProgram) -> bool:
    return any(
        one.name == "set" and any(text in ("+e", "+o") for text in one.texts) for one in all_commands(program.body)
    )


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
