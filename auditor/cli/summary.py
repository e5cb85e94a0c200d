"""The summary of an audit on one screen of a visible."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from auditor.cli.waiver_lines import print_waivers
from auditor.formats.comparison_text import comparison_text
from auditor.model.audit import Audit
from auditor.model.escape import visible
from auditor.model.outcome import ComponentResult, Condition, Decision
from auditor.model.repository import RepositoryIdentity

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["print_comparisons", "print_summary"]

_STYLES = {Decision.GO: "bold green", Decision.CONDITIONAL: "bold yellow", Decision.NO_GO: "bold red"}
MOST_CONDITIONS = 8
_LEAST_WIDTHS = {"Condition": 9, "": 12, "Owner": 12, "Hours": 6, "Due": 10}
"""Columns that a long title must not squeeze."""
MOST_REASONS = 4


def print_summary(audit: Audit, console: Console) -> None:
    """Print decision, components, what stands in the way, and what was not judged."""
    _print_head(audit, console)
    print_waivers(audit, console)
    console.print(_components(audit.components))
    _print_outside(audit, console)
    _print_reasons(audit, console)
    if audit.conditions:
        console.print(_conditions(audit.conditions))
        _print_rest(audit, console)
    _print_scope(audit, console)


def print_comparisons(audit: Audit) -> None:
    """Print how the audit answers an earlier certificate, and what changed since a merge base, where it was asked for."""
    if audit.review is not None:
        click.echo(f"\nanswers the earlier certificate, which is {audit.review.earlier.signature.value}")
        click.echo(comparison_text(audit.review.comparison, brief=True), nl=False)
    if audit.change is not None:
        click.echo("\nwhat this change does")
        click.echo(comparison_text(audit.change), nl=False)


def _print_head(audit: Audit, console: Console) -> None:
    repository = audit.repository
    place = f"commit {repository.commit[:12]}" if repository.commit else "no commit"
    state = _state(repository)
    head = Text(audit.decision.value, style=_STYLES[audit.decision])
    head.append(f"  {audit.score.overall}/100 ({audit.score.grade})", style="bold")
    head.append(visible(f"  {repository.name}, {place}, {state}"))
    console.print(head)
    console.print(
        f"rubric {audit.rubric.id} {audit.rubric.version}, rule pack {audit.tool.rule_pack.version}, "
        f"evidence for {audit.score.decided} of {audit.score.applicable} criteria "
        f"({audit.score.evidence_coverage}%)",
        style="dim",
    )


def _state(repository: RepositoryIdentity) -> str:
    if not repository.git:
        return "a folder without git"
    return "dirty work tree" if repository.dirty else "clean"


def _components(components: tuple[ComponentResult, ...]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("Component", "Weight", "Score", "Grade", "Owner", "Lost to"):
        table.add_column(title, justify="right" if title in {"Weight", "Score"} else "left")
    for one in components:
        score = str(one.score) if one.evaluated else "-"
        owners = visible(_first_owner(", ".join(one.owners))) or "-"
        table.add_row(visible(one.title), str(one.weight), score, one.grade, owners, _losses(one))
    return table


def _losses(component: ComponentResult) -> str:
    lost = sorted((one for one in component.criteria if one.deduction), key=lambda one: (-one.deduction, one.id))
    shown = ", ".join(f"{one.id} -{one.deduction}" for one in lost[:3])
    more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""  # noqa: PLR2004 - as many as are shown
    return (shown + more) or "nothing"


def _print_outside(audit: Audit, console: Console) -> None:
    for one in audit.outside.files:
        said = f"refused: {one.refused}" if one.refused else one.says
        console.print(visible(f"  evidence {one.kind} {one.name}: {said}"))


def _print_reasons(audit: Audit, console: Console) -> None:
    reasons = audit.verdict.why_not_better
    for reason in reasons[:MOST_REASONS]:
        console.print(visible(f"  not better: {reason}"))
    if len(reasons) > MOST_REASONS:
        console.print(f"  and {_count(len(reasons) - MOST_REASONS, 'more reason')}, in the certificate")


def _conditions(conditions: tuple[Condition, ...]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("Condition", "", "Component", "Owner", "Hours", "Due"):
        table.add_column(
            title,
            justify="right" if title == "Hours" else "left",
            overflow="ellipsis",
            no_wrap=title != "",  # a title is wrapped before any other column is cut
            min_width=_LEAST_WIDTHS.get(title),
            max_width=30 if title == "Owner" else None,
        )
    for one in conditions[:MOST_CONDITIONS]:
        table.add_row(
            f"{one.priority} {one.id}",
            visible(one.title),
            visible(one.component),
            visible(_first_owner(one.owner)),
            _hours(one.effort),
            one.due,
        )
    return table


def _first_owner(owners: str) -> str:
    """The first of several owners, and how many more there are."""
    first, *others = owners.split(", ")
    return f"{first} +{len(others)}" if others else first


def _print_rest(audit: Audit, console: Console) -> None:
    hidden = len(audit.conditions) - MOST_CONDITIONS
    total = sum(one.effort for one in audit.conditions)
    more = f", {hidden} of them not shown" if hidden > 0 else ""
    after = audit.verdict
    way = f"; {len(after.path_to_go)} of them lead to GO ({after.score_after}/100)" if after.path_to_go else ""
    console.print(f"{_count(len(audit.conditions), 'condition')}{more}, {_hours(total)} h{way}")


def _print_scope(audit: Audit, console: Console) -> None:
    inventory = audit.inventory
    left = sum(one.files for one in inventory.left_out)
    counts = Counter(one.category.value for one in audit.findings)
    kinds = ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    console.print(
        f"{_count(inventory.files, 'file')}, {_count(inventory.lines, 'line')}; {_count(left, 'file')} left out, "
        f"{len(inventory.unjudged)} not judged; {_count(len(audit.findings), 'finding')}"
        + (f": {kinds}" if kinds else ""),
        style="dim",
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}"
