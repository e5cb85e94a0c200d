"""The shortest list of conditions that leads to GO, with the score after each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from auditor.model.audit import GradeTable
from auditor.model.outcome import ComponentResult, Condition, CriterionResult, Decision, Outcome, PathStep
from auditor.model.repository import RepositoryIdentity
from auditor.scoring.components import overall, rescored
from auditor.scoring.decide import URGENT, blocks_go, judge

__all__ = ["Way", "way_to_go"]


@dataclass(frozen=True, slots=True)
class Way:
    """The steps, the overall score at their end, and the decision there."""

    steps: tuple[PathStep, ...]
    score_after: int
    decision_after: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """An audit of which conditions can be closed to see what follows."""

    components: tuple[ComponentResult, ...]
    conditions: tuple[Condition, ...]
    grades: GradeTable

    def closed(self, names: Iterable[str]) -> tuple[ComponentResult, ...]:
        chosen = set(names)
        return tuple(self._part(part, chosen) for part in self.components)

    def _part(self, part: ComponentResult, closed: set[str]) -> ComponentResult:
        if not any(one.condition in closed for one in part.criteria):
            return part
        return rescored(
            part, tuple(_met(one) if one.condition in closed else one for one in part.criteria), self.grades
        )

    def points(self, names: Iterable[str]) -> tuple[int, int]:
        """The score (weighted points, not rounded) and the coverage after these conditions."""
        after = self.closed(names)
        score = overall(after, self.grades)
        return sum(one.weight * one.score for one in after if one.evaluated), score.decided

    def reaches(self, names: Iterable[str]) -> bool:
        score = overall(self.closed(names), self.grades)
        return score.overall >= self.grades.go_score and score.evidence_coverage >= self.grades.go_coverage


def way_to_go(
    components: tuple[ComponentResult, ...],
    conditions: tuple[Condition, ...],
    grades: GradeTable,
    repository: RepositoryIdentity,
) -> Way:
    """What is required whatever the score, then what gains most until the thresholds are reached; none of it in vain.

    Where no list of conditions leads to GO (a dirty work tree), the list takes away everything else that is in the way.
    """
    case = _Case(components=components, conditions=conditions, grades=grades)
    required = [one.id for one in conditions if one.priority in URGENT or _is_grave(one, components)]
    chosen = _without_vain(case, required, _greedy(case, required))
    steps = []
    for end in range(1, len(chosen) + 1):
        score = overall(case.closed(chosen[:end]), grades)
        steps.append(PathStep(condition=chosen[end - 1], score=score.overall))
    after = case.closed(chosen)
    score = overall(after, grades)
    left = tuple(one for one in conditions if one.id not in chosen)
    return Way(tuple(steps), score.overall, judge(after, score, left, grades, repository).decision)


def _greedy(case: _Case, required: Sequence[str]) -> list[str]:
    chosen = list(required)
    waiting = [one.id for one in case.conditions if one.id not in chosen]
    while waiting and not case.reaches(chosen):
        best = max(waiting, key=lambda name: (case.points([*chosen, name]), -waiting.index(name)))
        chosen.append(best)
        waiting.remove(best)
    return chosen


def _without_vain(case: _Case, required: Sequence[str], chosen: Sequence[str]) -> tuple[str, ...]:
    """Leave out, from the last on, what the thresholds are reached without."""
    kept = list(chosen)
    for name in reversed([one for one in chosen if one not in required]):
        rest = [one for one in kept if one != name]
        if case.reaches(rest):
            kept = rest
    return tuple(kept)


def _is_grave(condition: Condition, components: Sequence[ComponentResult]) -> bool:
    return any(one.condition == condition.id and blocks_go(one) for part in components for one in part.criteria)


def _met(criterion: CriterionResult) -> CriterionResult:
    return replace(criterion, outcome=Outcome.MET, deduction=0)
