"""Counts of parts beside their total: tests that passed and failed, findings by severity."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations, groupby

from auditor.check.document import Document, Kind, Line, plain
from auditor.check.statement import Statement, contradicted, supported, uncheckable
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches, words

__all__ = ["part_count_statements"]

_FIELD = pattern(
    r"^[^\pL\d]{0,8}([A-Za-z][A-Za-z /-]{2,40}?)[\s*_`]{0,4}[:|][^\pL\d~≈<>+-]{0,6}(\d{1,3}(?:,\d{3})+|\d{1,7})\b(.{0,60})$"
)
_BEHIND = pattern(
    r"^[^\w+%/→~-]{0,4}(?:$|\(|[✅❌⚠\x{1F000}-\x{1FFFF}]|(?:tests?|issues?|findings?|passed|failed|total)\b)"
)
_INLINE = pattern(r"(?:^|[^\w.,/-])(\d{1,7}) ([A-Za-z]{4,13})\b")
_TOTAL_INLINE = pattern(
    r"(?:^|[^\w.,/-])(\d{1,7}) (?:\w+ ){0,2}total\b|\b[Tt]otal(?: \w+){0,2}\s?:\s?(\d{1,7})(?: (?:tests?|checks?))?\s?(?:[(,;|\x{2013}\x{2014}]|$)"
)
_UNSURE = pattern(r"[~≈→]|->|\d\s?/\s?\d|\d\+")
_FAMILIES = ("outcomes", "severities")
_FEWEST = {"outcomes": 2, "severities": 3}
_ENOUGH = {"outcomes": ("failed", "skipped"), "severities": ("critical", "high", "medium", "low")}
"""Parts that leave nothing out where all of them are told."""


@dataclass(frozen=True, slots=True)
class _Count:
    """A number with its label at a line."""

    line: int
    label: str
    value: int


def part_count_statements(document: Document) -> Iterator[Statement]:
    """Each total that stands in one list, table or sentence with its parts."""
    for block in _blocks(document):
        for family in _FAMILIES:
            yield from _of_block(block, family)
    for line in document.texts:
        yield from _of_sentence(line)


def _blocks(document: Document) -> Iterator[tuple[_Count, ...]]:
    """The counts of each list, and of each table of two columns that does not end in a row of totals."""
    for _, lines in groupby(document.texts, _place):
        yield tuple(chain.from_iterable(map(_count, lines)))
    for table in document.tables:
        rows = [row for row in table.rows if len(row.cells) > 1]
        is_summed = bool(rows) and plain(rows[-1].cells[0]).lower().startswith(("total", "sum", "grand", "overall"))
        if rows and not is_summed and not matches("scores.aside", " ".join(table.header)):
            texts = ((row.number, f"{plain(row.cells[0])}: {plain(row.cells[1])}") for row in rows)
            yield tuple(one for number, text in texts for one in _counted(number, text))


def _place(line: Line) -> tuple[int, Kind, int, str]:
    return line.section.number, line.kind, line.depth, line.label


def _count(line: Line) -> Iterator[_Count]:
    if line.kind in (Kind.ITEM, Kind.PARAGRAPH):
        yield from _counted(line.number, line.plain)


def _counted(number: int, text: str) -> Iterator[_Count]:
    found = _FIELD.match(text)
    if found and _BEHIND.match(found.group(3)) and not _UNSURE.search(found.group(3)):
        yield _Count(number, found.group(1).strip().lower(), int(found.group(2).replace(",", "")))


def _part(label: str, family: str) -> str:
    """Which part of its family a label names; empty where it names none."""
    for name in ("passed", "failed", "skipped", "errors") if family == "outcomes" else _SEVERITIES:
        if words(f"parts.{name}").fullmatch(label):
            return name
    return ""


_SEVERITIES = ("critical", "high", "medium", "low", "info")


def _of_block(block: tuple[_Count, ...], family: str) -> Iterator[Statement]:
    totals = [one for one in block if words(f"parts.total_{family}").fullmatch(one.label)]
    parts = [(name, one) for one in block for name in (_part(one.label, family),) if name]
    known = {name: one.value for name, one in parts}
    if len(totals) == 1 and len(known) == len(parts):
        told = {one.line for _, one in parts}
        others = [one.value for one in block if one.line not in told and one is not totals[0]]
        yield from _judged(totals[0], known, family, others)


def _of_sentence(line: Line) -> Iterator[Statement]:
    """The total of a line as test runners write it: ``3 failed, 97 passed, 100 total``."""
    text = line.plain
    found = list(_TOTAL_INLINE.finditer(text)) if "otal" in text and not _UNSURE.search(text) else []
    if len(found) != 1 or line.kind is Kind.ROW:
        return
    parts = [
        (name, int(one.group(1)))
        for one in _INLINE.finditer(text)
        for name in (_part(one.group(2).lower(), "outcomes"),)
        if name
    ]
    known = dict(parts)
    if len(known) == len(parts):
        total = _Count(line.number, "total", int(found[0].group(1) or found[0].group(2)))
        yield from _judged(total, known, "outcomes", ())


def _judged(whole: _Count, known: Mapping[str, int], family: str, others: Collection[int]) -> Iterator[Statement]:
    line, total = whole.line, whole.value
    if len(known) < _FEWEST[family] or (family == "outcomes" and "passed" not in known):
        return
    told = ", ".join(f"{value} {name}" for name, value in known.items())
    found, symbol = sum(known.values()), f"parts {family}"
    if total in _sums(known):
        yield supported(line, f"The total {total} is what its parts give ({told}).", symbol)
    elif found < total and (total - found in others or not all(name in known for name in _ENOUGH[family])):
        yield uncheckable(
            line, f"The parts of {total} that are told give {found} ({told}); others may be left out.", symbol
        )
    else:
        yield contradicted(line, f"The total {total} is not what its parts give, which is {found} ({told}).", symbol)


def _sums(known: Mapping[str, int]) -> frozenset[int]:
    """What the parts may give: all of them, or without some that others may hold already."""
    values: Iterable[int] = known.values()
    first, *others = values
    return frozenset(
        first + sum(some) for size in range(len(others) + 1) for some in combinations(others, size) if size
    )
