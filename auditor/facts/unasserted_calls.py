"""Tests that end in a call whose result they drop, and that assert nothing."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.comments import comments_of
from auditor.facts.pattern import pattern
from auditor.facts.python_asserting import asserts
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile

__all__ = ["PARSER", "UnassertedCall", "UnassertedCalls"]

_ENOUGH = pattern(
    r"(?i)no_?err|non_?exist|unknown|absent|does_?n[o']?t|does not|not_?raise|no_?raise|without|smoke|crash|import|safe|ignor|no_?op|idempot|accept|allow|tolera|silent|surviv|graceful|handle|valid|optional|not raise|no exception|no error|error[- ]free|just |only |coverage|main$|runs?(?:_|$)|regress|deadlock|hang|leak"
)
"""Words that say that to come to its end is what a test asks for."""
_MARK = pattern(r"^pytest\.mark\.")
_TELLING_MARKS = frozenset({"pytest.mark.filterwarnings", "pytest.mark.benchmark", "pytest.mark.timeout"})
_HANDED = pattern(r"(?i)mock|patch|responses|recorder|cassette|caplog|capsys|capfd|recwarn|queries")
"""Parts that look themselves, when a test is over, at what happened to them, or that say what may not be called."""


_OPENS = pattern(
    r"(?i)^_*(?:ping|a?close|connect|disconnect|shut_?down|cleanup|clean|teardown|delete|remove|goto|click|fill|wait\w*)$"
)
"""Methods that complain by themselves, or that tidy up."""
_FEW = 2
"""Statements of a test that only brings something to its end."""
_HELPS = pattern(
    r"(?i)client|session|api|page|browser|driver|runner|helper|tester|factory|self|cls|app$|live_|store$|db$|cli$"
)
"""What is handed to a test under these names is a means of it rather than what it is about."""


@dataclass(frozen=True, slots=True, order=True)
class UnassertedCall:
    """A test by its name and the line of its ``def``, and the dotted name of what it calls last.

    `steps` are the statements of the test, `last` is the line of that call; `owned` is False where what is called may be a helper of tests, which may assert.
    """

    line: int
    test: str
    call: str
    steps: int = 1
    last: int = 0
    owned: bool = False


@dataclass(frozen=True, slots=True)
class UnassertedCalls(Fact):
    """All such tests of a module, by line."""

    kind: ClassVar[str] = "unasserted-calls"
    items: tuple[UnassertedCall, ...]


def _parse(source: Source) -> UnassertedCalls | None:
    syntax = syntax_of(source)
    tests = [view for view in syntax.functions if view.is_test]
    found = [one for view in tests for one in _of_test(view, syntax)]
    if not found:
        return None
    named = {one.test for one in found}
    others = [view for view in tests if view.qualified not in named]
    judged = {syntax.name_of(call.func) for view in others for call in view.calls}
    looked = {syntax.name_of(call.func) for view in others for call in _looked_at(view)}
    # beside tests of its errors, this one asks for none; beside tests of what it gives, it asks for nothing
    found = [one for one in found if one.call not in judged or (one.owned and one.steps > _FEW and one.call in looked)]
    said = sorted(one.line for one in comments_of(source) if _ENOUGH.search(one.text))
    spans = {view.qualified: (view.node.lineno - 2, view.node.end_lineno or 0) for view in syntax.functions}
    kept = [one for one in found if not _lies_in(spans[one.test], said)]
    return UnassertedCalls(tuple(sorted(kept))) if kept else None


def _looked_at(view: FunctionView) -> Iterator[ast.Call]:
    """The calls of a test whose result it keeps or asserts."""
    for one in view.of(ast.Assign, ast.Assert):
        value = one.value if isinstance(one, ast.Assign) else one.test
        yield from (node for node in subtree(value) if isinstance(node, ast.Call))


def _lies_in(span: tuple[int, int], lines: list[int]) -> bool:
    """Whether one of the sorted lines lies between two, themselves among them."""
    first, last = span
    after = bisect_left(lines, first)
    return after < len(lines) and lines[after] <= last


def _of_test(view: FunctionView, syntax: PythonSyntax) -> Iterator[UnassertedCall]:
    last = view.body[-1] if view.body else None
    value = last.value if isinstance(last, ast.Expr) else None
    call = value.value if isinstance(value, ast.Await) else value
    plain = all(isinstance(one, ast.Expr | ast.Assign | ast.Import | ast.ImportFrom) for one in view.body)
    if not isinstance(call, ast.Call) or not plain or _ENOUGH.search(view.name) or not _is_bare(view, syntax):
        return
    name = syntax.name_of(call.func)
    if name and not asserts(view, syntax):
        yield UnassertedCall(
            view.node.lineno, view.qualified, name, len(view.body), call.lineno, _is_owned(call, view, syntax)
        )


def _is_owned(call: ast.Call, view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a method is called of something that the test made itself, or was handed: no function and no class of tests."""
    if not isinstance(call.func, ast.Attribute) or _OPENS.search(call.func.attr):
        return False
    root = syntax.name_of(call.func).partition(".")[0]
    local = {one.id for one in view.of(ast.Name) if isinstance(one.ctx, ast.Store)}
    return root in local or (root in view.parameters and not _HELPS.search(root))


def _is_bare(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether neither a decorator nor a part that is handed in may look at what happens."""
    marks = [syntax.name_of(one.func if isinstance(one, ast.Call) else one) for one in view.node.decorator_list]
    plain = all(_MARK.search(one) and one not in _TELLING_MARKS for one in marks)
    return plain and not any(map(_HANDED.search, view.parameters))


def _accepts(file: SourceFile) -> bool:
    return file.language is Language.PYTHON and file.role is Role.TEST


PARSER = Parser(fact=UnassertedCalls, accepts=_accepts, parse=_parse)
