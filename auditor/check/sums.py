"""Totals against what they sum up: items of a list, and deductions from a score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import takewhile

from auditor.check.document import Document, Kind, Line, Section
from auditor.check.scores import first_score, number, shown
from auditor.check.statement import Statement, contradicted, supported
from auditor.facts.pattern import Match, pattern
from auditor.facts.vocabulary import words

__all__ = ["ABOUT", "announced_statements", "deduction_statements", "sum_statements"]

_UNITS = {
    "hour": ("hour", 60), "hours": ("hour", 60), "hrs": ("hour", 60), "hr": ("hour", 60), "h": ("hour", 60),
    "min": ("hour", 1), "mins": ("hour", 1), "minutes": ("hour", 1), "minute": ("hour", 1),
    "line": ("line", 1), "lines": ("line", 1), "loc": ("line", 1),
    "test": ("test", 1), "tests": ("test", 1), "file": ("file", 1), "files": ("file", 1),
    "week": ("week", 1), "weeks": ("week", 1), "point": ("point", 1), "points": ("point", 1),
}  # fmt: skip
_NUMBER = r"(\d[\d,]{0,8}(?:\.\d{1,2})?)"
_QUANTITY = pattern(
    r"(?i)(?:^|[^\w.,/+-])"
    + _NUMBER
    + r"(\+?)(?:\s?(?:-|\x{2013}|to)\s?"
    + _NUMBER
    + r")?\s?(hours?|hrs?|h|minutes?|mins?|lines?|loc|tests?|files?|weeks?|points?)\b"
)
_TOTAL = pattern(r"(?i)^\W*(?:grand |overall |sub-?)?total\b[^:|]{0,60}[:|]")
ABOUT = pattern(r"[~≈≥>]|(?i)\b(?:about|approx\w*|roughly|over|more than|at least|up to|around)\b|\d\+")
"""What tells that an amount is not exact."""
_ANNOUNCED = pattern(
    r"(?i)^\W*(?:total(?: of)?:? )?(\d{1,5})(\+?) (?:[a-z-]+ ){0,3}?(hours|lines|tests?|files?)(?: cases?)?(?: across \d{1,3} [a-z]+)?\W{0,4}:$"
)
_DEDUCTION = pattern(
    r"(?i)\((?:score )?(?:impact|deduction|penalty)\s*:?\s*[-\x{2212}\x{2013}](\d{1,3})(?:\s?(?:points?|pts))?\)"
)
_FEWEST = 2
_REACH = 300
"""Lines above a total that it may sum up."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount with its unit, as a range from `low` to `high` in the unit's smallest measure."""

    unit: str
    low: Fraction
    high: Fraction
    is_about: bool


def sum_statements(document: Document) -> Iterator[Statement]:
    """Every line that begins with a total, against the amounts of the list before it."""
    for index, line in enumerate(document.texts):
        if line.kind is Kind.ROW or not _TOTAL.match(line.plain):
            continue
        total = _only_quantity(line.plain.partition(":")[2])
        if total is None:
            continue
        before = document.texts[max(0, index - _REACH) : index]
        near = _items_before(before, line, total.unit, across=False)
        all_before = _items_before(before, line, total.unit, across=True)
        if near == all_before or _sum(all_before) == (total.low, total.high):
            near = all_before
        elif _sum(near) != (total.low, total.high):
            continue  # there are several lists, and which of them are summed up is not told
        if len(near) >= _FEWEST:
            yield from _judged(line, total, near)


def announced_statements(document: Document) -> Iterator[Statement]:
    """Every line that announces an amount and a list (``12 tests:``), against the amounts of the list right below it."""
    for index, line in enumerate(document.texts):
        found = _ANNOUNCED.match(line.plain) if line.kind is not Kind.ROW and line.plain.endswith(":") else None
        unit = _UNITS[found.group(3).lower()][0] if found else ""
        items = _items_below(document.texts[index + 1 : index + 1 + _REACH], line) if found else []
        amounts = [_only_quantity(item.plain, unit) for item in items]
        known = [(item, one) for item, one in zip(items, amounts, strict=True) if one and one.low == one.high]
        if found and len(items) >= _FEWEST and len(known) == len(items):
            yield from _announced(line, int(found.group(1)), unit, known, at_least=bool(found.group(2)))


def _announced(
    line: Line, claimed: int, unit: str, items: list[tuple[Line, Quantity]], *, at_least: bool
) -> Iterator[Statement]:
    exact = _sum(items)[0] / (60 if unit == "hour" else 1)
    if exact == claimed or (at_least and exact >= claimed):
        yield supported(line.number, f"The {claimed} {unit}s are those of the {len(items)} items below.", "announced")
    elif not any(one.is_about for _, one in items):
        fault = f"{claimed} {unit}s are announced, and the {len(items)} items below have {shown(exact)}."
        yield contradicted(line.number, fault, "announced")


def _items_below(after: tuple[Line, ...], line: Line) -> list[Line]:
    """The items of the list that a line announces; none where some have items of their own."""
    depth = line.depth + 1
    items = list(takewhile(lambda one: one.kind is Kind.ITEM and one.depth >= depth, after))
    return items if all(one.depth == depth for one in items) else []


def _judged(line: Line, total: Quantity, items: list[tuple[Line, Quantity]]) -> Iterator[Statement]:
    low, high = _sum(items)
    about = total.is_about or any(one.is_about for _, one in items)
    size = 60 if total.unit == "hour" else 1
    if (low, high) == (total.low, total.high) or _is_rounded(total, low, high):
        yield supported(line.number, f"The total is the sum of {len(items)} items.", "total")
    elif not about and all(one.low == one.high for _, one in items) and total.low == total.high:
        yield contradicted(
            line.number,
            f"The total of {shown(total.low / size)} {total.unit}s is not the sum of the {len(items)} items from line "
            f"{items[0][0].number} on, which is {shown(low / size)}.",
            "total",
        )


def _is_rounded(total: Quantity, low: Fraction, high: Fraction) -> bool:
    """Whether whole hours are the nearest ones to a sum of hours and minutes."""
    is_whole = total.unit == "hour" and total.low == total.high and total.low % 60 == 0
    return is_whole and low == high and low % 60 != 0 and abs(total.low - low) * 2 < 60  # noqa: PLR2004 - minutes


def _sum(items: list[tuple[Line, Quantity]]) -> tuple[Fraction, Fraction]:
    return Fraction(sum(one.low for _, one in items)), Fraction(sum(one.high for _, one in items))


def _items_before(before: tuple[Line, ...], total: Line, unit: str, *, across: bool) -> list[tuple[Line, Quantity]]:
    """The amounts of the list that ends right before a total, or with `across` of all lists of its section.

    Nothing where it is unclear what is summed up.
    """
    items: list[tuple[Line, Quantity]] = []
    here = bare = 0
    for line in reversed(before):
        if line.section != total.section or line.kind is Kind.ROW:
            break
        if line.kind is not Kind.ITEM:
            if items and not across:
                break
            here = bare = 0
            continue
        quantity = _only_quantity(line.plain, unit)
        if line.depth > 1 or quantity is None:
            if line.depth == 1 and _TOTAL.match(line.plain):
                break
            if (line.depth > 1 and quantity is not None) or (line.depth == 1 and _has(line.plain, unit)):
                return []  # amounts of two depths, or two of one item: which of them are meant is not told
            bare += line.depth == 1
        else:
            here += 1
            items.append((line, quantity))
        if here and bare:
            return []  # what some items of the list take is not told
    return items[::-1]


def _has(text: str, unit: str) -> bool:
    return any(
        _UNITS[match.group(4).lower()][0] == unit
        for match in _QUANTITY.finditer(text)
        if match.group(4).lower() in _UNITS
    )


def _only_quantity(text: str, unit: str = "") -> Quantity | None:
    """The one amount (of this unit) in a text; None where there is none, or more than one."""
    found = [one for one in map(_quantity, _QUANTITY.finditer(text)) if one and (not unit or one.unit == unit)]
    if not found or (len(found) > 1 and unit) or (not unit and len({one.unit for one in found}) < len(found)):
        return None
    about = bool(ABOUT.search(text))
    return Quantity(found[0].unit, found[0].low, found[0].high, found[0].is_about or about)


def _quantity(match: Match) -> Quantity | None:
    known = _UNITS.get(match.group(4).lower())
    low, high = number(match.group(1)), number(match.group(3) or match.group(1))
    if known is None or low is None or high is None:
        return None
    return Quantity(known[0], Fraction(low) * known[1], Fraction(high) * known[1], bool(match.group(2)))


def deduction_statements(document: Document) -> Iterator[Statement]:
    """Every score of a section that states what it lost, against 100 minus that."""
    for section in document.sections[1:]:
        lines = [line for line in document.below(section) if line.number > section.line]
        lost = [int(match.group(1)) for line in lines for match in _DEDUCTION.finditer(line.plain)]
        score = _own_score(lines, section)
        if not lost or score is None:
            continue
        line, value = score
        if value == 100 - sum(lost):
            yield supported(line, f"{value}/100 is 100 minus the deductions of {sum(lost)}.", "deductions")
        else:
            yield contradicted(
                line,
                f"{value}/100 is not 100 minus the deductions of {sum(lost)}, which is {100 - sum(lost)}.",
                "deductions",
            )


def _own_score(lines: list[Line], section: Section) -> tuple[int, Decimal] | None:
    """The score on a hundred that a section states of itself, outside of the sections within it."""
    for line in lines:
        label, colon, rest = line.plain.partition(":")
        if line.section == section and colon and words("scores.section").fullmatch(label.strip()):
            score = first_score(rest[:20])
            return (line.number, score.value) if score and score.scale == 100 and score.grade != "%" else None  # noqa: PLR2004
    return None
