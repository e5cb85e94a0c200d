"""Statements of Python functions that only say something, pass time, or set what nothing outside sees."""

from __future__ import annotations

import ast

from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_effects import effect_of_call, is_log_call
from auditor.facts.python_syntax import PythonSyntax, strings_in, subtree

__all__ = ["is_idle", "is_sleep", "is_talk", "said_by"]

_NOTING = frozenset(
    {"note", "add_note", "annotate", "log_event", "add_event", "add_log", "append_log", "log_step", "log_message"}
)
"""Methods of things that remember what was said to them."""
_JOURNALS = pattern(r"(?i)(?:^|_)(?:logs?|notes?|events?|history|messages?|steps|journal|timeline|trail)$")
_DEEPEST = 6


def said_by(statement: ast.stmt, syntax: PythonSyntax) -> str:
    """The literal text that a statement logs, prints or notes; empty for statements that do anything else."""
    call = _call(statement)
    if call is None:
        return ""
    name = syntax.name_of(call.func)
    texts = [*call.args[:1], *(one.value for one in call.keywords if one.arg in ("message", "msg", "event", "text"))]
    spoken = " ".join(strings_in(one) for one in texts)
    if is_log_call(name):
        return spoken or " "
    return spoken if _is_noted(call) else ""


def _is_noted(call: ast.Call) -> bool:
    """``deployment.note("...")`` or ``self.events.append("...")``."""
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr in _NOTING:
        return True
    kept = call.func.value
    name = kept.attr if isinstance(kept, ast.Attribute) else kept.id if isinstance(kept, ast.Name) else ""
    return call.func.attr == "append" and _JOURNALS.search(name) is not None


def is_talk(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    """Whether a statement prints or logs."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and is_log_call(syntax.name_of(call.func))


def is_sleep(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    """Whether a statement is a call that only lets time pass."""
    call = _call(statement)
    return call is not None and effect_of_call(syntax.name_of(call.func), call) is Effect.SLEEP


def is_idle(statement: ast.stmt, syntax: PythonSyntax, depth: int = 0) -> bool:
    """Whether a statement, and all within it, only talks, waits, keeps literals and hands on what it was given."""
    if said_by(statement, syntax) or is_sleep(statement, syntax) or isinstance(statement, ast.Pass):
        return not any(isinstance(one, ast.Call) and _may_work(one, syntax) for one in _arguments(statement))
    match statement:
        case ast.Return(value=value):
            return value is None or _is_plain(value, syntax)
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return _is_plain(value, syntax)
        case ast.For(body=body, orelse=[], iter=given) | ast.AsyncFor(body=body, orelse=[], iter=given):
            return (
                depth < _DEEPEST and _is_plain(given, syntax) and all(is_idle(one, syntax, depth + 1) for one in body)
            )
        case ast.While(body=body, orelse=[], test=ast.Compare(left=left, comparators=[right])):
            timed = _is_plain(left, syntax) and _is_plain(right, syntax)
            return depth < _DEEPEST and timed and all(is_idle(one, syntax, depth + 1) for one in body)
        case _:
            return False


def _call(statement: ast.stmt) -> ast.Call | None:
    value = statement.value if isinstance(statement, ast.Expr) else None
    inner = value.value if isinstance(value, ast.Await) else value
    return inner if isinstance(inner, ast.Call) else None


def _arguments(statement: ast.stmt) -> list[ast.AST]:
    call = _call(statement)
    given = [*call.args, *(one.value for one in call.keywords)] if call is not None else []
    return [one for value in given for one in subtree(value)]


def _may_work(call: ast.Call, syntax: PythonSyntax) -> bool:
    effect = effect_of_call(syntax.name_of(call.func), call)
    return effect is not None and effect is not Effect.CLOCK and effect is not Effect.RANDOM


def _is_plain(value: ast.expr, syntax: PythonSyntax) -> bool:
    """Whether an expression is made of names, attributes, literals and texts of them, and calls nothing but a clock."""
    for one in subtree(value):
        if isinstance(one, ast.Await | ast.Compare | ast.IfExp | ast.Lambda):
            return False
        if isinstance(one, ast.Call) and not _is_clock(one, syntax):
            return False
    return True


def _is_clock(call: ast.Call, syntax: PythonSyntax) -> bool:
    name = syntax.name_of(call.func)
    if name == "range" or (isinstance(call.func, ast.Attribute) and call.func.attr in ("isoformat", "timestamp")):
        return True
    return bool(name) and effect_of_call(name, call) is Effect.CLOCK
