"""What the functions of a JavaScript, TypeScript or Go file claim and do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.check_names import asks_check, is_checker, is_table_of_checks
from auditor.facts.claims import Claim, claims_of
from auditor.facts.code_body import body_of
from auditor.facts.code_errors import successes_on_error
from auditor.facts.code_scope import Scope
from auditor.facts.code_source import CODE_LANGUAGES, code_of
from auditor.facts.code_stubs import Saying, sayings, stub_in_words
from auditor.facts.code_tree import FunctionNode, TypeNode
from auditor.facts.code_values import Fallback, Figure, dice_in, fallbacks_in, figures_in
from auditor.facts.effects import Effect
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "CodeFunction", "CodeFunctions"]

_ROLES = frozenset({Role.SHIPPED, Role.TEST, Role.EXAMPLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFunction:
    """One function or method, by its qualified name.

    `effects` are its own and those of functions inside, without those of the functions that it calls; `calls` are
    ``name``, ``this.name``, ``Owner.name`` or ``module:name``. `bare` tells
    that it only returns a constant; `stub` says in words what a body without work is.
    `error_successes` are the lines at which an error turns into success, `dice` those at which chance decides.
    """

    name: str
    short_name: str
    owner: str
    line: int
    end_line: int
    marks: frozenset[str]
    decorators: tuple[str, ...]
    documentation: str
    notes: str
    claims: frozenset[Claim]
    effects: frozenset[Effect]
    calls: tuple[str, ...]
    verdicts: frozenset[Verdict]
    falls_through: bool
    returned_calls: tuple[str, ...]
    sleep_line: int | None
    statements: int
    is_generator: bool
    bare: bool
    stub: str
    sayings: tuple[tuple[int, Saying], ...]
    error_successes: tuple[int, ...]
    figures: tuple[Figure, ...]
    fallbacks: tuple[Fallback, ...]
    dice: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFunctions(Fact):
    """One file. `conditional` where it is built on some platforms alone."""

    kind: ClassVar[str] = "code-functions"
    language: Language
    functions: tuple[CodeFunction, ...]
    types: tuple[TypeNode, ...]
    conditional: bool


def _parse(source: Source) -> CodeFunctions:
    tree = code_of(source)
    imports = {one.local: one for one in tree.imports}
    go = source.file.language is Language.GO
    return CodeFunctions(
        language=source.file.language,
        functions=tuple(_function(Scope.of(one, imports, go=go)) for one in tree.functions),
        types=tuple(tree.types),
        conditional=tree.conditional,
    )


def _claims(function: FunctionNode) -> frozenset[Claim]:
    """What a function promises by its name, or as an entry of a table of checks, or as the method by which a check is asked."""
    stands = "property" in function.marks and is_table_of_checks(function.owner)
    asked = asks_check(function.name.lower()) and is_checker(function.owner)
    return claims_of(function.name) | ({Claim.CHECK} if stands or asked else frozenset())


def _function(scope: Scope) -> CodeFunction:
    function: FunctionNode = scope.function
    body = body_of(scope)
    return CodeFunction(
        name=function.qualified,
        short_name=function.name,
        owner=function.owner,
        line=function.line,
        end_line=function.end_line,
        marks=function.marks,
        decorators=function.decorators,
        documentation=function.documentation,
        notes=function.notes,
        claims=_claims(function),
        effects=body.effects,
        calls=body.calls,
        verdicts=body.verdicts,
        falls_through=body.falls_through,
        returned_calls=body.returned_calls,
        sleep_line=body.sleep_line,
        statements=body.statements,
        is_generator=body.is_generator,
        bare=body.bare,
        stub=stub_in_words(scope),
        sayings=tuple(sayings(scope)),
        error_successes=tuple(successes_on_error(scope)),
        figures=tuple(figures_in(scope)),
        fallbacks=tuple(fallbacks_in(scope)),
        dice=tuple(dice_in(scope)),
    )


def _accepts(file: SourceFile) -> bool:
    return file.language in CODE_LANGUAGES and file.role in _ROLES


PARSER = Parser(fact=CodeFunctions, accepts=_accepts, parse=_parse)
