"""How what runs in production reaches the findings of each blocker: small trees, from entry point to line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from auditor.certificate.view import Issue, View
from auditor.model.finding import Finding

__all__ = ["Blocker", "Node", "blockers"]

ARROW = " -> "
"""Stands between the steps of `Finding.reached_from`."""

MOST_PLACES = 12
"""Places that are drawn for one blocker; the list of findings has them all."""

MOST_STEPS = 6
_UNREACHED = "no entry point found that reaches these"
_ELSEWHERE = "reach makes no difference here"


@dataclass(slots=True)
class Node:
    """A step on the way: its name, what follows, and the findings that lie here."""

    name: str
    kind: str
    steps: dict[str, Node] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Blocker:
    """An unmet blocker, the entry points that lead to its findings, and how many places are not drawn."""

    issue: Issue
    roots: tuple[Node, ...]
    more: int


def blockers(view: View) -> tuple[Blocker, ...]:
    """Every unmet blocker, worst first."""
    return tuple(_blocker(one) for one in view.issues if one.open and one.criterion.blocker)


def _blocker(issue: Issue) -> Blocker:
    shown = sorted(issue.findings, key=lambda one: (one.severity.rank, one.reached_from is None))[:MOST_PLACES]
    return Blocker(issue, _roots(shown), len(issue.findings) - len(shown))


def _roots(findings: Iterable[Finding]) -> tuple[Node, ...]:
    top = Node("", "top")
    for finding in findings:
        at = top
        for name, kind in _steps(finding):
            at = at.steps.setdefault(name, Node(name, kind))
        at.findings.append(finding)
    return tuple(top.steps.values())


def _steps(finding: Finding) -> list[tuple[str, str]]:
    if finding.reached_from is None:
        return [(_UNREACHED if finding.unreached else _ELSEWHERE, "aside"), (finding.path, "file")]
    names = finding.reached_from.split(ARROW)
    if names[-1] != finding.path:
        names.append(finding.path)
    if len(names) > MOST_STEPS:
        left_out = len(names) - MOST_STEPS + 1
        names = [*names[:2], f"{left_out} more steps", *names[-(MOST_STEPS - 3) :]]
    return [(name, "file" if at else "entry") for at, name in enumerate(names)]
