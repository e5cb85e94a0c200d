"""Proofs completed by evidence from outside, and what of it is absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditor.evidence.outside_answers import Answer, Asked, answer, kind_of
from auditor.model.finding import Category
from auditor.model.outcome import Outcome, Proof
from auditor.model.outside import AbsentReport, ReportKind
from auditor.model.rubric import Criterion, Probe, Require, Rubric

__all__ = ["absent_reports", "complete"]

_MOST_EVIDENCE = 5


def complete(rubric: Rubric, proofs: Mapping[str, Proof], asked: Asked) -> dict[str, Proof]:
    """The proofs of the repository, by criterion, with what was given from outside taken into account."""
    completed = dict(proofs)
    for criterion in rubric.criteria:
        answers = _answers(criterion.require, asked)
        if answers and criterion.require is not None:
            completed[criterion.id] = _completed(criterion, criterion.require, proofs[criterion.id], answers)
    return completed


def absent_reports(rubric: Rubric, proofs: Mapping[str, Proof], asked: Asked) -> tuple[AbsentReport, ...]:
    """The kinds of evidence that were not given and could answer a criterion that is not met so far, each with those criteria."""
    by_kind: dict[ReportKind, list[str]] = {kind: [] for kind in ReportKind}
    given = {one.file.kind for one in asked.accepted}
    for criterion in rubric.criteria:
        met = criterion.id in proofs and proofs[criterion.id].outcome is Outcome.MET
        probes = (probe.outside for probe in _probes(criterion.require) if not met)
        kinds = {kind_of(one) for one in probes if one is not None and not answer(one, asked).given}
        if criterion.forbid and criterion.forbid.categories == (Category.REPORTED,) and ReportKind.SARIF not in given:
            kinds.add(ReportKind.SARIF)
        for kind in kinds:
            by_kind[kind].append(criterion.id)
    return tuple(AbsentReport(kind=kind, criteria=tuple(ids)) for kind, ids in by_kind.items() if ids)


def _probes(require: Require | None) -> Sequence[Probe]:
    return () if require is None else require.any or require.all


def _answers(require: Require | None, asked: Asked) -> list[Answer]:
    return [answer(probe.outside, asked) for probe in _probes(require) if probe.outside is not None]


def _completed(criterion: Criterion, require: Require, inside: Proof, answers: Sequence[Answer]) -> Proof:
    said = tuple(one.evidence for one in answers)
    holding = tuple(one.evidence for one in answers if one.holds)
    enough = len(holding) == len(answers) if require.all else bool(holding)
    met = inside.outcome is Outcome.MET
    if (met and enough) if require.all else (met or enough):
        kept = inside.evidence if met else ()
        return Proof(outcome=Outcome.MET, evidence=(*kept[: _MOST_EVIDENCE - len(holding)], *holding))
    if not require.only_outside:
        outcome = Outcome.NOT_MET if met else inside.outcome
        return Proof(outcome=outcome, evidence=(*inside.evidence, *said))
    known = any(one.given and not one.holds for one in answers) if require.all else all(one.given for one in answers)
    return Proof(outcome=Outcome.NOT_MET if known else criterion.absent, evidence=said)
