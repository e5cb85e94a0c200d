"""Results that a Python function asks for and does not look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.source import Language

__all__ = ["PARSER", "DroppedResult", "DroppedResults"]


@dataclass(frozen=True, slots=True, order=True)
class DroppedResult:
    """A call whose result decides nothing. `kept` tells that it is at least written down somewhere.

    `declares` tells that the function goes on to report success all the same. `made_by` is the class, as written, of the one
    object that the call is made on, where the function makes it itself.
    """

    line: int
    end_line: int
    function: str
    call: str
    kept: bool
    declares: bool
    awaited: bool
    made_by: str


@dataclass(frozen=True, slots=True)
class DroppedResults(Fact):
    """All such calls of a module, by line."""

    kind: ClassVar[str] = "dropped-results"
    items: tuple[DroppedResult, ...]


def _parse(source: Source) -> DroppedResults | None:
    syntax = syntax_of(source)
    found = [one for view in syntax.functions for one in _of_function(view, syntax)]
    return DroppedResults(tuple(sorted(found))) if found else None


def _of_function(view: FunctionView, syntax: PythonSyntax) -> Iterator[DroppedResult]:
    judged: frozenset[str] | None = None
    declares: bool | None = None
    for node in view.of(ast.Expr, ast.Assign):
        match node:
            case ast.Expr(value=value):
                name, call = "", _call(value)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                call = _call(value)
            case _:
                continue
        written = syntax.name_of(call.func) if call is not None else ""
        if not written or is_log_call(written):
            continue
        judged = _judged(view, syntax) if judged is None else judged
        if name not in judged:
            last = node.end_lineno or node.lineno
            kept = bool(name) and name in _read(view)
            declares = _declares(view) if declares is None else declares
            awaited = isinstance(value, ast.Await)
            maker = _maker(view, syntax, written)
            yield DroppedResult(node.lineno, last, view.qualified, written, kept, declares, awaited, maker)


def _call(value: ast.expr) -> ast.Call | None:
    inner = value.value if isinstance(value, ast.Await) else value
    return inner if isinstance(inner, ast.Call) else None


def _maker(view: FunctionView, syntax: PythonSyntax, written: str) -> str:
    """The dotted name of the class that the object of a call ``name.method`` is made of, right here; empty for others."""
    name, _, method = written.partition(".")
    value = Bindings.of(view).only(name) if method and "." not in method else None
    maker = syntax.name_of(value.func) if isinstance(value, ast.Call) else ""
    return maker if maker.rpartition(".")[2][:1].isupper() else ""


@lru_cache(maxsize=2)
def _read(view: FunctionView) -> frozenset[str]:
    """The names that a function reads."""
    return frozenset(node.id for node in view.of(ast.Name) if isinstance(node.ctx, ast.Load))


def _judged(view: FunctionView, syntax: PythonSyntax) -> frozenset[str]:
    """The local names that anything could decide on: all that are read, but for those only written down or shown."""
    shown: set[int] = set()
    for node in view.of(ast.Assign):
        target = node.targets[0] if len(node.targets) == 1 else None
        if type(node.value) is ast.Name and isinstance(target, ast.Subscript) and type(target.slice) is ast.Constant:
            shown.add(id(node.value))
    for call in view.calls:
        if is_log_call(syntax.name_of(call.func)):
            shown.update([id(one) for one in own_nodes([call])])
    return frozenset([one.id for one in view.of(ast.Name) if type(one.ctx) is ast.Load and id(one) not in shown])


def _declares(view: FunctionView) -> bool:
    """Whether the function says that it succeeded: by what it returns or by what it notes."""
    bindings = Bindings.of(view)
    if any(verdict_of(one.value, bindings) is Verdict.SUCCESS for one in view.returns):
        return True
    for node in view.of(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value):
                named = name in ("success", "status", "state", "passed", "healthy", "ok", "completed")
                if named and verdict_of(value, bindings) is Verdict.SUCCESS:
                    return True
            case _:
                continue
    return False


PARSER = Parser(fact=DroppedResults, accepts=lambda file: file.language is Language.PYTHON, parse=_parse)
