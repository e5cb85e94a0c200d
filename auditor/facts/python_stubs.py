"""Functions without a body of their own, and lines in which a program says that it simulates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.double_words import SAYS_SIMULATED
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, strings_in, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "PythonStubs", "Stub"]

_SIMULATING = (b"simulat", b"mock", b"pretend", b"faking", b"dummy")
"""Of these, a file that says so holds one."""
_WORKS = 2
"""Statements from which a body is taken to do something."""
_DRY = pattern(r"(?i)dry_?run|simulat|mock|demo|test|offline|debug")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stub:
    """A body that does nothing: of which function, and what it is in words. `guarded` where an import failed."""

    function: str
    line: int
    end_line: int
    body: str
    guarded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonStubs(Fact):
    """All stubs of a module, and its lines (with their function) that admit to a simulation."""

    kind: ClassVar[str] = "python-stubs"
    stubs: tuple[Stub, ...]
    simulations: tuple[tuple[int, str], ...]


def _parse(source: Source) -> PythonStubs | None:
    syntax = syntax_of(source)
    stubs = [stub for view in syntax.functions for stub in _stubs(view, syntax)]
    admits = any(word in source.lowered for word in _SIMULATING)
    said = [(line, view.qualified) for view in syntax.functions for line in _said(view, syntax)] if admits else []
    return PythonStubs(stubs=tuple(stubs), simulations=tuple(said)) if stubs or said else None


def _stubs(view: FunctionView, syntax: PythonSyntax) -> Iterator[Stub]:
    what = _body_in_words(view.body, syntax) if len(view.body) < _WORKS else ""
    if what:
        first, last = _span(view)
        guarded = view.node.lineno in _guarded_lines(syntax)
        yield Stub(function=view.qualified, line=first, end_line=last, body=what, guarded=guarded)
    elif view.is_test:
        for node in view.body:
            if isinstance(node, ast.Try) and all(isinstance(one, ast.Pass) for one in node.body):
                yield Stub(
                    function=view.qualified,
                    line=node.body[0].lineno,
                    end_line=node.body[-1].lineno,
                    body="pass",
                    guarded=False,
                )


def _span(view: FunctionView) -> tuple[int, int]:
    statements = view.body or view.node.body
    return statements[0].lineno, statements[-1].end_lineno or statements[-1].lineno


def _body_in_words(body: list[ast.stmt], syntax: PythonSyntax) -> str:
    """What a body without work consists of; empty where it does anything."""
    if not body:
        return "a docstring"
    match body[0]:
        case ast.Pass():
            return "pass"
        case ast.Expr(value=ast.Constant(value=value)) if value is ...:
            return "..."
        case ast.Return(value=None | ast.Constant(value=None) | ast.Dict(keys=[]) | ast.List(elts=[]) as value):
            return f"return {ast.unparse(value) if value is not None else None}"
        case ast.Raise(exc=error) if error is not None:
            name = syntax.name_of(error.func if isinstance(error, ast.Call) else error)
            return "raise NotImplementedError" if name == "NotImplementedError" else ""
        case _:
            return ""


@lru_cache(maxsize=2)
def _guarded_lines(syntax: PythonSyntax) -> set[int]:
    """The lines of functions that are defined where an import failed, or on some platform alone."""
    found: set[int] = set()
    for node in syntax.at_top(ast.Try, ast.If):
        parts = [*node.body, *node.orelse, *(one for handler in getattr(node, "handlers", ()) for one in handler.body)]
        for one in own_nodes(parts):
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                found.add(one.lineno)
            elif isinstance(one, ast.ClassDef):
                found.update(range(one.lineno, (one.end_lineno or one.lineno) + 1))
    return found


def _said(view: FunctionView, syntax: PythonSyntax) -> Iterator[int]:
    """The lines of log messages that speak of a simulation, outside branches that are meant for one."""
    meant: set[int] = set()
    for node in view.of(ast.If, ast.Call):
        if isinstance(node, ast.If) and _DRY.search(ast.unparse(node.test)):
            meant.update(id(one) for one in own_nodes([*node.body, *node.orelse]))
        elif isinstance(node, ast.Call) and id(node) not in meant and _admits(node, syntax):
            yield node.lineno


def _admits(call: ast.Call, syntax: PythonSyntax) -> bool:
    return is_log_call(syntax.name_of(call.func)) and bool(SAYS_SIMULATED.search(strings_in(call)))


PARSER = Parser(fact=PythonStubs, accepts=lambda file: file.language is Language.PYTHON, parse=_parse)
