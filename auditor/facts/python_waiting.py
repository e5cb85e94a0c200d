"""Which functions of a file only wait, talk and change their own objects, through the functions that they call."""

from __future__ import annotations

import ast

from auditor.facts.effects import Effect
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_body import call_target
from auditor.facts.python_syntax import FunctionView, PythonSyntax

__all__ = ["only_waits", "sleeps"]

_QUIET = frozenset({Effect.LOG, Effect.SLEEP, Effect.CLOCK, Effect.RANDOM})
_DEEPEST = 4
_OPAQUE = (ast.With, ast.AsyncWith, ast.Yield, ast.YieldFrom, ast.Global, ast.Import, ast.ImportFrom, ast.Raise)


def only_waits(view: FunctionView, syntax: PythonSyntax, depth: int = 0) -> bool:
    """Whether nothing that a function calls does more than letting time pass, talking and filling lists."""
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
    owner, _, short = found.rpartition(".")
    own = owner in ("self", "cls")
    known = [
        one for one in syntax.functions if one.name == short and (one.owner is view.owner) is own and not one.nested
    ]
    if not owner or own:
        return len(known) == 1 and known[0] is not view and only_waits(known[0], syntax, depth + 1)
    return False
