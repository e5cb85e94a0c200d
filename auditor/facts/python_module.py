"""What a Python module imports, defines, claims and does."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.claims import Claim, claims_of
from auditor.facts.effects import Effect
from auditor.facts.python_body import body_of
from auditor.facts.python_checks import is_asked, is_registered
from auditor.facts.python_imports import PythonImport, imports_of
from auditor.facts.python_symbols import (
    ClassSymbols,
    ModuleSymbols,
    SymbolUse,
    class_symbols,
    module_symbols,
    symbol_uses,
)
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.source import Language

__all__ = ["PARSER", "PythonFunction", "PythonModule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFunction:
    """One function or method.

    `effects` are its own, without those of the functions that it calls; `calls` are dotted names: ``self.x`` for
    methods, resolved through the imports otherwise. `verdicts` are those of its return statements; `falls_through`
    tells whether it can end without one, and `returned_calls` whose results are handed on where those are all that is undecided.
    """

    name: str
    owner: str
    line: int
    end_line: int
    is_generator: bool
    is_async: bool
    is_test: bool
    nested: bool
    decorators: tuple[str, ...]
    parameters: tuple[str, ...]
    documentation: str
    claims: frozenset[Claim]
    effects: frozenset[Effect]
    calls: tuple[str, ...]
    verdicts: frozenset[Verdict]
    falls_through: bool
    returned_calls: tuple[str, ...]
    sleep_line: int | None
    statements: int

    @property
    def short_name(self) -> str:
        """The name without what encloses it."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonModule(Fact):
    """One module. `symbols` are the names that others can import from it."""

    kind: ClassVar[str] = "python-module"
    imports: tuple[PythonImport, ...]
    functions: tuple[PythonFunction, ...]
    classes: tuple[ClassSymbols, ...]
    symbols: ModuleSymbols
    uses: tuple[SymbolUse, ...]


def _parse(source: Source) -> PythonModule:
    syntax = syntax_of(source)
    return PythonModule(
        imports=imports_of(syntax),
        functions=tuple(_function(view, syntax) for view in syntax.functions),
        classes=tuple(class_symbols(node, name, syntax) for node, name in syntax.classes),
        symbols=module_symbols(syntax),
        uses=symbol_uses(syntax),
    )


def _function(view: FunctionView, syntax: PythonSyntax) -> PythonFunction:
    body = body_of(view, syntax)
    return PythonFunction(
        name=view.qualified,
        owner=view.qualified.rpartition(".")[0] if view.owner else "",
        line=view.node.lineno,
        end_line=view.node.end_lineno or view.node.lineno,
        is_generator=bool(view.of(ast.Yield, ast.YieldFrom)),
        is_async=isinstance(view.node, ast.AsyncFunctionDef),
        is_test=view.is_test,
        nested=view.nested,
        decorators=tuple(_decorator(one, syntax) for one in view.node.decorator_list),
        parameters=view.parameters,
        documentation=view.docstring.strip().partition("\n")[0],
        claims=claims_of(view.name) | ({Claim.CHECK} if is_asked(view) or is_registered(view, syntax) else set()),
        effects=body.effects,
        calls=body.calls,
        verdicts=body.verdicts,
        falls_through=body.falls_through,
        returned_calls=body.returned_calls,
        sleep_line=body.sleep_line,
        statements=len(view.body),
    )


def _decorator(node: ast.expr, syntax: PythonSyntax) -> str:
    return syntax.name_of(node.func if isinstance(node, ast.Call) else node)


PARSER = Parser(fact=PythonModule, accepts=lambda file: file.language is Language.PYTHON, parse=_parse)
