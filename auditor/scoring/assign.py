"""Who is asked what, and which finding counts where: each finding for one criterion, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from auditor.facts.glob import matches
from auditor.model.component import ComponentPart
from auditor.model.finding import Category, Confidence, Finding, Severity
from auditor.model.rubric import Criterion, Forbid, Rubric

__all__ = ["asked_of", "findings_by_criterion", "worst_first"]

_Likeness = tuple[str, str, Category, Severity, Confidence]
"""What findings have in common that the same criteria could count."""
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
    candidates: dict[_Likeness, tuple[tuple[Criterion, Forbid], ...]] = {}
    for finding in findings:
        likeness = (finding.rule, finding.name, finding.category, finding.severity, finding.confidence)
        if likeness not in candidates:
            candidates[likeness] = _candidates(criteria, finding)
        criterion = next((one for one, forbid in candidates[likeness] if _is_inside(forbid, finding.path)), None)
        if criterion is not None:
            counted.setdefault(criterion.id, []).append(finding)
    return {key: worst_first(found) for key, found in counted.items()}


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by severity, then by place."""
    return tuple(
        sorted(findings, key=lambda one: (one.severity.rank, one.path, one.start_line, one.rule, one.fingerprint))
    )


def _candidates(criteria: Sequence[Criterion], finding: Finding) -> tuple[tuple[Criterion, Forbid], ...]:
    """The criteria that could count a finding wherever it is: those that name its rule come before those of its category."""
    fitting = [(one, one.forbid) for one in criteria if one.forbid is not None and _is_grave(one.forbid, finding)]
    naming = [one for one in fitting if {finding.rule, finding.name} & set(one[1].rules)]
    return (*naming, *(one for one in fitting if finding.category in one[1].categories))


def _is_grave(forbid: Forbid, finding: Finding) -> bool:
    return (
        finding.severity.rank <= forbid.min_severity.rank
        and _SURENESS[finding.confidence] >= _SURENESS[forbid.min_confidence]
    )


def _is_inside(forbid: Forbid, path: str) -> bool:
    return not forbid.paths or any(matches(glob, path) for glob in forbid.paths)
