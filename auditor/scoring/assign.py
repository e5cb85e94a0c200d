"""Who is asked what, and which finding counts where: each finding for one criterion, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditor.facts.glob import matches
from auditor.model.component import ComponentPart
from auditor.model.finding import Confidence, Finding
from auditor.model.rubric import Criterion, Forbid, Rubric

__all__ = ["asked_of", "findings_by_criterion", "worst_first"]

_SURENESS = {Confidence.LOW: 0, Confidence.MEDIUM: 1, Confidence.HIGH: 2}


def asked_of(rubric: Rubric, parts: Sequence[ComponentPart]) -> tuple[tuple[Criterion, ...], ...]:
    """The criteria asked of each component, in the order of the rubric.

    What is forbidden is asked of every component of the kinds; what is required, once: of the first
    component of the first kind in the criterion's list that there is, so that nothing absent costs twice.
    """
    asked: list[list[Criterion]] = [[] for _ in parts]
    for criterion in rubric.criteria:
        for position in _positions(criterion, parts):
            asked[position].append(criterion)
    return tuple(tuple(criteria) for criteria in asked)


def _positions(criterion: Criterion, parts: Sequence[ComponentPart]) -> list[int]:
    by_kind = [[at for at, part in enumerate(parts) if part.component.kind is kind] for kind in criterion.components]
    if criterion.forbid is not None:
        return sorted({at for positions in by_kind for at in positions})
    first = next((positions for positions in by_kind if positions), [])
    return first[:1]


def findings_by_criterion(criteria: Sequence[Criterion], findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    """The findings of one component by the id of the criterion that counts them; the rest costs nothing."""
    counted: dict[str, list[Finding]] = {}
    for finding in findings:
        criterion = _taker(criteria, finding)
        if criterion is not None:
            counted.setdefault(criterion.id, []).append(finding)
    return {key: worst_first(found) for key, found in counted.items()}


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by severity, then by place."""
    return tuple(
        sorted(findings, key=lambda one: (one.severity.rank, one.path, one.start_line, one.rule, one.fingerprint))
    )


def _taker(criteria: Sequence[Criterion], finding: Finding) -> Criterion | None:
    fitting = [one for one in criteria if one.forbid is not None and _in_range(one.forbid, finding)]
    for criterion in fitting:
        if criterion.forbid and {finding.rule, finding.name} & set(criterion.forbid.rules):
            return criterion
    return next((one for one in fitting if one.forbid and finding.category in one.forbid.categories), None)


def _in_range(forbid: Forbid, finding: Finding) -> bool:
    if (
        finding.severity.rank > forbid.min_severity.rank
        or _SURENESS[finding.confidence] < _SURENESS[forbid.min_confidence]
    ):
        return False
    return not forbid.paths or any(matches(glob, finding.path) for glob in forbid.paths)
