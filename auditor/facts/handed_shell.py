"""Programs that a shell program hands to another shell: here, on another machine, or in a container."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from auditor.facts.base import ParseFailure
from auditor.facts.shell_program import Command, Node, ShellProgram, Word, all_commands
from auditor.facts.shell_reader import read_shell

__all__ = ["handed_programs"]

_SHELLS = frozenset({"bash", "sh", "zsh", "ash", "dash"})
_CARRIERS = frozenset(
    {
        "ssh",
        "docker",
        "podman",
        "kubectl",
        "oc",
        "docker-compose",
        "flyctl",
        "fly",
        "gcloud",
        "su",
        "vagrant",
        "multipass",
        "lxc",
        "nsenter",
        "chroot",
    }
)
_COMMAND = frozenset({"-c", "-lc", "-ec", "-xc", "-euc", "-exc", "-euxc", "-eu", "-cl", "-ce", "--command"})
_MOST = 20_000
"""Signs of a program that is handed over: a longer one is data."""


def handed_programs(body: Iterable[Node]) -> Iterator[ShellProgram]:
    """The programs in here-documents and quoted words that a shell runs, with the lines of the file.

    ``ssh host <<'EOF'``, ``ssh host "..."``, ``bash -c '...'``, ``docker exec api sh -c "..."``; one that cannot be read is left out.
    """
    for command in all_commands(body):
        for word in _handed(command):
            if len(word.text) > _MOST:
                continue
            try:
                yield read_shell(word.text, word.line)
            except ParseFailure:
                continue


def _handed(command: Command) -> Iterator[Word]:
    runs_shell = command.name in _SHELLS or (command.name in _CARRIERS and bool(_SHELLS & set(command.texts)))
    if command.name == "ssh" or runs_shell:
        yield from (one.target for one in command.redirects if one.operator == "<<")
    words = command.words
    if command.name == "ssh" and len(words) > 2 and words[-1].quoted and " " in words[-1].text:  # noqa: PLR2004 - a host and a program
        yield words[-1]
    for option, word in pairwise(words) if runs_shell else ():
        if option.text in _COMMAND and word.quoted:
            yield word
            return
