"""What expressions come to without running anything: constants, and verdicts of success or failure."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.verdicts import Verdict, is_verdict_key, verdict_of_word

__all__ = ["RESULTS", "UNKNOWN", "fold", "is_false", "is_number", "is_true", "item_of", "verdict_of"]

UNKNOWN: Any = object()
_CONVERSIONS: dict[str, Callable[..., Any]] = {
    "round": round,
    "float": float,
    "int": int,
    "abs": abs,
    "min": min,
    "max": max,
}
_LARGEST = 1e15
_DIGITS = 30
"""To how many places people round. Of more, Python makes a number of so many digits first, in one call that nothing can interrupt."""
_MOST = 1_000
"""Literals in one list, which may be asked for as often as there are lines."""
RESULTS = (
    "Result", "Status", "Health", "Outcome", "Check", "Verdict", "Receipt", "Report", "Decision", "Finding", "Reading", "Readiness", "Answer", "Evaluation",
    "Assessment", "Confirmation", "Response", "Signal", "Reply", "Ack", "Probe", "State",
)  # fmt: skip
"""How the names of classes end whose objects say how something went."""
_TELLING = frozenset({ast.Constant, ast.Tuple, ast.Dict, ast.Attribute, ast.Call, ast.Name, ast.UnaryOp, ast.Compare})
"""The expressions that can say how something ended."""
_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Is: operator.is_, ast.IsNot: operator.is_not,
}  # fmt: skip


def is_false(node: ast.expr | None) -> bool:
    """Whether an expression is the literal False."""
    return isinstance(node, ast.Constant) and node.value is False


def is_true(node: ast.expr | None) -> bool:
    """Whether an expression is the literal True."""
    return isinstance(node, ast.Constant) and node.value is True


def fold(node: ast.expr | None, bindings: Bindings | None = None, depth: int = 0) -> Any:  # noqa: ANN401, PLR0911 - any constant
    """The value of a constant expression; UNKNOWN for others. Names are followed where they are bound once to a number."""
    if isinstance(node, ast.Constant):
        return node.value
    if node is None or depth > 20:  # noqa: PLR2004 - deep enough for code that people write
        return UNKNOWN
    if isinstance(node, ast.UnaryOp):
        return _unary(node.op, fold(node.operand, bindings, depth + 1))
    if isinstance(node, ast.BinOp):
        left, right = (fold(one, bindings, depth + 1) for one in (node.left, node.right))
        return _apply(node.op, left, right)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = (fold(one, bindings, depth + 1) for one in (node.left, node.comparators[0]))
        return _apply(node.ops[0], left, right)
    if isinstance(node, ast.Call):
        return _called(node, [fold(one, bindings, depth + 1) for one in node.args])
    if isinstance(node, ast.Name) and bindings is not None:
        value = _held(bindings.only(node.id), bindings, depth + 1)
        return value if isinstance(value, int | float | str) else UNKNOWN
    if isinstance(node, ast.Attribute) and bindings is not None and last_name(node.value) == "self":
        return _held(bindings.attributes.get(node.attr), bindings, 0)
    if isinstance(node, ast.Subscript) and bindings is not None:
        return _held(item_of(node, bindings), bindings, depth + 1)
    return UNKNOWN


def is_number(node: ast.expr | None) -> bool:
    """Whether a constant expression comes to a number, which True and False are not."""
    number = fold(node)
    return isinstance(number, int | float) and not isinstance(number, bool)


def _held(value: ast.expr | None, bindings: Bindings, depth: int) -> Any:  # noqa: ANN401 - any constant
    """As `fold`, of what many names may stand for, each of which may stand many times in the next: looked at once."""
    key = (id(value), depth)
    if key not in bindings.folded:
        bindings.folded[key] = fold(value, bindings, depth)
    return bindings.folded[key]


def _called(node: ast.Call, given: list[Any]) -> Any:  # noqa: ANN401 - any constant
    """What a conversion or a choice among known numbers gives: ``round(0.9312, 2)``."""
    function = _CONVERSIONS.get(node.func.id) if isinstance(node.func, ast.Name) and not node.keywords else None
    if function is None or not given or not all(isinstance(one, int | float) and abs(one) < _LARGEST for one in given):
        return UNKNOWN
    if function is round and len(given) > 1 and abs(given[1]) > _DIGITS:
        return UNKNOWN
    try:
        return function(*given)
    except (TypeError, ValueError, ArithmeticError):
        return UNKNOWN


def item_of(node: ast.Subscript, bindings: Bindings) -> ast.expr | None:
    """What stands under a constant key of a literal dictionary that nothing changed or was given."""
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    name = node.value.id if isinstance(node.value, ast.Name) else ""
    value = bindings.only(name)
    if key is None or not isinstance(value, ast.Dict) or name in bindings.touched or name in bindings.items:
        return None
    if name not in bindings.tables:
        pairs = zip(value.keys, value.values, strict=True)
        bindings.tables[name] = {at.value: one for at, one in pairs if isinstance(at, ast.Constant)}
    return bindings.tables[name].get(key)


def _unary(op: ast.unaryop, value: Any) -> Any:  # noqa: ANN401 - any constant
    if value is UNKNOWN:
        return UNKNOWN
    if isinstance(op, ast.Not):
        return not value
    if isinstance(op, ast.USub) and isinstance(value, int | float):
        return -value
    return UNKNOWN


def _apply(op: ast.AST, left: Any, right: Any) -> Any:  # noqa: ANN401 - any constant
    if isinstance(left, str) and isinstance(right, str) and isinstance(op, ast.Eq | ast.NotEq):
        return (left == right) is isinstance(op, ast.Eq)
    known = isinstance(left, int | float) and isinstance(right, int | float)
    if not known or type(op) not in _OPERATORS or max(abs(left), abs(right)) > _LARGEST:
        return UNKNOWN
    try:
        return _OPERATORS[type(op)](left, right)
    except (ArithmeticError, ValueError):
        return UNKNOWN


def verdict_of(node: ast.expr | None, bindings: Bindings, depth: int = 0) -> Verdict:  # noqa: PLR0911 - one case a line
    """Whether a returned expression says success, failure or nothing; OPEN where that depends on something."""
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return Verdict.NOTHING
    if type(node) not in _TELLING or depth > 8:  # noqa: PLR2004 - results are not nested deeper
        return Verdict.OPEN
    match node:
        case ast.Constant():
            return _of_constant(node.value)
        case ast.Tuple(elts=[first, *_]) if isinstance(first, ast.Constant) and isinstance(first.value, bool):
            return _of_constant(first.value)
        case ast.Tuple(elts=[ast.Name() as first, *_]):
            return verdict_of(first, bindings, depth + 1)
        case ast.Dict():
            pairs = {
                key.value: value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            }
            return _of_fields(pairs, bindings, depth)
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner)) if owner[:1].isupper():
            return verdict_of_word(node.attr)
        case ast.Call():
            return _of_call(node, bindings, depth)
        case ast.Name():
            return _of_name(node.id, bindings, depth)
        case _:
            return Verdict.SUCCESS if _asks_what_stays_empty(node, bindings) else Verdict.OPEN


def _asks_what_stays_empty(node: ast.expr, bindings: Bindings) -> bool:
    """``not problems`` and ``len(problems) == 0``, where nothing is ever added to them."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)):
            return _stays_empty(name, bindings)
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]),
            ops=[ast.Eq()],
            comparators=[ast.Constant(value=0)],
        ):
            return _stays_empty(name, bindings)
        case _:
            return False


def _stays_empty(name: str, bindings: Bindings) -> bool:
    """Whether a name is bound to an empty container that nothing fills: what "finds" nothing in every case."""
    value = bindings.only(name)
    empty = isinstance(value, ast.List | ast.Tuple | ast.Set) and not value.elts
    empty = empty or (isinstance(value, ast.Dict) and not value.keys)
    return empty and name not in bindings.touched and name not in bindings.items


def _of_name(name: str, bindings: Bindings, depth: int) -> Verdict:
    values = bindings.assigned.get(name, ())
    if name in bindings.spoilt or not 0 < len(values) <= 20:  # noqa: PLR2004 - bounds the work
        return Verdict.OPEN
    if any(isinstance(value, ast.Dict | ast.Call) for value in values) and (
        name in bindings.touched or name in bindings.items
    ):
        return Verdict.OPEN  # filled after it was made
    if (name, depth) not in bindings.judged:
        verdicts = {verdict_of(value, bindings, depth + 4) for value in values}
        bindings.judged[name, depth] = verdicts.pop() if len(verdicts) == 1 else Verdict.OPEN
    return bindings.judged[name, depth]


def _of_call(node: ast.Call, bindings: Bindings, depth: int) -> Verdict:
    """The verdict of a result object, or of `all` over a literal."""
    maker = last_name(node.func)
    if isinstance(node.func, ast.Attribute) and last_name(node.func.value)[:1].isupper() and maker.islower():
        return verdict_of_word(maker)  # ``Outcome.healthy("database")``
    if maker == "all" and len(node.args) == 1 and _holds_only_true(node.args[0], bindings):
        return Verdict.SUCCESS
    if not maker[:1].isupper() and maker != "dict":
        return Verdict.OPEN
    named = _of_fields({one.arg: one.value for one in node.keywords}, bindings, depth)
    if named is Verdict.OPEN and maker.endswith(RESULTS):
        flags = {one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, bool)}
        if len(flags) == 1:
            return _of_constant(flags.pop())
    return named if named is not Verdict.OPEN else _of_positions(node.args, bindings, depth)


def _of_positions(arguments: list[ast.expr], bindings: Bindings, depth: int) -> Verdict:
    """The verdict of a result whose status is a member of an enumeration, given by position."""
    members = [one for one in arguments if isinstance(one, ast.Attribute)]
    verdicts = {verdict_of(one, bindings, depth + 1) for one in members} - {Verdict.OPEN}
    return verdicts.pop() if len(verdicts) == 1 else Verdict.OPEN


def _holds_only_true(node: ast.expr, bindings: Bindings) -> bool:
    """Whether an iterable is a literal, or the values of one, that holds nothing but True."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values":
        node = node.func.value
    value = bindings.only(node.id) if isinstance(node, ast.Name) else node
    held = (
        value.values if isinstance(value, ast.Dict) else value.elts if isinstance(value, ast.List | ast.Tuple) else []
    )
    added: list[ast.expr] = []
    if isinstance(node, ast.Name):
        if node.id in bindings.touched:
            return False
        added = bindings.items.get(node.id, [])
    if not 0 < len(held) + len(added) <= _MOST:
        return False
    return all(isinstance(one, ast.Constant) and one.value is True for one in (*held, *added))


def _of_fields(pairs: Mapping[Any, ast.expr], bindings: Bindings, depth: int) -> Verdict:
    keyed = [
        value for key, value in pairs.items() if isinstance(key, str) and is_verdict_key(key) and not _is_count(value)
    ]
    verdicts = {verdict_of(value, bindings, depth + 1) for value in keyed}
    if Verdict.FAILURE in verdicts:
        return Verdict.FAILURE
    return Verdict.SUCCESS if verdicts == {Verdict.SUCCESS} else Verdict.OPEN


def _is_count(value: ast.expr) -> bool:
    """``{"accepted": len(rows)}`` says how many, and not whether."""
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in ("len", "sum")


def _of_constant(value: object) -> Verdict:
    if isinstance(value, bool):
        return Verdict.SUCCESS if value else Verdict.FAILURE
    return verdict_of_word(value) if isinstance(value, str) else Verdict.OPEN
