"""What expressions of GitHub workflows come to, on what is known of a run.

Coercions and functions: https://docs.github.com/actions/reference/workflows-and-actions/expressions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from auditor.facts.github_expression import COMPARISONS, Call, Context, Expression, Known, Literal
from auditor.facts.pattern import pattern

__all__ = ["UNKNOWN", "Answer", "Begins", "Value", "evaluate", "is_true"]

_NUMBER = pattern(r"^\s*[-+]?\d{1,15}(?:\.\d{1,15})?\s*$")


class _Unknown(Enum):
    UNKNOWN = "unknown"
    TRUTHY = "truthy"
    FALSY = "falsy"


UNKNOWN = _Unknown.UNKNOWN
"""What cannot be said before the run."""
_TRUTHY, _FALSY = _Unknown.TRUTHY, _Unknown.FALSY
"""What meets a condition, and what does not, whichever value it is."""


@dataclass(frozen=True, slots=True)
class Begins:
    """A text of which only the beginning is known; what follows is not empty."""

    prefix: str


Value: TypeAlias = Known | Begins | _Unknown
Answer: TypeAlias = Callable[[Context | Call], Value]
"""Tells the value of a context, or of a function of the state of the run (``success()`` and the like)."""


def evaluate(expression: Expression, answer: Answer) -> Value:
    """What the expression gives where `answer` tells what contexts hold."""
    if isinstance(expression, Literal):
        return expression.value
    if isinstance(expression, Context):
        return answer(expression)
    if expression.name in ("&&", "||"):
        return _joined(expression, answer)
    values = [evaluate(one, answer) for one in expression.arguments]
    known = _applied(expression.name, values)
    return answer(expression) if known is None else known[0]


def _applied(name: str, values: list[Value]) -> tuple[Value] | None:
    """What an operator or function of values gives; None for a function that asks more than its arguments."""
    if name == "!":
        truth = is_true(values[0])
        return (UNKNOWN if truth is None else not truth,)
    if name in COMPARISONS:
        return (_compared(name, values[0], values[1]),)
    if name in _ON_TEXTS and len(values) == 2:  # noqa: PLR2004 - the text, and what is looked for
        return (_ON_TEXTS[name](_text(values[0]), _text(values[1])),)
    return None


def is_true(value: Value) -> bool | None:
    """Whether a condition of this value is met; None where nobody can say."""
    if isinstance(value, _Unknown):
        return None if value is UNKNOWN else value is _TRUTHY
    return True if isinstance(value, Begins) else bool(value)


def _joined(call: Call, answer: Answer) -> Value:
    """The first that decides; one that is not known leaves open which it is, unless a later one decides all the same."""
    ends = call.name == "||"
    known: Value = not ends
    for one in call.arguments:
        value = evaluate(one, answer)
        truth = is_true(value)
        if truth is ends and known is UNKNOWN:  # it may be an earlier one, which decides alike
            return _TRUTHY if ends else _FALSY
        if truth is ends:
            return value
        known = UNKNOWN if truth is None or known is UNKNOWN else value
    return known


def _compared(operator: str, left: Value, right: Value) -> Value:
    if operator not in ("==", "!="):
        return UNKNOWN
    same = _are_same(left, right)
    return UNKNOWN if same is None else same is (operator == "==")


def _are_same(left: Value, right: Value) -> bool | None:
    if isinstance(left, _Unknown) or isinstance(right, _Unknown):
        return None
    if isinstance(left, Begins) or isinstance(right, Begins):
        return _may_begin(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    if left is None or right is None or type(left) is not type(right):
        one, other = _number(left), _number(right)
        return one is not None and one == other
    return left == right


def _may_begin(left: Value, right: Value) -> bool | None:
    """False where one text cannot begin as the other does; None otherwise."""
    begins, other = (left, right) if isinstance(left, Begins) else (right, left)
    if not isinstance(begins, Begins):
        return None
    if isinstance(other, Begins):
        one, two = begins.prefix.lower(), other.prefix.lower()
        return None if one.startswith(two) or two.startswith(one) else False
    return None if isinstance(other, str) and other.lower().startswith(begins.prefix.lower()) else False


def _number(value: Known) -> float | None:
    """What a value is as a number; None for what is none."""
    if value is None or value == "":
        return 0.0
    if isinstance(value, str):
        return float(value) if _NUMBER.match(value) else None
    return float(value)


def _text(value: Value) -> str | Begins | None:
    """What a value is as a text in small letters; None where that is not known."""
    if isinstance(value, Begins):
        return Begins(value.prefix.lower())
    if isinstance(value, str):
        return value.lower()
    return "" if value is None else None


def _starts(text: str | Begins | None, part: str | Begins | None) -> Value:
    if text is None or not isinstance(part, str):
        return UNKNOWN
    if isinstance(text, str):
        return text.startswith(part)
    if text.prefix.startswith(part):
        return True
    return UNKNOWN if part.startswith(text.prefix) else False


def _ends(text: str | Begins | None, part: str | Begins | None) -> Value:
    return text.endswith(part) if isinstance(text, str) and isinstance(part, str) else UNKNOWN


def _contains(text: str | Begins | None, part: str | Begins | None) -> Value:
    if not isinstance(part, str) or text is None:
        return UNKNOWN
    if isinstance(text, str):
        return part in text
    return True if part in text.prefix else UNKNOWN


_ON_TEXTS = {"startswith": _starts, "endswith": _ends, "contains": _contains}
