"""Arithmetic that a document writes out: ``(80 + 90 + 70) / 3 = 80``, ``0.4 x 85 + 0.6 x 90 = 88``."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from auditor.check.document import Document, plain
from auditor.check.scores import is_cut_off_as, is_printed_as, number, shown
from auditor.check.statement import Statement, contradicted, supported
from auditor.facts.pattern import Match, pattern

__all__ = ["formula_results", "formula_statements"]

_FORMULA = pattern(
    r"(?:^|[\s:=|(])([(\d][\d(). %+*/\x{d7}\x{f7}\x{2212}x-]{3,160}[\d)%])\s?=\s?[^\w\s~≈=<>.,+-]{0,2}(\d{1,6}(?:\.\d{1,3})?)(%?)(?:$|[^\w.,/+*%-])"
)
_TOKEN = pattern(r"\d{1,6}(?:\.\d{1,4})?%?|[()+*/-]|\x{d7}|\x{f7}|\x{2212}|x")
_SIGNS = {"x": "*", "\u00d7": "*", "\u00f7": "/", "\u2212": "-"}
_PLAIN_BLOCKS = frozenset({"", "text", "txt", "math"})
_LONGEST, _MOST_TOKENS, _MOST = 300, 60, 100
_FEWEST = 3
"""Numbers that a formula has at least: two may be a date, a part of a whole, or a range."""
_OPERATORS = ("+", "-", "*", "/", "x ", "\u00d7", "\u00f7", "\u2212")
_MOST_STEPS = 2
_WHOLE = 100
_Formula = tuple[int, tuple[Fraction, ...], Decimal]


def formula_statements(document: Document) -> Iterator[Statement]:
    """Every formula with its result, against what it gives."""
    for line, values, printed in document.derive(_formulas):
        if _fits(values, printed):
            yield supported(line, f"{printed} is what its formula gives.", "formula")
        else:
            yield contradicted(
                line, f"{printed} is not what its formula gives, which is {shown(values[0])}.", "formula"
            )


def formula_results(document: Document) -> frozenset[Decimal]:
    """The results of the formulas that are right."""
    return frozenset(printed for _, values, printed in document.derive(_formulas) if _fits(values, printed))


def _fits(values: tuple[Fraction, ...], printed: Decimal) -> bool:
    return any(is_printed_as(value, printed) or is_cut_off_as(value, printed) for value in values)


def _formulas(document: Document) -> tuple[_Formula, ...]:
    return tuple(islice(_found(document), _MOST))


def _found(document: Document) -> Iterator[_Formula]:
    for line, text in _lines(document):
        for match in _FORMULA.finditer(text):
            printed = number(match.group(2))
            tokens = [
                _SIGNS.get(one.group(), one.group()) for one in islice(_TOKEN.finditer(match.group(1)), _MOST_TOKENS)
            ]
            is_short = sum(one[0].isdigit() for one in tokens) < _FEWEST
            if printed is None or is_short or not _is_computed(match.group(1)) or _is_cut_out(text, match):
                continue
            raw, shares = _value(tokens, as_shares=False), _value(tokens, as_shares=True)
            values = tuple(
                one for one in (raw, shares, shares and shares * _WHOLE, raw and raw / _WHOLE) if one is not None
            )
            if values:
                yield line, values, printed


def _lines(document: Document) -> Iterator[tuple[int, str]]:
    yield from ((line.number, line.plain) for line in document.texts if "=" in line.text and len(line.text) < _LONGEST)
    for fence in document.fences:
        if fence.language in _PLAIN_BLOCKS:
            lines = enumerate(fence.lines, fence.number)
            yield from ((number, plain(text)) for number, text in lines if "=" in text and len(text) < _LONGEST)


def _is_computed(text: str) -> bool:
    """Whether numbers are put together, and no date, version or range is told."""
    return any(sign in text for sign in (" + ", " * ", " \u00d7 ", " x ", " - ", " \u2212 "))


def _is_cut_out(text: str, match: Match) -> bool:
    """Whether a formula goes on before or behind what was found of it, or in several steps."""
    before, behind = text[: match.start(1)].rstrip(), text[match.end(2) :].lstrip("% ")
    return before.endswith(_OPERATORS) or behind.startswith((*_OPERATORS, ",")) or text.count("=") > _MOST_STEPS


class _Reader:
    """Reads a formula from left to right: sums of products of numbers and parentheses."""

    def __init__(self, tokens: list[str], *, as_shares: bool) -> None:
        self.tokens = tokens
        self.index = 0
        self.as_shares = as_shares

    def sum(self) -> Fraction:
        value = self.product()
        while self.next() in ("+", "-"):
            sign = self.take()
            other = self.product()
            value = value + other if sign == "+" else value - other
        return value

    def product(self) -> Fraction:
        value = self.factor()
        while self.next() in ("*", "/"):
            sign = self.take()
            other = self.factor()
            value = value * other if sign == "*" else value / other
        return value

    def factor(self) -> Fraction:
        part = self.take()
        if part == "(":
            value = self.sum()
            if self.take() != ")":
                raise ValueError
            return value
        share = part.endswith("%") and self.as_shares
        return Fraction(part.rstrip("%")) / (_WHOLE if share else 1)

    def next(self) -> str:
        return self.tokens[self.index] if self.index < len(self.tokens) else ""

    def take(self) -> str:
        token = self.next()
        self.index += 1
        return token


def _value(tokens: list[str], *, as_shares: bool) -> Fraction | None:
    """What the tokens come to; None where they are no formula."""
    reader = _Reader(tokens, as_shares=as_shares)
    try:
        value = reader.sum()
    except (ValueError, ZeroDivisionError, RecursionError):
        return None
    return value if reader.index == len(tokens) else None
