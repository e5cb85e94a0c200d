"""Tests all of whose assertions are that something is not None."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "AssertedExistence", "ExistenceTest", "is_made", "only_existence"]

_MAY_FIND_NOTHING = pattern(
    r"(?i)^_*(?:get|find|first|last|match|search|fullmatch|fetch|lookup|one_or_none|scalar|query|load|read|resolve|select|detect|parse|pop|peek|next|poll|receive|recv|best|optional|try|maybe|group|auth|log_?in|sign_?in|verif|valid|check|allow|permit)"
)
_HELPER = pattern(r"(?i)assert|verify|check|raises")


@dataclass(frozen=True, slots=True, order=True)
class ExistenceTest:
    """An assertion by its lines, its test, and the last name of the call whose result is all that is asked for."""

    line: int
    end_line: int
    test: str
    call: str


@dataclass(frozen=True, slots=True)
class AssertedExistence(Fact):
    """The assertions of such tests, by line."""

    kind: ClassVar[str] = "asserted-existence"
    items: tuple[ExistenceTest, ...]


def only_existence(view: FunctionView) -> list[tuple[ast.Assert, ast.expr]]:
    """The assertions of a test that all ask whether something is there, each with the expression that gave it; empty where it asks for more."""
    found = list(view.of(ast.Assert))
    if not found or any(call.lineno > (found[-1].end_lineno or 0) for call in view.calls):
        return []  # what is called afterwards must at least not raise
    bindings = Bindings.of(view)
    given = [(one, value) for one in found if (value := _asked(one.test, bindings)) is not None]
    if len(given) < len(found) or any(_HELPER.search(ast.unparse(call.func)) for call in view.calls):
        return []
    return given


def _asked(test: ast.expr, bindings: Bindings) -> ast.expr | None:
    """What gave the thing of which a condition asks whether it is there: a call, awaited or not."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            value = bindings.only(name)
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            value = left
        case ast.Name(id=name):
            value = bindings.only(name)
            if not (isinstance(value, ast.Call) and last_name(value.func)[:1].isupper()):
                return None  # truth is more than being there
        case _:
            return None
    inner = value.value if isinstance(value, ast.Await) else value
    return inner if isinstance(inner, ast.Call) else None


def is_made(inner: ast.expr, bindings: Bindings) -> bool:
    """Whether a call gives a new object, or is a method of one that is not named for looking something up."""
    if not isinstance(inner, ast.Call):
        return False
    if last_name(inner.func)[:1].isupper() or last_name(inner.func) == "getLogger":
        return True
    made = inner.func.value if isinstance(inner.func, ast.Attribute) else None
    holder = bindings.only(made.id) if isinstance(made, ast.Name) else made
    plain = _MAY_FIND_NOTHING.search(last_name(inner.func)) is None
    return plain and isinstance(holder, ast.Call) and last_name(holder.func)[:1].isupper()


def _parse(source: Source) -> AssertedExistence | None:
    found = [one for view in syntax_of(source).functions if view.is_test for one in _of_test(view)]
    return AssertedExistence(tuple(sorted(found))) if found else None


def _of_test(view: FunctionView) -> Iterator[ExistenceTest]:
    asked = only_existence(view)
    bindings = Bindings.of(view) if asked else None
    if bindings is None or all(is_made(value, bindings) for _, value in asked):
        return  # that is told without knowing the code
    for node, value in asked:
        assert isinstance(value, ast.Call)
        yield ExistenceTest(node.lineno, node.end_lineno or node.lineno, view.qualified, last_name(value.func))


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.PYTHON and file.role is Role.TEST


PARSER = Parser(fact=AssertedExistence, accepts=_accepts, parse=_parse)
