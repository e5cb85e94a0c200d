"""What a change does, for the page of a pull request: the decision, the score, and what it adds and resolves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.comparison.worse import added_fingerprints
from auditor.formats.page import Table, short
from auditor.formats.text import counted, single_line
from auditor.model.audit import Audit
from auditor.model.comparison import Comparison, ConditionState, FindingMark
from auditor.model.escape import code, prose

__all__ = ["change_head", "change_tables", "moved"]


def moved(change: Comparison) -> str:
    """``NO-GO as before, 69 -> 64 (-5)``."""
    old, new = change.old, change.new
    decision = f"{new.decision} as before" if old.decision is new.decision else f"{old.decision} -> {new.decision}"
    if old.overall == new.overall:
        return f"{decision}, {new.overall}/100 as before"
    return f"{decision}, {old.overall} -> {new.overall} of 100 ({new.overall - old.overall:+d})"


def change_head(audit: Audit, change: Comparison) -> Iterator[str]:
    """What the change comes to, in one sentence, and what a reader must know to judge it."""
    added, resolved = len(added_fingerprints(audit, change)), len(change.findings_resolved)
    began = f" since {code(change.old.commit[:12])}" if change.old.commit else ""
    yield f"**This change{began}:** {moved(change)}. It adds {counted(added, 'finding')} and resolves {resolved:,}."
    for note in change.notes:
        yield ""
        yield f"Note: {prose(short(note), table=False)}."


def change_tables(audit: Audit, change: Comparison) -> tuple[Table, ...]:
    """The conditions that are new or back, the findings that are new, and those that are gone."""
    added = added_fingerprints(audit, change)
    return (
        _conditions(change),
        _findings("What this change adds", [one for one in change.findings_added if one.fingerprint in added]),
        _findings("What it resolves", change.findings_resolved),
    )


def _conditions(change: Comparison) -> Table:
    back = [one for one in change.answers if one.state is ConditionState.REGRESSED]
    rows = [
        *(f"| {code(one.id, table=True)} {prose(short(one.title))} | {prose(short(one.component))} | {one.priority} | new |" for one in change.raised),
        *(f"| {code(one.before.id, table=True)} {prose(short(one.before.title))} | {prose(short(one.before.component))} | {one.before.priority} | regressed |" for one in back),
    ]  # fmt: skip
    heading = ("## Conditions that this change adds", "", "| Condition | Component | | |", "|---|---|---|---|")
    return Table(heading=heading, rows=rows, number=len(rows), noun="condition")


def _findings(title: str, findings: Sequence[FindingMark]) -> Table:
    ordered = sorted(findings, key=lambda one: (one.severity.rank, one.path, one.start_line, one.rule))
    return Table(
        heading=(f"## {title}", "", "| Severity | Rule | Place | What |", "|---|---|---|---|"),
        rows=map(_finding, ordered),
        number=len(ordered),
        noun="finding",
    )


def _finding(one: FindingMark) -> str:
    place = code(f"{short(one.path)}:{one.start_line}", table=True)
    rule = prose(f"{one.rule} {short(one.name)}")
    return f"| {one.severity} | {rule} | {place} | {prose(short(single_line(one.message)))} |"
