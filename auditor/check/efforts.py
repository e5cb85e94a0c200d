"""The total effort that a document gives, against the totals that it gives elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from auditor.check.document import Document, Line, plain
from auditor.check.scores import number, shown
from auditor.check.statement import Statement, contradicted, supported
from auditor.check.weight import HEAD, is_aside, place_of
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["effort_statements"]

_AMOUNT = pattern(
    r"(?i)(?:^|[^\w.,-])(\d{1,4}(?:\.\d)?)(?:\s?(?:-|\x{2013}|to)\s?(\d{1,4}(?:\.\d)?))?(\+?)\s?(hours?|hrs?|h|days?|weeks?)\b"
)
_UNITS = {"h": "hour", "d": "day", "w": "week"}
_SHORT = 60


@dataclass(frozen=True, slots=True)
class _Total:
    """A total effort for everything: where it stands, and from how much to how much of its unit."""

    line: int
    unit: str
    low: Fraction
    high: Fraction

    def __str__(self) -> str:
        span = shown(self.low) if self.low == self.high else f"{shown(self.low)} to {shown(self.high)}"
        return f"{span} {self.unit}s"


def effort_statements(document: Document) -> Iterator[Statement]:
    """Each further total effort of the document, against the first in the same unit."""
    known: dict[str, _Total] = {}
    for total in _totals(document):
        first = known.setdefault(total.unit, total)
        if first is total:
            continue
        if total.low <= first.high and first.low <= total.high:
            yield supported(total.line, f"The total effort of {total} agrees with line {first.line}.", "effort")
        else:
            told = f"The total effort is {total} here, and {first} in line {first.line}."
            yield contradicted(total.line, told, "effort")


def _totals(document: Document) -> Iterator[_Total]:
    for line in document.texts:
        label, colon, rest = line.plain.replace(" | ", ": ", 1).partition(":")
        if colon and words("efforts.total").fullmatch(label.strip(" -*")) and _is_for_all(document, line):
            total = _total(line.number, plain(rest)[:_SHORT])
            if total:
                yield total


def _is_for_all(document: Document, line: Line) -> bool:
    """Whether a total is one of everything: what nothing calls a total is so only in the head or the end of a document."""
    if not words("efforts.whole").match(line.plain) and place_of(document, line) < HEAD:
        return False
    return not is_aside(line.section) and not any(matches("efforts.part", title) for title in line.section.path[1:])


def _total(line: int, text: str) -> _Total | None:
    found = list(_AMOUNT.finditer(text))
    if len(found) != 1 or matches("efforts.about", text) or found[0].group(3):
        return None
    match = found[0]
    low, high = number(match.group(1)), number(match.group(2) or match.group(1))
    if low is None or high is None:
        return None
    return _Total(line, _UNITS[match.group(4)[0].lower()], Fraction(low), Fraction(high))
