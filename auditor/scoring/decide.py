"""The decision: computed from scores and conditions, never chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.model.audit import GradeTable
from auditor.model.finding import Severity
from auditor.model.outcome import ComponentResult, Condition, CriterionResult, Decision, Outcome, Priority, Score
from auditor.model.repository import RepositoryIdentity

__all__ = ["URGENT", "Judgement", "blocks_go", "judge", "unclean"]

URGENT = (Priority.P0, Priority.P1)
_GRAVE = (Severity.CRITICAL, Severity.HIGH)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision with what stands between it and its neighbours."""

    decision: Decision
    why_not_better: tuple[str, ...]
    why_not_worse: tuple[str, ...]


def judge(
    components: Sequence[ComponentResult],
    score: Score,
    conditions: Sequence[Condition],
    grades: GradeTable,
    repository: RepositoryIdentity,
) -> Judgement:
    """GO, CONDITIONAL or NO-GO by the thresholds of the rubric."""
    low = score.overall < grades.no_go_below
    blocked = [_named(part, one) for part, one in _unmet(components) if one.blocker]
    if low or blocked:
        reasons = [f"the overall score {score.overall} is below {grades.no_go_below}"] if low else []
        reasons += [f"the {name}, a blocker, is not met" for name in blocked]
        return Judgement(Decision.NO_GO, tuple(reasons), ())
    not_worse = (
        f"the overall score {score.overall} is not below {grades.no_go_below}",
        "no blocker is unmet",
    )
    obstacles = _obstacles(components, score, conditions, grades, repository)
    if obstacles:
        return Judgement(Decision.CONDITIONAL, obstacles, not_worse)
    return Judgement(Decision.GO, (), _fulfilled(score, grades))


def blocks_go(criterion: CriterionResult) -> bool:
    """Whether GO is refused while this criterion is as it is, whatever the score."""
    return criterion.outcome is Outcome.NOT_MET and (criterion.blocker or criterion.severity in _GRAVE)


def unclean(repository: RepositoryIdentity) -> str:
    """Why an audit of this can never be GO; empty where it can."""
    if not repository.git:
        return "there is no git repository: nobody can tell which files were audited"
    if repository.commit is None:
        return "the repository has no commit: nobody can tell which files were audited"
    if repository.dirty:
        return "the work tree differs from its commit"
    if repository.not_scored:
        return f"components were left out on request: {', '.join(repository.not_scored)}"
    if repository.unseen:
        what = "file that ships" if repository.unseen == 1 else "files that ship"
        return f"{repository.unseen} {what} or document, excluded in .auditor.yaml or not at hand, were not looked at"
    return ""


def _obstacles(
    components: Sequence[ComponentResult],
    score: Score,
    conditions: Sequence[Condition],
    grades: GradeTable,
    repository: RepositoryIdentity,
) -> tuple[str, ...]:
    reasons = []
    if score.overall < grades.go_score:
        reasons.append(f"the overall score {score.overall} is below {grades.go_score}")
    grave = [_named(part, one) for part, one in _unmet(components) if one.severity in _GRAVE]
    reasons += [f"the {name} is not met" for name in grave]
    urgent = [one for one in conditions if one.priority in URGENT]
    if urgent:
        reasons.append(f"conditions of P0 or P1 are open: {', '.join(one.id for one in urgent)}")
    if score.evidence_coverage < grades.go_coverage:
        reasons.append(
            f"evidence coverage is {score.evidence_coverage}% ({score.decided} of {score.applicable} criteria), "
            f"below {grades.go_coverage}%"
        )
    if unclean(repository):
        reasons.append(unclean(repository))
    return tuple(reasons)


def _fulfilled(score: Score, grades: GradeTable) -> tuple[str, ...]:
    return (
        f"the overall score {score.overall} is {grades.go_score} or more",
        "no blocker and no critical or high criterion is unmet",
        "no condition of P0 or P1 is open",
        f"evidence coverage {score.evidence_coverage}% is {grades.go_coverage}% or more",
        "the snapshot is a commit, unchanged",
    )


def _unmet(components: Sequence[ComponentResult]) -> list[tuple[ComponentResult, CriterionResult]]:
    return [(part, one) for part in components for one in part.criteria if one.outcome is Outcome.NOT_MET]


def _named(part: ComponentResult, criterion: CriterionResult) -> str:
    return f"{criterion.severity.value} criterion {criterion.id} of {part.name}"
