"""Shell files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.shell_evaluated import evaluated_programs
from auditor.facts.shell_program import ShellProgram
from auditor.facts.shell_reader import read_shell
from auditor.facts.source import Source
from auditor.model.source import Language, SourceFile

__all__ = ["PARSER", "ShellFile"]


@dataclass(frozen=True, slots=True)
class ShellFile(Fact):
    """A shell file as a program, and the programs in those of its strings that it evaluates."""

    kind: ClassVar[str] = "shell"
    program: ShellProgram
    evaluated: tuple[ShellProgram, ...] = ()


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.SHELL


def _parse(source: Source) -> ShellFile:
    program = read_shell(source.text)
    return ShellFile(program, evaluated_programs(program))


PARSER = Parser(fact=ShellFile, accepts=_accepts, parse=_parse)
