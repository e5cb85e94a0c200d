"""The shortest way up for one component: its conditions, with its score after each."""

from __future__ import annotations

from auditor.model.audit import GradeTable
from auditor.model.outcome import ComponentResult, Condition, CriterionResult, Outcome, PathStep
from auditor.scoring.components import rescored
from auditor.scoring.way_to_go import met

__all__ = ["way_up"]


def way_up(component: ComponentResult, conditions: tuple[Condition, ...], grades: GradeTable) -> tuple[PathStep, ...]:
    """Every condition of the component that gains points: what caps it first, then what costs most, the cheaper first.

    Deductions add up, so what costs most first reaches any score in the fewest steps; a cap hides every gain until the
    last blocker under it is met. `score` of a step is the component's.
    """
    lost = {one.condition: one for one in component.criteria if one.condition and one.deduction}
    own = [one for one in conditions if one.component == component.name and one.id in lost]
    own.sort(key=lambda one: (not _caps(lost[one.id]), -lost[one.id].deduction, one.effort, one.id))
    steps, closed = [], component
    for condition in own:
        criteria = tuple(met(one) if one.condition == condition.id else one for one in closed.criteria)
        closed = rescored(closed, criteria, grades)
        steps.append(PathStep(condition=condition.id, score=closed.score))
    return tuple(steps)


def _caps(criterion: CriterionResult) -> bool:
    return criterion.blocker and criterion.outcome is Outcome.NOT_MET
