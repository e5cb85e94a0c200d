"""The shortest list of conditions that leads to GO, with the score after each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from auditor.model.audit import GradeTable
from auditor.model.outcome import (
    ComponentResult,
    Condition,
    CriterionResult,
    Decision,
    Outcome,
    PathStep,
    Score,
    Verdict,
)  # fmt: skip
from auditor.model.repository import RepositoryIdentity
from auditor.scoring.components import overall, rescored
from auditor.scoring.decide import URGENT, blocks_go, judge

__all__ = ["Way", "met", "verdict_of", "way_to_go"]


@dataclass(frozen=True, slots=True)
class Way:
    """The steps, the overall score at their end, and the decision there."""

    steps: tuple[PathStep, ...]
    score_after: int
    decision_after: Decision


def verdict_of(
    components: tuple[ComponentResult, ...],
    score: Score,
    conditions: tuple[Condition, ...],
    grades: GradeTable,
    repository: RepositoryIdentity,
) -> Verdict:
    """The decision with its reasons, and the way from it to GO."""
    judgement = judge(components, score, conditions, grades, repository)
    way = way_to_go(components, conditions, grades, repository)
    return Verdict(
        decision=judgement.decision,
        why_not_better=judgement.why_not_better,
        why_not_worse=judgement.why_not_worse,
        path_to_go=way.steps,
        score_after=way.score_after if way.steps else None,
        decision_after=way.decision_after,
    )


@dataclass(slots=True)
class _Walk:
    """Components as they become while conditions are closed.

    A condition changes one component alone, and so the gains of the others stand: with a thousand
    conditions this decides between a moment and an hour.
    """

    grades: GradeTable
    components: list[ComponentResult]
    place: dict[str, int] = field(init=False)
    _gains: dict[str, tuple[int, int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.place = {
            one.condition: at for at, part in enumerate(self.components) for one in part.criteria if one.condition
        }

    def close(self, name: str) -> None:
        """Take the condition as met."""
        at = self.place.get(name)
        if at is None:
            return
        self.components[at] = _closed(self.components[at], {name}, self.grades)
        for one in self.components[at].criteria:
            self._gains.pop(one.condition or "", None)

    def gain(self, name: str) -> tuple[int, int]:
        """What closing it brings: weighted points, and criteria decided."""
        if name not in self._gains:
            at = self.place.get(name)
            self._gains[name] = (0, 0) if at is None else self._gain(name, self.components[at])
        return self._gains[name]

    def score(self) -> Score:
        """The overall score as it stands."""
        return overall(self.components, self.grades)

    def _gain(self, name: str, part: ComponentResult) -> tuple[int, int]:
        after = _closed(part, {name}, self.grades)
        open_ = [one for one in part.criteria if one.condition == name and one.outcome is not Outcome.NOT_MET]
        return part.weight * (after.score - part.score), len(open_)


def way_to_go(
    components: tuple[ComponentResult, ...],
    conditions: tuple[Condition, ...],
    grades: GradeTable,
    repository: RepositoryIdentity,
) -> Way:
    """What is required whatever the score, then what gains most until the thresholds are reached; none of it in vain.

    Where no list of conditions leads to GO (a dirty work tree), the list takes away everything else that is in the way.
    """
    grave = {one.condition for part in components for one in part.criteria if blocks_go(one)}
    required = [one.id for one in conditions if one.priority in URGENT or one.id in grave]
    chosen = _without_vain(components, grades, required, _greedy(components, conditions, grades, required))
    walk = _Walk(grades, list(components))
    steps = []
    for name in chosen:
        walk.close(name)
        steps.append(PathStep(condition=name, score=walk.score().overall))
    score = walk.score()
    closed = set(chosen)
    left = tuple(one for one in conditions if one.id not in closed)
    return Way(tuple(steps), score.overall, judge(walk.components, score, left, grades, repository).decision)


def _greedy(
    components: Sequence[ComponentResult], conditions: Sequence[Condition], grades: GradeTable, required: Sequence[str]
) -> list[str]:
    walk = _Walk(grades, list(components))
    for name in required:
        walk.close(name)
    chosen, taken = list(required), set(required)
    waiting = [one.id for one in conditions if one.id not in taken and one.id in walk.place]
    score = walk.score()
    while waiting and not _reached(score, grades):
        first = 0 if score.overall < grades.go_score else 1  # points first; with enough of them, evidence
        best = max(waiting, key=lambda name: (walk.gain(name)[first], walk.gain(name)[1 - first]))
        chosen.append(best)
        waiting.remove(best)
        walk.close(best)
        score = walk.score()
    return chosen


def _without_vain(
    components: Sequence[ComponentResult], grades: GradeTable, required: Sequence[str], chosen: Sequence[str]
) -> tuple[str, ...]:
    """Leave out, from the last on, what the thresholds are reached without."""
    kept = dict.fromkeys(chosen)
    place = _Walk(grades, list(components)).place
    after = [_closed(part, set(kept), grades) for part in components]
    for name in reversed(chosen[len(required) :]):
        at = place[name]
        rest = set(kept) - {name}
        without = [*after[:at], _closed(components[at], rest, grades), *after[at + 1 :]]
        if _reached(overall(without, grades), grades):
            after = without
            del kept[name]
    return tuple(kept)


def _closed(part: ComponentResult, names: set[str], grades: GradeTable) -> ComponentResult:
    if not any(one.condition in names for one in part.criteria):
        return part
    return rescored(part, tuple(met(one) if one.condition in names else one for one in part.criteria), grades)


def _reached(score: Score, grades: GradeTable) -> bool:
    return score.overall >= grades.go_score and score.evidence_coverage >= grades.go_coverage


def met(criterion: CriterionResult) -> CriterionResult:
    """The criterion as it would be once it is met."""
    return replace(criterion, outcome=Outcome.MET, deduction=0)
