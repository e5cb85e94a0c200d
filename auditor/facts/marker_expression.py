"""Marker expressions of ``pytest -m``: names, and, or, not, parentheses."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from auditor.facts.pattern import pattern

__all__ = ["NotAnExpression", "names_in", "selects"]

_TOKEN = pattern(r"\s*([()]|[\w.:+-]+|\S)")
_LIMIT = 200


class NotAnExpression(ValueError):  # noqa: N818 - says what the text is
    """The text is no marker expression, or too long a one."""


@dataclass(slots=True)
class _Reader:
    tokens: list[str]
    markers: AbstractSet[str]
    position: int = 0
    depth: int = 0

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self) -> str:
        part = self.peek()
        self.position += 1
        return part

    def either(self) -> bool:
        value = self.both()
        while self.peek() == "or":
            self.take()
            other = self.both()
            value = value or other
        return value

    def both(self) -> bool:
        value = self.single()
        while self.peek() == "and":
            self.take()
            other = self.single()
            value = value and other
        return value

    def single(self) -> bool:
        self.depth += 1
        if self.depth > _LIMIT:
            raise NotAnExpression
        part = self.take()
        if part == "not":
            return not self.single()
        if part == "(":
            value = self.either()
            if self.take() != ")":
                raise NotAnExpression
            return value
        if not part or not (part[0].isalpha() or part[0] == "_"):
            raise NotAnExpression
        return part in self.markers


def selects(expression: str, markers: AbstractSet[str]) -> bool:
    """Whether a test with these markers is selected. Raises NotAnExpression."""
    reader = _Reader(_tokens(expression), markers)
    value = reader.either()
    if reader.position != len(reader.tokens):
        raise NotAnExpression
    return value


def names_in(expression: str) -> frozenset[str]:
    """The markers that the expression names."""
    return frozenset(_tokens(expression)) - {"and", "or", "not", "(", ")"}


def _tokens(expression: str) -> list[str]:
    tokens = [match.group(1) for match in _TOKEN.finditer(expression)]
    if len(tokens) > _LIMIT:
        raise NotAnExpression
    return tokens
