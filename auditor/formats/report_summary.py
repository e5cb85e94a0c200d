"""The audit as a page of Markdown: for the summary of a job on GitHub, and as a comment on a pull request.

GitHub takes 1 MiB for the summary of a step, and 65,536 characters for a comment. The decision comes first and is
never cut; of each table the first rows are shown, and how many more there are.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.formats.order import live, worst_first
from auditor.formats.page import Table, fitting, lines_of, short
from auditor.formats.report_change import change_head, change_tables
from auditor.formats.text import counted, single_line
from auditor.model.audit import Audit
from auditor.model.escape import code, prose
from auditor.model.finding import Finding
from auditor.model.outcome import ComponentResult, Condition
from auditor.model.repository import RepositoryIdentity
from auditor.model.words import listed

__all__ = ["COMMENT_MARK", "MOST_BYTES", "MOST_COMMENT_BYTES", "chunks", "comment_chunks"]

MOST_BYTES = 1_048_576
MOST_COMMENT_BYTES = 65_536
COMMENT_MARK = "<!-- auditor: readiness -->"
"""The first line of a comment, by which the next one finds it and takes its place."""
_MOST_REASONS = 10


def chunks(audit: Audit) -> Iterator[bytes]:
    """The summary of a job."""
    return _page(audit, MOST_BYTES, ())


def comment_chunks(audit: Audit) -> Iterator[bytes]:
    """The same as a comment, behind a line by which it is found again."""
    return _page(audit, MOST_COMMENT_BYTES, (COMMENT_MARK, ""))


def _page(audit: Audit, most: int, opening: tuple[str, ...]) -> Iterator[bytes]:
    head = lines_of((*opening, *_head(audit)))
    yield head
    yield from fitting(_tables(audit), most - len(head))


def _tables(audit: Audit) -> tuple[Table, ...]:
    """Components, and what is to be done: about a change, what it adds and resolves."""
    if audit.change is not None:
        return (_components(audit), *change_tables(audit, audit.change))
    return (_components(audit), _conditions(audit), _findings(audit))


def _head(audit: Audit) -> Iterator[str]:
    score = audit.score
    yield f"# Readiness: {audit.decision}"
    yield ""
    if audit.change is not None:
        yield from change_head(audit, audit.change)
        yield ""
    yield f"**{score.overall}/100 ({prose(short(score.grade))})**, as found {score.as_found}. {_place(audit.repository)}."
    yield (
        f"Rubric {code(short(audit.rubric.id))} {code(short(audit.rubric.version))}, evidence for {score.decided} of "
        f"{score.applicable} criteria ({score.evidence_coverage} %). Certificate {code(audit.certificate_id)}, "
        f"valid until {prose(audit.valid_until)}."
    )
    reasons = audit.verdict.why_not_better
    if reasons:
        yield ""
        yield "Why it is not better:"
        yield ""
        yield from (f"- {prose(short(reason), table=False)}" for reason in reasons[:_MOST_REASONS])
    if len(reasons) > _MOST_REASONS:
        yield f"- and {counted(len(reasons) - _MOST_REASONS, 'more reason')}"


def _place(repository: RepositoryIdentity) -> str:
    name = code(short(repository.name))
    if not repository.git:
        return f"{name}, a folder without git"
    at = f"at {code(repository.commit)}" if repository.commit else "without a commit"
    return f"{name} {at}{', with changes that are not committed' if repository.dirty else ''}"


def _components(audit: Audit) -> Table:
    return Table(
        heading=("| Component | Weight | Score | Grade | Lost to |", "|---|--:|--:|:-:|---|"),
        rows=map(_component, audit.components),
        number=len(audit.components),
        noun="component",
    )


def _component(one: ComponentResult) -> str:
    lost = sorted((each for each in one.criteria if each.deduction), key=lambda each: (-each.deduction, each.id))
    losses = listed(f"{prose(short(each.id))} -{each.deduction}" for each in lost)
    score = str(one.score) if one.evaluated else "-"
    return f"| {prose(short(one.title))} | {one.weight} | {score} | {prose(short(one.grade))} | {losses or 'nothing'} |"


def _conditions(audit: Audit) -> Table:
    return Table(
        heading=("## Conditions", "", "| | Condition | Owner | Due | Shown by |", "|---|---|---|---|---|"),
        rows=map(_condition, audit.conditions),
        number=len(audit.conditions),
        noun="condition",
    )


def _condition(one: Condition) -> str:
    what = f"{code(one.id, table=True)} {prose(short(one.title))} ({prose(short(one.component))})"
    return (
        f"| {one.priority} | {what} | {prose(short(one.owner))} | {prose(one.due)} | {prose(short(one.acceptance))} |"
    )


def _findings(audit: Audit) -> Table:
    open_ones = worst_first(live(audit))
    waived = len(audit.findings) - len(open_ones)
    note = (f"{counted(waived, 'finding')} accepted by waivers, not listed here.", "") if waived else ()
    return Table(
        heading=("## Findings, worst first", "", *note, "| Severity | Rule | Place | What |", "|---|---|---|---|"),
        rows=map(_finding, open_ones),
        number=len(open_ones),
        noun="finding",
    )


def _finding(one: Finding) -> str:
    place = code(f"{short(one.path)}:{one.start_line}", table=True)
    return f"| {one.severity} | {prose(f'{one.rule} {short(one.name)}')} | {place} | {prose(short(single_line(one.message)))} |"
