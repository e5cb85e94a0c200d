"""Lines of which a document says that a TODO stands there, and the lines that tables cite in a column of their own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from auditor.check.case import Case, View
from auditor.check.document import Document, Table, plain
from auditor.check.mentions import Mention, mentions
from auditor.check.moments import held
from auditor.check.references import located
from auditor.check.resolution import Found
from auditor.check.statement import Statement, supported, uncheckable
from auditor.facts.pattern import pattern
from auditor.facts.vocabulary import matches

__all__ = ["cited_in_columns", "marker_statements"]

_MARKER = pattern(r"\b(?:TODO|FIXME|XXX|HACK)\b")
_ANY_CASE = pattern(r"(?i)\b(?:todo|fixme|xxx|hack)")
_HEAD = pattern(r"(?i)^line(?:\(s\)| no\.?| numbers?| ?#)?$")
_NUMBER = pattern(r"^L?(\d{1,6})(?:\s?[-\x{2013}]\s?L?(\d{1,6}))?$")
_NEAR = 5
"""So far from the cited line a TODO still counts as the one that is meant."""


def cited_in_columns(document: Document) -> Iterator[Mention]:
    """The files of tables with the line that a column called ``Line`` cites."""
    by_line: dict[int, list[Mention]] = {}
    for mention in mentions(document):
        by_line.setdefault(mention.line.number, []).append(mention)
    for table in document.tables:
        yield from _of_table(table, by_line)


def _of_table(table: Table, by_line: dict[int, list[Mention]]) -> Iterator[Mention]:
    column = next((index for index, head in enumerate(table.header) if _HEAD.match(plain(head))), None)
    if column is None:
        return
    for row in table.rows:
        named = by_line.get(row.number, [])
        found = _NUMBER.match(plain(row.cells[column])) if column < len(row.cells) else None
        if found and len(named) == 1 and not named[0].first and not named[0].count:
            yield replace(named[0], first=int(found.group(1)), last=int(found.group(2) or found.group(1)))


def marker_statements(case: Case) -> Iterator[Statement]:
    """Each TODO that a line of the document says to stand at a line of a file."""
    if not case.views:
        return
    marks = _Marks(case)
    told: dict[int, list[Mention]] = {}
    for mention in (*mentions(case.document), *case.document.derive(_columns)):
        if mention.first:
            told.setdefault(mention.line.number, []).append(mention)
    for found in told.values():
        line = found[0].line
        done = ("references.disputed", "references.gone", "absence.repaired")
        is_aside = line.box is True or any(matches(word, line.plain) for word in done)
        if len(found) == 1 and _MARKER.search(line.plain) and not is_aside:
            yield from _judged(case, marks, found[0])


def _columns(document: Document) -> tuple[Mention, ...]:
    return tuple(cited_in_columns(document))


def _judged(case: Case, marks: _Marks, mention: Mention) -> Iterator[Statement]:
    line, cited = mention.line.number, f"{mention.path}:{mention.first}"
    files = [(view, located(mention, view, case.folder)) for view in case.views]
    known = [(view, one.paths[0], view.lines(one.paths[0])) for view, one in files if one.found is Found.EXACT]
    texts = [(view, path, lines) for view, path, lines in known if lines is not None and len(lines) >= mention.first]
    if not texts:
        return
    if any(_is_near(mention, marks.of(view, path, lines)) for view, path, lines in texts):
        yield supported(line, f"At `{cited}` stands a TODO.", f"marker {cited}")
        return
    view, path, lines = texts[0]
    drift = next((label for label, places in marks.of_versions(path) if _is_near(mention, places)), "")
    if drift:
        yield uncheckable(line, f"At `{cited}` stands a TODO {drift}, and none at the time.", f"marker {cited}")
        return
    nearest = _nearest(mention.first, marks.of(view, path, lines))
    told = f"the nearest is in line {nearest}" if nearest else "the file has none"
    yield held(case, line, f"At `{cited}` stands no TODO {view.label}; {told}.", f"marker {cited}")


class _Marks:
    """The lines with a TODO of each file and its versions, looked for once however many lines of a document cite it."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._places: dict[tuple[View, str], tuple[int, ...]] = {}
        self._versions: dict[str, tuple[tuple[str, tuple[int, ...]], ...]] = {}

    def of(self, view: View, path: str, lines: tuple[str, ...]) -> tuple[int, ...]:
        """The numbers of the lines of a file at one moment."""
        if (view, path) not in self._places:
            self._places[view, path] = _marked(lines)
        return self._places[view, path]

    def of_versions(self, path: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """The same of its other versions, each with its name."""
        if path not in self._versions:
            self._versions[path] = tuple((label, _marked(lines)) for label, lines in self._case.versions(path))
        return self._versions[path]


def _marked(lines: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(number for number, text in enumerate(lines, 1) if _ANY_CASE.search(text))


def _nearest(line: int, places: tuple[int, ...]) -> int:
    """The place that is nearest to a line, of two alike the upper one; 0 where there is none."""
    at = bisect_left(places, line)
    return min(places[max(0, at - 1) : at + 1], key=lambda place: abs(place - line), default=0)


def _is_near(mention: Mention, places: tuple[int, ...]) -> bool:
    return bisect_left(places, mention.first - _NEAR) < bisect_left(places, mention.last + _NEAR + 1)
