"""``auditor scan --explain COMPONENT``: why a component has its score, and the shortest way up."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from rich.text import Text

from auditor.cli.links import Links
from auditor.cli.summary import decision_style, hours, print_head
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.escape import visible
from auditor.model.finding import Finding
from auditor.model.outcome import OPEN_OUTCOMES, ComponentResult, Condition, CriterionResult, PathStep
from auditor.model.words import counted
from auditor.rules.registry import rules
from auditor.scoring.way_up import way_up

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["component_named", "print_explanation"]

MOST_PLACES = 10
"""Findings of one criterion that are listed; the reports have all of them."""
_INDENT = "    "


def component_named(audit: Audit, wanted: str) -> ComponentResult:
    """The component with this name or title, in any case. Raises UserError with the closest names on any other."""
    for one in audit.components:
        if wanted.lower() in {one.name.lower(), one.title.lower()}:
            return one
    names = [one.name for one in audit.components]
    close = difflib.get_close_matches(wanted.lower(), names, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names)}"
    raise UserError(f"there is no component {wanted!r}", remedy=hint)


def print_explanation(audit: Audit, component: ComponentResult, console: Console, links: Links) -> None:
    """Print each criterion that cost points with its findings, their fix and its condition; then the way up."""
    print_head(audit, console)
    _print_sum(audit, component, console)
    lost = sorted((one for one in component.criteria if one.deduction), key=lambda one: (-one.deduction, one.id))
    for criterion in lost:
        _print_criterion(audit, criterion, console, links)
    _print_free(component, console)
    _print_way(audit, component, console)


def _print_sum(audit: Audit, component: ComponentResult, console: Console) -> None:
    head = Text(f"\n{visible(component.title)} ({visible(component.name)})  ", style="bold")
    head.append(f"{component.score}/100 ({component.grade})" if component.evaluated else "not evaluated")
    console.print(head)
    owners = visible(", ".join(component.owners)) or "nobody that is named"
    console.print(
        f"weight {component.weight} of {sum(one.weight for one in audit.components)}; {counted(component.files, 'file')}, "
        f"{counted(component.lines, 'line')}; owned by {owners}",
        style="dim",
    )
    lost = sum(one.deduction for one in component.criteria)
    if not component.evaluated or not lost:
        return
    cap = audit.rubric.grades.blocker_cap
    held = f", held at {cap} or less by an unmet blocker" if component.capped else ""
    floor = ", and not below 0" if lost > 100 else ""  # noqa: PLR2004 - what a component begins with
    console.print(f"100 - {lost} = {100 - lost}{floor}{held}")


def _print_criterion(audit: Audit, criterion: CriterionResult, console: Console, links: Links) -> None:
    head = Text(f"\n-{criterion.deduction}  {criterion.id}  ", style="bold red")
    head.append(f"{criterion.severity.value}{', blocker' if criterion.blocker else ''}  ", style="bold")
    head.append(visible(criterion.question))
    head.append(f" {criterion.outcome.value}".replace("-", " "), style="bold")
    console.print(head)
    if criterion.reason:
        console.print(visible(_INDENT + criterion.reason), style="dim")
    known = {one.fingerprint: one for one in audit.findings}
    found = [known[one] for one in criterion.findings if one in known]
    for one in found[:MOST_PLACES]:
        _print_finding(one, console, links)
    if len(found) > MOST_PLACES:
        console.print(f"{_INDENT}and {counted(len(found) - MOST_PLACES, 'more finding')}, in the reports")
    if not found:
        _print_evidence(criterion, console, links)
    for name, fix in _fixes(found, criterion):
        console.print(Text(f"{_INDENT}fix {name}: ", style="green").append(visible(fix)))
    _print_condition(audit, criterion, console)


def _print_finding(finding: Finding, console: Console, links: Links) -> None:
    line = Text(f"{_INDENT}{visible(finding.rule)} {finding.severity.value} ")
    line.append_text(links.place(finding.path, finding.start_line))
    line.append(f" {visible(finding.message)}")
    if finding.waived_by:
        line.append(f" (waived by {visible(finding.waived_by)})", style="dim")
    console.print(line, soft_wrap=True)


def _print_evidence(criterion: CriterionResult, console: Console, links: Links) -> None:
    for one in criterion.evidence[:MOST_PLACES]:
        line = Text(f"{_INDENT}{visible(one.note)} ")
        if one.path is not None:
            line.append_text(links.place(one.path, one.start_line))
        console.print(line, soft_wrap=True)


def _fixes(found: list[Finding], criterion: CriterionResult) -> list[tuple[str, str]]:
    """What each rule says of mending, in the order of the findings; what the criterion says, where no rule does."""
    known = {rule.id: rule.fix for rule in rules()}
    named = dict.fromkeys(one.rule for one in found if one.rule in known)
    return [(name, known[name]) for name in named] or [(criterion.id, criterion.mitigation)]


def _print_condition(audit: Audit, criterion: CriterionResult, console: Console) -> None:
    condition = next((one for one in audit.conditions if one.id == criterion.condition), None)
    if condition is None:
        return
    told = (
        f"{_INDENT}{condition.id} ({condition.priority}, {hours(condition.effort)} h, {condition.owner}, "
        f"by {condition.due}): {condition.title}"
    )
    console.print(visible(told), style="bold")
    console.print(visible(f"{_INDENT}done when {condition.acceptance}"))


def _print_free(component: ComponentResult, console: Console) -> None:
    """What is open although it costs nothing here."""
    free = [one for one in component.criteria if one.outcome in OPEN_OUTCOMES and not one.deduction]
    for one in free:
        console.print(visible(f"\n-0  {one.id}  {one.outcome.value.replace('-', ' ')}: {one.question} {one.reason}"))


def _print_way(audit: Audit, component: ComponentResult, console: Console) -> None:
    steps = way_up(component, audit.conditions, audit.rubric.grades)
    if not steps:
        console.print("\nno condition of this component gains points", style="bold")
        return
    goal = audit.rubric.grades.go_score
    first = next((at for at, one in enumerate(steps, 1) if one.score >= goal), len(steps))
    effort = {one.id: one for one in audit.conditions}
    console.print(f"\nthe shortest way up, from {component.score}", style="bold")
    for step in steps[:first]:
        _print_step(step, effort[step.condition], component, console)
    rest = steps[first:]
    if rest:
        console.print(f"{_INDENT}then {counted(len(rest), 'more condition')} to {rest[-1].score}/100")
    after = f"{component.title} at {steps[first - 1].score}/100"
    spent = hours(sum(effort[one.condition].effort for one in steps[:first]))
    console.print(visible(f"{_INDENT}{spent} h to {after}; GO asks for {goal} overall"))
    console.print(Text("the decision now: ").append(audit.decision.value, style=decision_style(audit.decision)))


def _print_step(step: PathStep, condition: Condition, component: ComponentResult, console: Console) -> None:
    title = condition.title.removesuffix(f" ({component.title})")
    told = f"{step.score:>3}  {step.condition} {condition.criterion} ({hours(condition.effort)} h) {title}"
    console.print(visible(_INDENT + told))
