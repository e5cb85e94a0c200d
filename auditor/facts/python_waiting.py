"""Which functions of a file only wait, talk and change their own objects, through the functions that they call."""

from __future__ import annotations

import ast

from auditor.facts.effects import Effect
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_body import call_target
from auditor.facts.python_callees import callee, once
from auditor.facts.python_syntax import FunctionView, PythonSyntax

__all__ = ["only_waits", "sleeps"]

_QUIET = frozenset({Effect.LOG, Effect.SLEEP, Effect.CLOCK, Effect.RANDOM})
_DEEPEST = 4
_OPAQUE = (ast.With, ast.AsyncWith, ast.Yield, ast.YieldFrom, ast.Global, ast.Import, ast.ImportFrom, ast.Raise)


def only_waits(view: FunctionView, syntax: PythonSyntax, depth: int = 0) -> bool:
    """Whether nothing that a function calls does more than letting time pass, talking and filling lists."""
    return once(_only_waits, view, syntax, depth)


def _only_waits(view: FunctionView, syntax: PythonSyntax, depth: int) -> bool:
    if depth > _DEEPEST or view.of(*_OPAQUE):
        return False
    bindings = Bindings.of(view)
    return all(_is_quiet(call, view, syntax, bindings, depth) for call in view.calls)


def sleeps(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a function itself calls a sleep."""
    bindings = Bindings.of(view)
    return any(call_target(call, view, syntax, bindings) is Effect.SLEEP for call in view.calls)


def _is_quiet(call: ast.Call, view: FunctionView, syntax: PythonSyntax, bindings: Bindings, depth: int) -> bool:
    found = call_target(call, view, syntax, bindings)
    if found is None:
        return True
    if isinstance(found, Effect):
        filled = isinstance(call.func, ast.Attribute) and call.func.attr in ("append", "extend", "add")
        return found in _QUIET or (found is Effect.UNKNOWN and filled)
    called = callee(found, view, syntax)
    return called is not None and only_waits(called, syntax, depth + 1)
