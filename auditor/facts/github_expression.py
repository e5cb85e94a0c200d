"""Expressions of GitHub workflows, as they are read.

Grammar: https://docs.github.com/actions/reference/workflows-and-actions/expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from auditor.facts.pattern import pattern

__all__ = ["COMPARISONS", "Call", "Context", "Expression", "Known", "Literal", "read", "walk"]

_PART = pattern(r"'(?:[^']|'')*'|[A-Za-z_][\w-]*|\d+(?:\.\d+)?|&&|\|\||[=!<>]=|[()\[\],.!<>*]|\S")
_LONGEST = 2_000
_DEEPEST = 40
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
COMPARISONS = ("==", "!=", "<", ">", "<=", ">=")


Known: TypeAlias = str | float | bool | None


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, truth or null."""

    value: Known


@dataclass(frozen=True, slots=True)
class Context:
    """What a context gives: ``github.ref`` is ("github", "ref"), in small letters; an index that is no text is ``*``."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function, or an operator, and what it is given."""

    name: str
    arguments: tuple[Expression, ...]


Expression: TypeAlias = Literal | Context | Call


def read(text: str) -> Expression | None:
    """The expression that a condition is; None where it is empty, none, or too long or deep a one."""
    text = text.strip()
    if text.startswith("${{") and text.endswith("}}"):
        text = text[3:-2]
    if not text.strip() or len(text) > _LONGEST:
        return None
    reader = _Reader([match.group() for match in _PART.finditer(text)])
    try:
        found = reader.any_of(0)
    except _NoExpressionError:
        return None
    return found if reader.at_end() else None


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and all its parts."""
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, Call):
            waiting.extend(one.arguments)


class _NoExpressionError(Exception):
    """The text is no expression."""


@dataclass(slots=True)
class _Reader:
    parts: list[str]
    place: int = 0

    def at_end(self) -> bool:
        return self.place == len(self.parts)

    def peek(self) -> str:
        return "" if self.at_end() else self.parts[self.place]

    def take(self, wanted: str = "") -> str:
        part = self.peek()
        if not part or (wanted and part != wanted):
            raise _NoExpressionError
        self.place += 1
        return part

    def any_of(self, depth: int) -> Expression:
        return self._chain("||", lambda: self._chain("&&", lambda: self._compared(depth)))

    def _chain(self, operator: str, part: Callable[[], Expression]) -> Expression:
        parts = [part()]
        while self.peek() == operator:
            self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Call(operator, tuple(parts))

    def _compared(self, depth: int) -> Expression:
        left = self._single(depth)
        if self.peek() not in COMPARISONS:
            return left
        return Call(self.take(), (left, self._single(depth)))

    def _single(self, depth: int) -> Expression:
        if depth > _DEEPEST:
            raise _NoExpressionError
        part = self.take()
        if part == "!":
            return Call("!", (self._single(depth + 1),))
        if part == "(":
            found = self.any_of(depth + 1)
            self.take(")")
            return found
        if part.startswith("'") and len(part) > 1:
            return Literal(part[1:-1].replace("''", "'"))
        if part[0] in "0123456789":  # and no other sign that is a digit somewhere
            return Literal(float(part))
        return self._named(part.lower(), depth)

    def _named(self, name: str, depth: int) -> Expression:
        if name in _CONSTANTS:
            return Literal(_CONSTANTS[name])
        if not (name[0].isalpha() or name[0] == "_"):
            raise _NoExpressionError
        if self.peek() == "(":
            return Call(name, self._arguments(depth))
        path = [name]
        while self.peek() in (".", "["):
            path.append(self._step(depth))
        return Context(tuple(path))

    def _arguments(self, depth: int) -> tuple[Expression, ...]:
        self.take("(")
        found: list[Expression] = []
        while self.peek() != ")":
            if found:
                self.take(",")
            found.append(self.any_of(depth + 1))
        self.take(")")
        return tuple(found)

    def _step(self, depth: int) -> str:
        if self.take() == ".":
            return self.take().lower()
        index = self.any_of(depth + 1)
        self.take("]")
        return index.value.lower() if isinstance(index, Literal) and isinstance(index.value, str) else "*"
