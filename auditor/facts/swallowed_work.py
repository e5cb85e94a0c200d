"""Functions that keep every failure to themselves, and those that report success right after calling such a one."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.effects import Effect
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import effect_of_call
from auditor.facts.python_handlers import is_broad, is_quiet
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, own_nodes, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, verdict_of_word
from auditor.model.source import Language, Role

__all__ = ["PARSER", "Reported", "SwallowedWork"]

_RUNNERS = frozenset(
    {
        "run_until_complete",
        "run",
        "wait_for",
        "shield",
        "get_event_loop",
        "new_event_loop",
        "set_event_loop",
        "close",
        "async_to_sync",
        "isoformat",
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Reported:
    """A success that is reported, with its lines, for which a function calls nothing but another one, named by its last name."""

    line: int
    end_line: int
    function: str
    call: str


@dataclass(frozen=True, slots=True)
class SwallowedWork(Fact):
    """Of one module: the last names of its functions, of those among them that swallow all, and what is reported."""

    kind: ClassVar[str] = "swallowed-work"
    functions: tuple[str, ...]
    swallowing: tuple[str, ...]
    reported: tuple[Reported, ...]


def _parse(source: Source) -> SwallowedWork | None:
    syntax = syntax_of(source)
    names = Counter(view.name for view in syntax.functions)
    swallowing = Counter(view.name for view in syntax.functions if _swallows(view, syntax))
    honest = sorted(set(names) - set(swallowing)) + sorted(one for one in swallowing if names[one] > swallowing[one])
    reported = sorted(one for view in syntax.functions for one in _reported(view, syntax))
    return SwallowedWork(tuple(honest), tuple(sorted(swallowing)), tuple(reported)) if names else None


def _swallows(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a function gives nothing, and ends in a block that does its work, of which every failure is at most logged."""
    if not view.body or any(one.value is not None for one in view.returns):
        return False
    *before, last = view.body
    if (
        not isinstance(last, ast.Try)
        or last.finalbody
        or not is_quiet([one for one in before if isinstance(one, ast.Expr)], syntax)
    ):
        return False
    if any(isinstance(node, ast.Call) and not isinstance(one, ast.Expr) for one in before for node in own_nodes([one])):
        return False
    broad = any(is_broad(one, syntax) for one in last.handlers)
    return broad and all(_is_silent(one, syntax) for one in last.handlers) and _works(last)


def _is_silent(handler: ast.ExceptHandler, syntax: PythonSyntax) -> bool:
    body = [one for one in handler.body if not (isinstance(one, ast.Return) and one.value is None)]
    return is_quiet(body, syntax)


def _works(attempt: ast.Try) -> bool:
    return any(isinstance(node, ast.Call) for node in own_nodes(attempt.body))


def _reported(view: FunctionView, syntax: PythonSyntax) -> Iterator[Reported]:
    if view.is_test or not view.returns:
        return
    called = {name for name in _worked(view, syntax) if name}
    if len(called) != 1:
        return
    bindings = Bindings.of(view)
    for one in view.returns:
        if verdict_of(one.value, bindings) is Verdict.SUCCESS or _says_success(one.value):
            yield Reported(one.lineno, one.end_lineno or one.lineno, view.qualified, next(iter(called)))


def _says_success(value: ast.expr | None) -> bool:
    """Whether a table says in a field of its own that it is one of a success, whatever else it holds."""
    pairs = zip(value.keys, value.values, strict=True) if isinstance(value, ast.Dict) else ()
    told = {
        key.value: one.value for key, one in pairs if isinstance(key, ast.Constant) and isinstance(one, ast.Constant)
    }
    return (
        told.get("success") is True
        or told.get("ok") is True
        or verdict_of_word(str(told.get("status"))) is Verdict.SUCCESS
    )


def _worked(view: FunctionView, syntax: PythonSyntax) -> Iterator[str]:
    """The last names of the calls that may do work."""
    for call in view.calls:
        effect = effect_of_call(syntax.name_of(call.func), call)
        name = last_name(call.func)
        if effect in (None, Effect.LOG, Effect.CLOCK) or name in _RUNNERS or _is_service_class(call):
            continue
        yield name or "?"


def _is_service_class(call: ast.Call) -> bool:
    """Whether a call only makes an object."""
    return last_name(call.func)[:1].isupper()


PARSER = Parser(
    fact=SwallowedWork,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
