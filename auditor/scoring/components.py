"""Components: their score, grade and status from what their criteria cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from auditor.errors import UserError
from auditor.model.audit import Band, GradeTable, RubricIdentity
from auditor.model.component import ComponentPart
from auditor.model.outcome import ComponentResult, CriterionResult, Outcome, Score
from auditor.scoring.arithmetic import band_of, component_score, mean, mean_text

if TYPE_CHECKING:  # pydantic and the rules, which verification need not load
    from auditor.model.rubric import Rubric

__all__ = ["NOT_EVALUATED", "component_result", "counts", "grades_of", "identity_of", "overall", "rescored"]

NOT_EVALUATED = "not evaluated"

_DECIDED = (Outcome.MET, Outcome.NOT_MET)


def grades_of(rubric: Rubric) -> GradeTable:
    """The rubric's numbers, as the certificate carries them."""
    limits = rubric.thresholds
    return GradeTable(
        bands=tuple(Band(floor=one.floor, grade=one.grade, status=one.status) for one in rubric.bands),
        impacts=tuple(
            (severity.value, points) for severity, points in sorted(rubric.impacts.items(), key=lambda one: one[0].rank)
        ),
        go_score=limits.go_score,
        go_coverage=limits.go_coverage,
        no_go_below=limits.no_go_below,
        blocker_cap=limits.blocker_cap,
    )


def identity_of(rubric: Rubric, digest: str) -> RubricIdentity:
    """Which rubric it was, as the certificate names it."""
    return RubricIdentity(
        id=rubric.id,
        title=rubric.title,
        version=rubric.version,
        digest=digest,
        kind=rubric.kind.value,
        sections=tuple(rubric.sections.items()),
        grades=grades_of(rubric),
    )


def component_result(part: ComponentPart, criteria: tuple[CriterionResult, ...], rubric: Rubric) -> ComponentResult:
    """One component, scored. Its weight is its own times that of its kind in the rubric."""
    component = part.component
    result = ComponentResult(
        name=component.name,
        title=component.title,
        kind=component.kind.value,
        weight=component.weight * rubric.weights.get(component.kind, 1),
        owners=component.owners,
        paths=component.paths,
        files=len(part.files),
        lines=part.lines,
        digest=part.digest,
        score=0,
        as_found=0,
        grade="-",
        status=NOT_EVALUATED,
        capped=False,
        evaluated=False,
        criteria=criteria,
    )
    return rescored(result, criteria, grades_of(rubric))


def rescored(result: ComponentResult, criteria: tuple[CriterionResult, ...], grades: GradeTable) -> ComponentResult:
    """The component with these criteria in place of its own."""
    evaluated = any(one.outcome is not Outcome.NOT_APPLICABLE for one in criteria)
    if not evaluated:
        return replace(
            result,
            criteria=criteria,
            score=0,
            as_found=0,
            grade="-",
            status=NOT_EVALUATED,
            capped=False,
            evaluated=False,
        )
    capped = any(one.blocker and one.outcome is Outcome.NOT_MET for one in criteria)
    capped_as_found = any(one.blocker and one.outcome_as_found is Outcome.NOT_MET for one in criteria)
    score = component_score((one.deduction for one in criteria), grades.blocker_cap if capped else None)
    found = (one.deduction_as_found for one in criteria)
    as_found = component_score(found, grades.blocker_cap if capped_as_found else None)
    band = band_of(score, grades.bands)
    return replace(
        result, criteria=criteria, score=score, as_found=as_found, grade=band.grade, status=band.status,
        capped=capped, evaluated=True,
    )  # fmt: skip


def counts(components: Sequence[ComponentResult]) -> tuple[int, int]:
    """How many criteria were decided on evidence, and how many apply."""
    applicable = [one for part in components for one in part.criteria if one.outcome is not Outcome.NOT_APPLICABLE]
    return sum(one.outcome in _DECIDED for one in applicable), len(applicable)


def overall(components: Sequence[ComponentResult], grades: GradeTable) -> Score:
    """The overall score. Raises UserError where nothing applicable was evaluated."""
    scored = [one for one in components if one.evaluated and one.weight > 0]
    if not scored:
        raise UserError(
            "nothing in this repository was evaluated: no criterion of the rubric applies to any component with a weight",
            remedy="choose another rubric with --rubric, or name the components and their weights in .auditor.yaml",
        )
    decided, applicable = counts(components)
    weighted = [(one.weight, one.score) for one in scored]
    points = mean(weighted)
    return Score(
        overall=points,
        as_found=mean([(one.weight, one.as_found) for one in scored]),
        evidence_coverage=100 * decided // applicable,
        grade=band_of(points, grades.bands).grade,
        decided=decided,
        applicable=applicable,
        arithmetic=mean_text(weighted),
    )
