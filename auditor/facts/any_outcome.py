"""The one assertion of a test, where it takes the good outcome and the bad one alike."""

from __future__ import annotations

import ast

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView
from auditor.facts.python_values import UNKNOWN, fold

__all__ = ["lone_state", "lone_status"]

_HELPER = pattern(r"(?i)assert|verify|check|raises")
_OK, _CLIENT, _SERVER = range(200, 300), range(400, 500), range(500, 600)
_STATUSES = frozenset({"status_code", "status"})
_MEANT = frozenset({409, 429})
"""Answers of a server that did what it should, where several requests compete."""
_OPPOSITES = {
    "healthy": frozenset({"unhealthy"}),
    "up": frozenset({"down"}),
    "ok": frozenset({"error", "failed", "fail"}),
    "passed": frozenset({"failed"}),
    "pass": frozenset({"fail"}),
    "success": frozenset({"failure", "failed", "error"}),
    "succeeded": frozenset({"failed"}),
    "valid": frozenset({"invalid"}),
    "true": frozenset({"false"}),
}


def lone_status(view: FunctionView) -> ast.Assert | None:
    """The one assertion of a test, where it lets the status of an answer be a success or a refusal."""
    found = view.of(ast.Assert)
    if len(found) != 1:
        return None
    match found[0].test:
        case ast.Compare(
            left=ast.Attribute(attr=name), ops=[ast.In()], comparators=[ast.Call(func=ast.Name(id="range")) as numbers]
        ) if name in _STATUSES:
            return found[0] if _spans_all([fold(one) for one in numbers.args]) else None
        case ast.Compare(left=first, ops=[ast.LtE() | ast.Lt(), *_], comparators=[ast.Attribute(attr=name), last]) if (
            name in _STATUSES
        ):
            return found[0] if _spans_all([fold(first), fold(last)]) else None
        case ast.Compare(left=ast.Attribute(attr=name), ops=[ast.Lt() | ast.LtE()], comparators=[last]) if (
            name in _STATUSES
        ):
            return found[0] if _spans_all([0, fold(last)]) else None
        case ast.Compare(
            left=ast.Attribute(attr=name),
            ops=[ast.In()],
            comparators=[ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts)],
        ) if name in _STATUSES:
            helped = any(_HELPER.search(ast.unparse(call.func)) for call in view.calls)
            return found[0] if _accepts_refusal([fold(one) for one in elts]) and not helped else None
        case _:
            return None


def _spans_all(bounds: list[object]) -> bool:
    """Whether a range takes in success and the errors of a server alike."""
    match bounds:
        case [int(first), int(last)]:
            return first <= _OK.start and last >= _SERVER.stop - 1
        case _:
            return False


def lone_state(view: FunctionView) -> ast.Assert | None:
    """The one assertion of a test, where it takes the good state and the bad one: ``state in (State.UP, State.DOWN)``."""
    found = view.of(ast.Assert)
    if len(found) != 1 or view.node.decorator_list or any(_HELPER.search(last_name(call.func)) for call in view.calls):
        return None
    match found[0].test:
        case ast.Compare(ops=[ast.In()], comparators=[ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts)]):
            words = {_word(one) for one in elts}
            return found[0] if any(good in words and words & bad for good, bad in _OPPOSITES.items()) else None
        case _:
            return None


def _word(value: ast.expr) -> str:
    """The word that a member of an enumeration, a text or a truth stands for."""
    match value:
        case ast.Attribute(value=ast.Attribute(value=ast.Name()) as member, attr="value"):
            return member.attr.lower()
        case ast.Attribute(value=ast.Name(), attr=name):
            return name.lower()
        case ast.Constant(value=str(text)):
            return text.lower()
        case ast.Constant(value=bool(told)):
            return str(told).lower()
        case _:
            return ""


def _accepts_refusal(values: list[object]) -> bool:
    """Whether a status may be a success or any of several refusals; a server's error is for AUD208."""
    known = [value for value in values if isinstance(value, int)]
    refusals = [value for value in known if value in _CLIENT and value not in _MEANT]
    if UNKNOWN in values or any(value in _SERVER for value in known):
        return False
    return any(value in _OK for value in known) and bool(refusals)
