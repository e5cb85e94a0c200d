"""Here-documents of shell, and programs that its commands are given: in shell files, and in the steps of workflows and pipelines."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.embedded_document import Candidate
from auditor.facts.inline_python import PYTHON, inline_python
from auditor.facts.shell_effects import writes_to
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import units_of

__all__ = ["shell_candidates"]

_LEAST_LINES = 3
_SHELLS = frozenset({"bash", "sh", "zsh", "ash", "dash", "ssh"})


def shell_candidates(source: Source) -> Iterator[Candidate]:
    """Every text of some length that is written to a file, or that a command reads or runs."""
    seen: set[int] = set()
    for unit in units_of(source):
        for command in all_commands(unit.body):
            for one in (*_documents(command), *inline_python(command)):
                if one.line not in seen and one.text.count("\n") >= _LEAST_LINES:
                    seen.add(one.line)
                    yield one


def _documents(command: Command) -> Iterator[Candidate]:
    name = _file_name(command)
    if command.name in _SHELLS or PYTHON.search(command.name) or (command.name == "cat" and not name):
        return
    for redirect in command.redirects:
        if redirect.operator == "<<":
            yield Candidate(text=redirect.target.text, line=redirect.target.line, file_name=name)


def _file_name(command: Command) -> str:
    """Where the command writes: by redirection, or as an argument of ``tee``."""
    names = [*writes_to(command), *(text for text in command.texts[1:] if command.name == "tee" and text[:1] != "-")]
    return names[0].strip("\"'") if names else ""
