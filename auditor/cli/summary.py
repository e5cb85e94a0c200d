"""The summary of an audit, on one screen of a terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from auditor.cli.links import NO_LINKS, Links
from auditor.cli.screen import Part, room_for, screen_lines
from auditor.cli.waiver_lines import waiver_lines
from auditor.formats.comparison_text import comparison_text
from auditor.model.audit import Audit
from auditor.model.escape import visible
from auditor.model.outcome import ComponentResult, Condition, Decision
from auditor.model.repository import RepositoryIdentity
from auditor.model.words import counted

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["decision_style", "hours", "print_comparisons", "print_head", "print_line", "print_summary"]

_STYLES = {Decision.GO: "bold green", Decision.CONDITIONAL: "bold yellow", Decision.NO_GO: "bold red"}
MOST_CONDITIONS = 8
"""Where there is no screen that says how many fit."""
MOST_REASONS = 4
_WIDE = 100
"""Columns from which the tables name weights and owners."""
_TITLE_WIDTH = 36
_OWNER_WIDTH = 30
_FIXED_LINES = 7
"""Two of the head, the titles of two tables, what conditions come to, what was looked at, and the hint."""


def print_summary(audit: Audit, console: Console, links: Links = NO_LINKS) -> None:
    """Print decision, components, what stands in the way, and what was not judged; on a terminal no more than its screen holds."""
    loud = [*waiver_lines(audit), *_outside_lines(audit)]
    lines = screen_lines(console)
    most = MOST_CONDITIONS if lines is None else len(audit.conditions)
    parts = {
        "components": Part(len(audit.components), 5),
        "reasons": Part(min(len(audit.verdict.why_not_better), MOST_REASONS + 1), 2),
        "conditions": Part(min(len(audit.conditions), most), 3),
        "loud": Part(len(loud), 3),
    }
    room = room_for(parts, None if lines is None else lines - _FIXED_LINES)
    print_head(audit, console)
    _print_some(loud, room["loud"], console)
    shown = _shown(len(audit.components), room["components"])
    console.print(_components(audit.components[:shown], console))
    if shown < len(audit.components):
        console.print(f"and {counted(len(audit.components) - shown, 'more component')}, in the certificate")
    reasons = [(f"  not better: {reason}", "") for reason in audit.verdict.why_not_better]
    _print_some(reasons, room["reasons"], console)
    if audit.conditions:
        console.print(_conditions(audit, audit.conditions[: room["conditions"]], console, links))
        _print_rest(audit, room["conditions"], console)
    _print_scope(audit, console)


def print_comparisons(audit: Audit) -> None:
    """Print how the audit answers an earlier certificate, and what changed since a merge base, where it was asked for."""
    if audit.review is not None:
        click.echo(f"\nanswers the earlier certificate, which is {audit.review.earlier.signature.value}")
        click.echo(comparison_text(audit.review.comparison, brief=True), nl=False)
    if audit.change is not None:
        click.echo("\nwhat this change does")
        click.echo(comparison_text(audit.change), nl=False)


def print_head(audit: Audit, console: Console) -> None:
    """Print the decision, what it is about, and what it rests on: two lines."""
    repository = audit.repository
    place = f"commit {repository.commit[:12]}" if repository.commit else "no commit"
    head = Text(audit.decision.value, style=decision_style(audit.decision))
    head.append(f"  {audit.score.overall}/100 ({audit.score.grade})", style="bold")
    head.append(visible(f"  {repository.name}, {place}, {_state(repository)}"))
    print_line(head, console)
    rests = (
        f"evidence for {audit.score.decided} of {audit.score.applicable} criteria ({audit.score.evidence_coverage}%); "
        f"rubric {audit.rubric.id} {audit.rubric.version}, rule pack {audit.tool.rule_pack.version}"
    )
    print_line(Text(rests, style="dim"), console)


def print_line(text: Text, console: Console) -> None:
    """Print one line; on a terminal it is cut where the screen ends, elsewhere it is folded."""
    console.print(text, no_wrap=console.is_terminal, overflow="ellipsis" if console.is_terminal else None)


def decision_style(decision: Decision) -> str:
    """How a decision is printed."""
    return _STYLES[decision]


def _shown(there: int, room: int) -> int:
    """How many of a list are shown, where a line that names the number of the others takes one's place."""
    return there if there <= room else max(room - 1, 0)


def _print_some(lines: list[tuple[str, str]], room: int, console: Console) -> None:
    shown = _shown(len(lines), room)
    for text, style in lines[:shown]:
        print_line(Text(visible(text), style=style), console)
    if shown < len(lines):
        console.print(f"  and {len(lines) - shown} more, in the certificate")


def _state(repository: RepositoryIdentity) -> str:
    if not repository.git:
        return "a folder without git"
    return "dirty work tree" if repository.dirty else "clean"


def _components(components: tuple[ComponentResult, ...], console: Console) -> Table:
    wide = console.width >= _WIDE
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("Component", *["Weight"] * wide, "Score", "Grade", *["Owner"] * wide, "Lost to"):
        cut = console.is_terminal or title in {"Weight", "Score", "Grade"}
        table.add_column(
            title,
            justify="right" if title in {"Weight", "Score"} else "left",
            no_wrap=cut,
            overflow="ellipsis",
            min_width=len(title) if cut else None,
            max_width={"Component": _TITLE_WIDTH, "Owner": _OWNER_WIDTH}.get(title) if cut else None,
        )
    for one in components:
        score = str(one.score) if one.evaluated else "-"
        owner = visible(_first_owner(", ".join(one.owners))) or "-"
        lost = _losses(one, 3 if wide else 2)
        table.add_row(visible(one.title), *[str(one.weight)] * wide, score, one.grade, *[owner] * wide, lost)
    return table


def _losses(component: ComponentResult, most: int) -> str:
    lost = sorted((one for one in component.criteria if one.deduction), key=lambda one: (-one.deduction, one.id))
    shown = ", ".join(f"{one.id} -{one.deduction}" for one in lost[:most])
    more = f", +{len(lost) - most}" if len(lost) > most else ""
    return (shown + more) or "nothing"


def _outside_lines(audit: Audit) -> list[tuple[str, str]]:
    said = [(one, f"refused: {one.refused}" if one.refused else one.says) for one in audit.outside.files]
    return [(f"  evidence {one.kind} {one.name}: {what}", "") for one, what in said]


def _conditions(audit: Audit, conditions: tuple[Condition, ...], console: Console, links: Links) -> Table:
    """One row each; a title leads to the place of the condition's first finding."""
    owners = console.width >= _WIDE
    widths = {"Condition": 9, "": 12, "Owner": 12, "Hours": 6, "Due": 10}
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("Condition", "", "Component", *["Owner"] * owners, "Hours", "Due"):
        table.add_column(
            title,
            justify="right" if title == "Hours" else "left",
            overflow="ellipsis",
            no_wrap=console.is_terminal or title != "",  # elsewhere a title is wrapped before any other column is cut
            min_width=widths.get(title),
            max_width=_column_width(title, console, owners=owners),
        )
    places = {one.fingerprint: one for one in audit.findings}
    for one in conditions:
        first = next((places[key] for key in one.findings if key in places), None)
        words = links.place(first.path, first.start_line, one.title) if first else Text(visible(one.title))
        named = [visible(_first_owner(one.owner))] * owners
        table.add_row(f"{one.priority} {one.id}", words, visible(one.component), *named, hours(one.effort), one.due)
    return table


def _column_width(title: str, console: Console, *, owners: bool) -> int | None:
    """The most columns of a terminal that a part of a condition gets; what its title can have is what others leave."""
    most = {"Component": 16, "Owner": _OWNER_WIDTH}
    if title or not console.is_terminal:
        return _OWNER_WIDTH if title == "Owner" else most.get(title) if console.is_terminal else None
    taken = 9 + 6 + 10 + most["Component"] + 8 + (most["Owner"] + 2 if owners else 0)
    return max(console.width - taken, 12)


def _first_owner(owners: str) -> str:
    """The first of several owners, and how many more there are."""
    first, *others = owners.split(", ")
    return f"{first} +{len(others)}" if others else first


def _print_rest(audit: Audit, shown: int, console: Console) -> None:
    hidden = len(audit.conditions) - shown
    total = sum(one.effort for one in audit.conditions)
    more = f", {hidden} of them not shown" if hidden > 0 else ""
    after = audit.verdict
    steps = len(after.path_to_go)
    way = f"; {steps} of them {'leads' if steps == 1 else 'lead'} to GO ({after.score_after}/100)" if steps else ""
    print_line(Text(f"{counted(len(audit.conditions), 'condition')}{more}, {hours(total)} h{way}"), console)


def _print_scope(audit: Audit, console: Console) -> None:
    inventory = audit.inventory
    left = sum(one.files for one in inventory.left_out)
    counts = Counter(one.category.value for one in audit.findings)
    kinds = ", ".join(
        f"{number} {name}" for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
    scope = (
        f"{counted(inventory.files, 'file')}, {counted(inventory.lines, 'line')}; {counted(left, 'file')} left out, "
        f"{len(inventory.unjudged)} not judged; {counted(len(audit.findings), 'finding')}"
        + (f": {kinds}" if kinds else "")
    )
    print_line(Text(scope, style="dim"), console)
    lowest = min((one for one in audit.components if one.evaluated), key=lambda one: one.score, default=None)
    if console.is_terminal and lowest is not None and lowest.score < 100:  # noqa: PLR2004 - nothing was lost
        print_line(Text(visible(f"why: auditor scan --explain {lowest.name}"), style="dim"), console)


def hours(minutes: int) -> str:
    """Minutes as hours and minutes: ``2:05``."""
    whole, rest = divmod(minutes, 60)
    return f"{whole}:{rest:02d}"
