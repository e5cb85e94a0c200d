"""The geometry of the charts, in whole numbers. The templates draw it as SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.certificate.view import View
from auditor.model.finding import Severity
from auditor.model.outcome import ComponentResult, Outcome

__all__ = [
    "FULL",
    "CriterionLoss",
    "Curve",
    "SectionLoss",
    "Segment",
    "component_bar",
    "criterion_losses",
    "curve",
    "section_losses",
]

FULL = 1000
"""The width of a bar in its own units; the page stretches it."""


STEP = 100
"""From one score of a line to the next."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar: its severity, its points, and where it lies in units of FULL."""

    severity: str
    points: int
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class SectionLoss:
    """What a section of the rubric cost: points by severity, criteria that apply and are met."""

    title: str
    points: int
    met: int
    applicable: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class CriterionLoss:
    """What one criterion cost all components together."""

    id: str
    question: str
    severity: str
    points: int
    components: tuple[str, ...]
    width: int


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through scores, as SVG writes it, with 0 at the bottom of a height of 100, and its width."""

    width: int
    points: str


def component_bar(component: ComponentResult) -> tuple[Segment, ...]:
    """What the component lost, by severity of the criteria: shares of what lies between its score and 100."""
    lost: Counter[str] = Counter()
    for one in component.criteria:
        lost[one.severity.value] += one.deduction
    return _segments(lost, FULL * component.score // 100, FULL)


def section_losses(view: View) -> tuple[SectionLoss, ...]:
    """The sections of the rubric by the points that they cost, most first."""
    lost: dict[str, Counter[str]] = {}
    met: Counter[str] = Counter()
    applicable: Counter[str] = Counter()
    for component in view.audit.components:
        for one in component.criteria:
            lost.setdefault(one.section, Counter())[one.severity.value] += one.deduction
            met[one.section] += one.outcome is Outcome.MET
            applicable[one.section] += one.outcome is not Outcome.NOT_APPLICABLE
    most = max((points.total() for points in lost.values()), default=0)
    titles = dict(view.audit.rubric.sections)
    found = [
        SectionLoss(
            title=titles.get(key, key),
            points=points.total(),
            met=met[key],
            applicable=applicable[key],
            segments=_segments(points, 0, FULL * points.total() // most if most else 0),
        )
        for key, points in lost.items()
        if applicable[key]
    ]
    return tuple(sorted(found, key=lambda one: (-one.points, one.title)))


def criterion_losses(components: Sequence[ComponentResult]) -> tuple[CriterionLoss, ...]:
    """The criteria by the points that they cost, most first."""
    rows: dict[str, list[tuple[ComponentResult, int]]] = {}
    known = {one.id: one for component in components for one in component.criteria}
    for component in components:
        for one in component.criteria:
            if one.deduction:
                rows.setdefault(one.id, []).append((component, one.deduction))
    sums = {key: sum(points for _, points in places) for key, places in rows.items()}
    most = max(sums.values(), default=1)
    return tuple(
        CriterionLoss(
            id=key,
            question=known[key].question,
            severity=known[key].severity.value,
            points=sums[key],
            components=tuple(f"{component.title} (-{points})" for component, points in rows[key]),
            width=FULL * sums[key] // most,
        )
        for key in sorted(rows, key=lambda key: (-sums[key], known[key].severity.rank, key))
    )


def curve(scores: Sequence[int]) -> Curve:
    """The line through at least two scores."""
    points = " ".join(f"{at * STEP},{100 - score}" for at, score in enumerate(scores))
    return Curve((len(scores) - 1) * STEP, points)


def _segments(lost: Counter[str], start: int, end: int) -> tuple[Segment, ...]:
    """Severities side by side from start to end, as wide as their points; rounding leaves no gap."""
    total, done, found = lost.total(), 0, []
    for severity in _severities(lost):
        left = start + (end - start) * done // total
        done += lost[severity]
        right = start + (end - start) * done // total
        found.append(Segment(severity, lost[severity], left, right - left))
    return tuple(found)


def _severities(lost: Counter[str]) -> Iterable[str]:
    return (one.value for one in Severity if lost[one.value])
