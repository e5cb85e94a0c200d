"""Results of measurements: coverage against committed reports; what no report bears out is uncheckable, and named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from auditor.check.case import Case, View
from auditor.check.document import Line
from auditor.check.statement import Statement, contradicted, supported, uncheckable
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["result_statements"]

_COVERAGE = pattern(r"(?i)\bcoverage\b[^.%\d]{0,15}(\d{1,3}(?:\.\d{1,2})?)\s?%(?:$|[^+\d])")
_COVERED = pattern(r"(?i)(?:^|[^\d.<>≥])(\d{1,3}(?:\.\d{1,2})?)\s?%\s+(?:\w+\s){0,2}coverage\b")
_CHANGE = pattern(
    r"(?i)(?:^|[^\d.])(\d{1,4}(?:\.\d{1,2})?)\s?%\s+(?:\w+\s){0,2}(?:faster|slower|reduction|improvement|increase|decrease|less|savings?)\b"
)
_RATE = pattern(r"line-rate=\"([01](?:\.\d{1,6})?)\"")
_REPORTS = ("coverage.json", "coverage.xml")
_MOST = 200
_HEAD_LINES = 20


def result_statements(case: Case) -> Iterator[Statement]:
    """Each coverage and each change in per cent that stands as a result."""
    if not case.views:
        return
    told = 0
    for line in case.document.texts:
        text = line.plain
        if "%" not in text or matches("scores.aside", text) or matches("expectation", text) or told >= _MOST:
            continue
        covered = _COVERAGE.search(text) or _COVERED.search(text)
        change = _CHANGE.search(text)
        if covered:
            told += 1
            yield _coverage(case, line, Decimal(covered.group(1)))
        elif change:
            told += 1
            yield uncheckable(
                line.number, f"No report in the repository says by how much it changed ({change.group(1)}%).", "change"
            )


def _coverage(case: Case, line: Line, claimed: Decimal) -> Statement:
    for view in case.views:
        for path in sorted((path for path in view.paths if path.rpartition("/")[2] in _REPORTS), key=len):
            measured = _measured(view, path)
            if measured is None:
                continue
            if abs(measured - claimed) <= 1:
                return supported(line.number, f"`{path}` {view.label} says {measured}%.", "coverage")
            if path.rpartition("/")[2] in line.text:
                return contradicted(
                    line.number, f"`{path}` {view.label} says {measured}%, and not {claimed}%.", "coverage"
                )
            return uncheckable(
                line.number, f"A coverage of {claimed}% is claimed; `{path}` {view.label} says {measured}%.", "coverage"
            )
    return uncheckable(line.number, f"No report in the repository says that {claimed}% are covered.", "coverage")


def _measured(view: View, path: str) -> Decimal | None:
    """The per cent that a report of coverage gives for everything; None where it is no such report."""
    lines = view.lines(path) or ()
    try:
        if path.endswith(".json"):
            return round(Decimal(str(json.loads("\n".join(lines))["totals"]["percent_covered"])), 1)
        found = next((match for match in map(_RATE.search, lines[:_HEAD_LINES]) if match), None)
        return round(Decimal(found.group(1)) * 100, 1) if found else None
    except (ValueError, LookupError, TypeError, RecursionError, InvalidOperation):
        return None
