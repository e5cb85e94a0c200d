"""What is wrong with the tests of a JavaScript, TypeScript or Go file, told from its syntax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.code_source import CODE_LANGUAGES, code_of
from auditor.facts.flaws import FlawAt
from auditor.facts.go_tests import go_flaws
from auditor.facts.script_switches import switch_flaws
from auditor.facts.script_tests import script_flaws
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "CodeTests"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTests(Fact):
    """The flaws of the tests of one file, by line."""

    kind: ClassVar[str] = "code-tests"
    flaws: tuple[FlawAt, ...]


def _parse(source: Source) -> CodeTests:
    tree = code_of(source)
    found = go_flaws(tree) if source.file.language is Language.GO else (*script_flaws(tree), *switch_flaws(tree))
    return CodeTests(flaws=tuple(sorted(found)))


def _accepts(file: SourceFile) -> bool:
    return file.language in CODE_LANGUAGES and file.role is Role.TEST


PARSER = Parser(fact=CodeTests, accepts=_accepts, parse=_parse)
