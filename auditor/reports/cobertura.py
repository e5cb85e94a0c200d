"""Cobertura XML, counted line by line: http://cobertura.sourceforge.net/xml/coverage-04.dtd is its description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from auditor.model.words import counted
from auditor.reports.base import ReportFacts, bad_report
from auditor.reports.xml_reader import read_elements

__all__ = ["MOST_LINES", "CoverageReport", "parse_cobertura"]

MOST_LINES = 5_000_000
_REMEDY = "give a report in Cobertura's XML, such as coverage xml writes"
_COUNT = re.compile(r"\d{1,18}")
_RATE = re.compile(r"[01](\.\d{1,20})?|\d(\.\d{1,20})?[eE]-\d{1,2}")
_BRANCHES = re.compile(r"\((\d{1,6})/(\d{1,6})\)")
_TOLERANCE = Decimal("0.005")
"""Rates are printed rounded."""

_MILLISECONDS_FROM = 100_000_000_000
"""Cobertura and coverage.py give milliseconds, gcovr gives seconds: no report was made in the year 5138."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageReport:
    """Lines and branches, as the line elements say; each line of a file counts once."""

    facts: ReportFacts
    lines: int
    lines_covered: int
    branches: int
    branches_covered: int


@dataclass(slots=True)
class _Collector:
    """`path` is that of the open elements; `hits` is by file, then line; `each` counts a line as often as it stands there."""

    name: str
    path: list[str] = field(default_factory=list)
    root: dict[str, str] = field(default_factory=dict)
    file: dict[int, tuple[bool, int, int]] = field(default_factory=dict)
    files: dict[str, dict[int, tuple[bool, int, int]]] = field(default_factory=dict)
    each: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    def start(self, tag: str, attributes: Mapping[str, str], line: int) -> None:
        if not self.path:
            self._begin(tag, attributes, line)
        elif tag == "class":
            self.file = self.files.setdefault(attributes.get("filename", ""), {})
        elif tag == "line" and self.path[-2:] == ["class", "lines"]:
            self._line(attributes, line)
        self.path.append(tag)

    def end(self, _tag: str) -> None:
        self.path.pop()

    def _begin(self, tag: str, attributes: Mapping[str, str], line: int) -> None:
        if tag != "coverage":
            raise bad_report(self.name, f"this is no Cobertura report: it begins with <{tag[:40]}>", _REMEDY, line)
        for key, pattern in (
            ("lines-valid", _COUNT), ("lines-covered", _COUNT), ("branches-valid", _COUNT),
            ("branches-covered", _COUNT), ("timestamp", _COUNT), ("line-rate", _RATE), ("branch-rate", _RATE),
        ):  # fmt: skip
            text = attributes.get(key, "").strip()
            if text and not pattern.fullmatch(text):
                raise bad_report(self.name, f"{key} is no number that it can be: {text[:40]!r}", _REMEDY, line)
            self.root[key] = text

    def _line(self, attributes: Mapping[str, str], line: int) -> None:
        number, hits = attributes.get("number", ""), attributes.get("hits", "")
        if not _COUNT.fullmatch(number) or not _COUNT.fullmatch(hits):
            raise bad_report(self.name, f"a line without number or hits: {number[:20]!r}, {hits[:20]!r}", _REMEDY, line)
        taken, branches = self._branches(attributes, line)
        covered, old_taken, old_branches = self.file.get(int(number), (False, 0, 0))
        covered_now = int(hits) > 0
        self.file[int(number)] = (covered or covered_now, max(taken, old_taken), max(branches, old_branches))
        for at, count in enumerate((1, covered_now, branches, taken)):
            self.each[at] += count
        if self.each[0] > MOST_LINES:
            raise bad_report(self.name, f"more than {MOST_LINES} lines", "give a report for each part of them", line)

    def _branches(self, attributes: Mapping[str, str], line: int) -> tuple[int, int]:
        text = attributes.get("condition-coverage", "")
        found = _BRANCHES.search(text) if text else None
        if found is None:
            return 0, 0
        taken, branches = int(found[1]), int(found[2])
        if taken > branches:
            raise bad_report(self.name, f"more branches taken than there are: {text[:40]!r}", _REMEDY, line)
        return taken, branches


def parse_cobertura(data: bytes, name: str) -> CoverageReport:
    """The report in `data`. Raises UserError, naming file and line, where it is none."""
    found = _Collector(name)
    read_elements(data, name, found.start, found.end)
    once = [0, 0, 0, 0]
    for lines in found.files.values():
        for covered, taken, branches in lines.values():
            for at, count in enumerate((1, covered, branches, taken)):
                once[at] += count
    facts = ReportFacts(
        says=_says(once, len(found.files)),
        produced=_produced(found.root.get("timestamp", "")),
        contradictions=tuple(_contradictions(found.root, once, found.each)),
        empty="" if once[0] else "there is no line in it",
    )
    return CoverageReport(facts=facts, lines=once[0], lines_covered=once[1], branches=once[2], branches_covered=once[3])


def _says(counts: list[int], files: int) -> str:
    lines, covered, branches, taken = counts
    said = f"{covered} of {counted(lines, 'line')} of {counted(files, 'file')} covered{_percent(covered, lines)}"
    return f"{said}, {taken} of {branches} branches{_percent(taken, branches)}" if branches else said


def _percent(part: int, whole: int) -> str:
    return f" ({100 * part // whole}%)" if whole else ""


def _produced(text: str) -> datetime | None:
    if not text or not int(text):
        return None
    stamp = int(text)
    try:
        return datetime.fromtimestamp(stamp // 1000 if stamp >= _MILLISECONDS_FROM else stamp, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _contradictions(root: Mapping[str, str], once: list[int], each: list[int]) -> Iterator[str]:
    """A stated total may count a line once, or once for each class of its file: tools do either."""
    for what, whole, part in (("line", 0, 1), ("branch", 2, 3)):
        plural = "lines" if what == "line" else "branches"
        for key, at in ((f"{plural}-valid", whole), (f"{plural}-covered", part)):
            if root[key] and int(root[key]) not in (once[at], each[at]):
                yield f"{key} is stated as {root[key]}, and comes to {once[at]}"
        rate = root[f"{what}-rate"]
        counted = [counts for counts in (once, each) if counts[whole]]
        if rate and counted and not any(_near(rate, counts[part], counts[whole]) for counts in counted):
            yield f"{what}-rate is stated as {rate}, and comes to {once[part]} of {once[whole]}"


def _near(rate: str, part: int, whole: int) -> bool:
    return abs(Decimal(rate) - Decimal(part) / Decimal(whole)) <= _TOLERANCE
