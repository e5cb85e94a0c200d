"""Reads an expression of PromQL as far as it takes to know which values it can have.

https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operator-precedence
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from auditor.facts.pattern import pattern
from auditor.facts.promql import Token, tokens
from auditor.facts.promql_part import LONGEST, is_part_of
from auditor.facts.promql_range import ANY, NEVER, Range, combined, compared, either, of_function, of_metric

__all__ = ["Fault", "Reading", "read_expression"]

_COMPARISONS = ("==", "!=", ">", "<", ">=", "<=")
_LEVELS = (("or",), ("and", "unless"), _COMPARISONS, ("+", "-"), ("*", "/", "%", "atan2"))
_WORDS = frozenset({"and", "or", "unless", "bool", "offset", "atan2", "by", "without", "on", "ignoring"})
_MATCHING = frozenset({"on", "ignoring", "group_left", "group_right"})
_GROUPING = frozenset({"by", "without"})
_NUMBER = pattern(r"^[0-9]+(?:\.[0-9]*)?(?:[eE][0-9]+)?$")
_DEEPEST = 40
_LONGEST = 8_000


class _Unread(Exception):  # noqa: N818 - it never leaves this module
    """What stands there is not understood."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A comparison that no value meets: its text, and the lines of the expression before it."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The values of an expression, and its comparisons that no value meets."""

    values: Range
    faults: tuple[Fault, ...] = ()


def read_expression(expression: str) -> Reading | None:
    """What an expression can be; None where it is not understood."""
    if len(expression) > _LONGEST:
        return None
    parser = _Parser(expression, list(tokens(expression)))
    try:
        found = parser.level(0)
    except _Unread:
        return None
    return Reading(found.values, tuple(parser.faults)) if parser.at == len(parser.tokens) else None


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the expression: its values, and the tokens that it is made of."""

    values: Range
    first: int
    end: int


@dataclass(slots=True)
class _Parser:
    text: str
    tokens: list[Token]
    at: int = 0
    depth: int = 0
    faults: list[Fault] = field(default_factory=list)

    def level(self, rank: int) -> _Part:
        """A part whose operators bind at least as tightly as those of this rank."""
        if rank == len(_LEVELS):
            return self._power()
        first, part = self.at, self.level(rank + 1)
        while self._word() in _LEVELS[rank]:
            operator = self._word()
            self.at += 1
            as_number = self._modifiers()
            right = self.level(rank + 1)
            part = _Part(self._joined(operator, part, right, as_number=as_number), first, self.at)
        return part

    def _word(self) -> str:
        return self.tokens[self.at].text.lower() if self.at < len(self.tokens) else ""

    def _modifiers(self) -> bool:
        """Passes over `bool`, `on (...)` and the like; whether `bool` was among them."""
        as_number = False
        while self._word() == "bool" or self._word() in _MATCHING:
            as_number = as_number or self._word() == "bool"
            self.at += 1
            if self._word() == "(" and self.tokens[self.at - 1].text.lower() != "bool":
                self._skip("(", ")")
        return as_number

    def _skip(self, opening: str, closing: str) -> None:
        depth = 0
        while self.at < len(self.tokens):
            depth += (self._word() == opening) - (self._word() == closing)
            self.at += 1
            if not depth:
                return
        raise _Unread

    def _joined(self, operator: str, left: _Part, right: _Part, *, as_number: bool) -> Range:
        if operator == "or":
            return either(left.values, right.values)
        if operator in ("and", "unless"):
            return NEVER if operator == "and" and right.values.never else left.values
        if operator in _COMPARISONS:
            return self._compared(operator, left, right, as_number=as_number)
        is_share = operator == "/" and left.values.low >= 0 and right.values.low >= 0
        if is_share and left.end - left.first <= LONGEST and is_part_of(self._words(left), self._words(right)):
            return Range(0, 1)
        return combined(operator, left.values, right.values)

    def _words(self, part: _Part) -> list[str]:
        return [one.text for one in self.tokens[part.first : part.end]]

    def _compared(self, operator: str, left: _Part, right: _Part, *, as_number: bool) -> Range:
        values = compared(operator, left.values, right.values, as_number=as_number)
        if values.never and not (left.values.never or right.values.never):
            text = self.text[self.tokens[left.first].start : self.tokens[right.end - 1].end]
            self.faults.append(Fault(" ".join(text.split()), self.tokens[left.first].line))
        return values

    def _power(self) -> _Part:
        first, part = self.at, self._unary()
        if self._word() != "^":
            return part
        self.at += 1
        self._modifiers()
        self._nested(self._power)
        return _Part(Range(low=0) if part.values.low >= 0 else ANY, first, self.at)

    def _unary(self) -> _Part:
        first, sign = self.at, self._word()
        if sign not in ("+", "-"):
            return self._atom()
        self.at += 1
        values = self._nested(self._unary).values
        negated = sign == "-" and not values.never
        return _Part(Range(-values.high, -values.low) if negated else values, first, self.at)

    def _nested(self, read: Callable[[], _Part]) -> _Part:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _Unread
        part = read()
        self.depth -= 1
        return part

    def _atom(self) -> _Part:
        if self.at >= len(self.tokens):
            raise _Unread
        first, token = self.at, self.tokens[self.at]
        if token.text == "(":
            values = self._arguments()[0]
        elif _NUMBER.search(token.text):
            self.at += 1
            values = Range(float(token.text), float(token.text))
        elif token.text == "{":
            values = ANY
        elif token.kind == "name" and token.text.lower() not in _WORDS:
            values = self._named(token.text)
        else:
            raise _Unread
        self._suffixes()
        return _Part(values, first, self.at)

    def _arguments(self) -> tuple[Range, ...]:
        """The values of what stands in brackets; a text has none of its own."""
        self.at += 1
        given: list[Range] = []
        while self._word() != ")":
            if self.at < len(self.tokens) and self.tokens[self.at].kind == "string":
                self.at += 1
                continue
            given.append(self._nested(lambda: self.level(0)).values)
        self.at += 1
        return tuple(given) or (ANY,)

    def _named(self, name: str) -> Range:
        """A function with its arguments, an aggregation with its grouping on either side, or a metric."""
        self.at += 1
        if self._word() in _GROUPING:
            self.at += 1
            self._skip("(", ")")
        if self._word() != "(":
            return of_metric(name)
        values = of_function(name.lower(), self._arguments())
        if self._word() in _GROUPING:
            self.at += 1
            self._skip("(", ")")
        return values

    def _suffixes(self) -> None:
        """Passes over matchers, ranges, offsets and moments."""
        closing = {"{": "}", "[": "]"}
        while self._word() in ("{", "[", "offset", "@"):
            word = self._word()
            if word in closing:
                self._skip(word, closing[word])
                continue
            self.at += 1
            if self._word() == "-":
                self.at += 1
            self._atom_of_suffix()

    def _atom_of_suffix(self) -> None:
        self.at += 1
        if self._word() == "(":
            self._skip("(", ")")
