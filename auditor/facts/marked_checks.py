"""Verdicts that are written down as literals: ``results["backup"] = True``, ``checks.append(("backup", True))``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "MarkedCheck", "MarkedChecks"]


@dataclass(frozen=True, slots=True, order=True)
class MarkedCheck:
    """What is noted as passed, its lines, and the qualified name of the function that does so."""

    line: int
    end_line: int
    function: str
    name: str


@dataclass(frozen=True, slots=True)
class MarkedChecks(Fact):
    """The literal verdicts of functions of one module that take no parameters and decide nothing, by line."""

    kind: ClassVar[str] = "marked-checks"
    items: tuple[MarkedCheck, ...]


def _parse(source: Source) -> MarkedChecks | None:
    found = tuple(one for view in syntax_of(source).functions for one in _of_function(view))
    return MarkedChecks(tuple(sorted(found))) if found else None


def _of_function(view: FunctionView) -> Iterator[MarkedCheck]:
    if view.parameters or any(isinstance(node, ast.If | ast.Try | ast.While | ast.Match) for node in view.nodes):
        return
    for statement in view.body:
        name = _marked(statement)
        if name:
            last = statement.end_lineno or statement.lineno
            yield MarkedCheck(statement.lineno, last, view.qualified, name)


def _marked(statement: ast.stmt) -> str:
    """The name under which a statement keeps a literal True; empty for other statements."""
    match statement:
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(name)))], value=ast.Constant(value=True)):
            return name
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(attr="append"),
                args=[ast.Tuple(elts=[ast.Constant(value=str(name)), ast.Constant(value=True), *_])],
            )
        ):
            return name
        case _:
            return ""


PARSER = Parser(fact=MarkedChecks, accepts=lambda file: file.language is Language.PYTHON, parse=_parse)
