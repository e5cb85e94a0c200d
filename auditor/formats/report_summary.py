"""The audit as a page of Markdown: for the summary of a job on GitHub, and as a comment on a pull request.

GitHub takes 1 MiB for the summary of a step, and 65,536 characters for a comment. The decision comes first and is
never cut; of each table the first rows are shown, and how many more there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.formats.order import live, worst_first
from auditor.formats.text import clipped, counted, single_line
from auditor.model.audit import Audit
from auditor.model.escape import code, prose
from auditor.model.finding import Finding
from auditor.model.outcome import ComponentResult, Condition
from auditor.model.repository import RepositoryIdentity

__all__ = ["COMMENT_MARK", "MOST_BYTES", "MOST_COMMENT_BYTES", "MOST_ROWS", "chunks", "comment_chunks"]

MOST_BYTES = 1_048_576
MOST_COMMENT_BYTES = 65_536
MOST_ROWS = 200
COMMENT_MARK = "<!-- auditor: readiness -->"
"""The first line of a comment, by which the next one finds it and takes its place."""
_RESERVE = 200
"""Bytes that are kept for the words that say what is left out."""
_MOST_REASONS = 10
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A section of the page: what stands above the rows, the rows, how many there are, and what a row is."""

    heading: tuple[str, ...]
    rows: Iterable[str]
    number: int
    noun: str


def chunks(audit: Audit) -> Iterator[bytes]:
    """The summary of a job."""
    return _page(audit, MOST_BYTES, ())


def comment_chunks(audit: Audit) -> Iterator[bytes]:
    """The same as a comment, behind a line by which it is found again."""
    return _page(audit, MOST_COMMENT_BYTES, (COMMENT_MARK, ""))


def _page(audit: Audit, most: int, opening: tuple[str, ...]) -> Iterator[bytes]:
    head = _lines((*opening, *_head(audit)))
    yield head
    room = most - len(head)
    for table, share in ((_components(audit), 4), (_conditions(audit), 2), (_findings(audit), 1)):
        for piece in _fitting(table, room // share) if table.number else ():
            room -= len(piece)
            yield piece


def _fitting(table: _Table, room: int) -> Iterator[bytes]:
    """The table as far as there is room for it."""
    heading = _lines(("", *table.heading))
    room -= len(heading) + _RESERVE
    yield heading
    shown = 0
    for row in table.rows:
        piece = _lines((row,))
        room -= len(piece)
        if room < 0 or shown == MOST_ROWS:
            break
        yield piece
        shown += 1
    if shown < table.number:
        yield _lines(("", f"And {counted(table.number - shown, f'more {table.noun}')}."))


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")


def _head(audit: Audit) -> Iterator[str]:
    score = audit.score
    yield f"# Readiness: {audit.decision}"
    yield ""
    yield f"**{score.overall}/100 ({prose(_short(score.grade))})**, as found {score.as_found}. {_place(audit.repository)}."
    yield (
        f"Rubric {code(_short(audit.rubric.id))} {code(_short(audit.rubric.version))}, evidence for {score.decided} of "
        f"{score.applicable} criteria ({score.evidence_coverage} %). Certificate {code(audit.certificate_id)}, "
        f"valid until {audit.valid_until}."
    )
    reasons = audit.verdict.why_not_better
    if reasons:
        yield ""
        yield "Why it is not better:"
        yield ""
        yield from (f"- {prose(_short(reason), table=False)}" for reason in reasons[:_MOST_REASONS])
    if len(reasons) > _MOST_REASONS:
        yield f"- and {counted(len(reasons) - _MOST_REASONS, 'more reason')}"


def _place(repository: RepositoryIdentity) -> str:
    name = code(_short(repository.name))
    if not repository.git:
        return f"{name}, a folder without git"
    at = f"at {code(repository.commit)}" if repository.commit else "without a commit"
    return f"{name} {at}{', with changes that are not committed' if repository.dirty else ''}"


def _components(audit: Audit) -> _Table:
    return _Table(
        heading=("| Component | Weight | Score | Grade | Lost to |", "|---|--:|--:|:-:|---|"),
        rows=map(_component, audit.components),
        number=len(audit.components),
        noun="component",
    )


def _component(one: ComponentResult) -> str:
    lost = sorted((each for each in one.criteria if each.deduction), key=lambda each: (-each.deduction, each.id))
    losses = ", ".join(f"{prose(_short(each.id))} -{each.deduction}" for each in lost[:3])
    more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""  # noqa: PLR2004 - as many as are shown
    score = str(one.score) if one.evaluated else "-"
    return f"| {prose(_short(one.title))} | {one.weight} | {score} | {prose(_short(one.grade))} | {losses or 'nothing'}{more} |"


def _conditions(audit: Audit) -> _Table:
    return _Table(
        heading=("## Conditions", "", "| | Condition | Owner | Due | Shown by |", "|---|---|---|---|---|"),
        rows=map(_condition, audit.conditions),
        number=len(audit.conditions),
        noun="condition",
    )


def _condition(one: Condition) -> str:
    what = f"{code(one.id, table=True)} {prose(_short(one.title))} ({prose(_short(one.component))})"
    return f"| {one.priority} | {what} | {prose(_short(one.owner))} | {one.due} | {prose(_short(one.acceptance))} |"


def _findings(audit: Audit) -> _Table:
    open_ones = worst_first(live(audit))
    waived = len(audit.findings) - len(open_ones)
    note = (f"{counted(waived, 'finding')} accepted by waivers, not listed here.", "") if waived else ()
    return _Table(
        heading=("## Findings, worst first", "", *note, "| Severity | Rule | Place | What |", "|---|---|---|---|"),
        rows=map(_finding, open_ones),
        number=len(open_ones),
        noun="finding",
    )


def _finding(one: Finding) -> str:
    place = code(f"{_short(one.path)}:{one.start_line}", table=True)
    return f"| {one.severity} | {prose(f'{one.rule} {_short(one.name)}')} | {place} | {prose(_short(single_line(one.message)))} |"


def _short(text: str) -> str:
    return clipped(text, _LONGEST)
