"""Here-documents of shell: in shell files, and in the steps of workflows and pipelines."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.embedded_document import Candidate
from auditor.facts.shell_effects import writes_to
from auditor.facts.shell_program import Command, all_commands
from auditor.facts.source import Source
from auditor.facts.work_units import units_of

__all__ = ["shell_candidates"]

_LEAST_LINES = 3
_SHELLS = frozenset({"bash", "sh", "zsh", "ash", "dash", "ssh"})


def shell_candidates(source: Source) -> Iterator[Candidate]:
    """Every here-document of some length that is written to a file, or whose command reads it."""
    seen: set[int] = set()
    for unit in units_of(source):
        for command in all_commands(unit.body):
            for redirect in command.redirects:
                word = redirect.target
                if redirect.operator != "<<" or word.text.count("\n") < _LEAST_LINES or word.line in seen:
                    continue
                name = _file_name(command)
                if command.name not in _SHELLS and (name or command.name != "cat"):
                    seen.add(word.line)
                    yield Candidate(text=word.text, line=word.line, file_name=name)


def _file_name(command: Command) -> str:
    """Where the command writes: by redirection, or as an argument of ``tee``."""
    names = [*writes_to(command), *(text for text in command.texts[1:] if command.name == "tee" and text[:1] != "-")]
    return names[0].strip("\"'") if names else ""
