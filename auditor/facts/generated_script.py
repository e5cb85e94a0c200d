"""Shell scripts that programs write out: documents inside of other files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.shell_program import ShellProgram
from auditor.facts.shell_reader import read_shell
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "GeneratedScript"]

_INSIDE = pattern(r"\.(?:py|sh|bash|ya?ml)/[^/]+$")
"""What the path of a document looks like that lies in another file."""


@dataclass(frozen=True, slots=True)
class GeneratedScript(Fact):
    """A script as a program, with the lines of the file that writes it."""

    kind: ClassVar[str] = "generated-script"
    program: ShellProgram


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.SHELL and _INSIDE.search(file.path) is not None


PARSER = Parser(fact=GeneratedScript, accepts=_accepts, parse=lambda source: GeneratedScript(read_shell(source.text)))
