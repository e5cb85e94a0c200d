"""How scores moved, and which of their inputs differ. A cause is what changed, compared by digest; never a guess."""

from __future__ import annotations

from auditor.comparison.marks import mark_of
from auditor.model.audit import Audit, waived_in
from auditor.model.comparison import Cause, CriterionChange, ScoreChange
from auditor.model.outcome import ComponentResult, CriterionResult

__all__ = ["WHOLE", "component_changes", "criterion_changes", "overall_change"]

WHOLE = "overall"
"""Stands for the name of a component in the change of the overall score."""


def component_changes(old: Audit, new: Audit) -> tuple[ScoreChange, ...]:
    """Every component of either side: those of the newer one in its order, then those that are gone."""
    before, after = _parts(old), _parts(new)
    common = _common_causes(old, new)
    names = [*after, *(name for name in before if name not in after)]
    return tuple(_component(before.get(name), after.get(name), old, new, common) for name in names)


def overall_change(old: Audit, new: Audit, components: tuple[ScoreChange, ...]) -> ScoreChange:
    """The movement of the overall score: its causes are those of the components that moved."""
    causes = {cause for one in components for cause in one.causes}
    if old.score.overall == new.score.overall:
        causes = set()
    before, after = old.score.overall, new.score.overall
    return ScoreChange(component=WHOLE, title="Overall", before=before, after=after, causes=_in_order(causes))


def criterion_changes(old: Audit, new: Audit) -> tuple[CriterionChange, ...]:
    """The criteria whose answer or cost differs, in the order of the newer audit, then those that are gone."""
    before, after = _results(old), _results(new)
    places = [*after, *(place for place in before if place not in after)]
    changes = (_criterion(component, before.get((component, name)), after.get((component, name)))
               for component, name in places)  # fmt: skip
    return tuple(one for one in changes if one is not None)


def _criterion(component: str, old: CriterionResult | None, new: CriterionResult | None) -> CriterionChange | None:
    shown = new or old
    assert shown is not None
    if old and new and (old.outcome, old.deduction) == (new.outcome, new.deduction):
        return None
    return CriterionChange(
        id=shown.id,
        component=component,
        question=shown.question,
        severity=shown.severity,
        blocker=shown.blocker,
        before=old.outcome if old else None,
        after=new.outcome if new else None,
        cost_before=old.deduction if old else 0,
        cost_after=new.deduction if new else 0,
    )


def _component(
    before: ComponentResult | None, after: ComponentResult | None, old: Audit, new: Audit, common: set[Cause]
) -> ScoreChange:
    shown = after or before
    assert shown is not None
    points = tuple(one.score if one is not None and one.evaluated else None for one in (before, after))
    causes: set[Cause] = set()
    if before is None or after is None:
        causes = {Cause.COMPONENTS}
    elif points[0] != points[1] or before.weight != after.weight:
        causes = common | _own_causes(before, after, old, new)
        causes = causes or {Cause.OTHER_CODE if old.repository.tree != new.repository.tree else Cause.EVIDENCE}
    return ScoreChange(
        component=shown.name, title=shown.title, before=points[0], after=points[1], causes=_in_order(causes)
    )


def _common_causes(old: Audit, new: Audit) -> set[Cause]:
    was, now = mark_of(old), mark_of(new)
    differs = {
        Cause.RUBRIC: was.rubric_digest != now.rubric_digest,
        Cause.RULE_PACK: was.rule_pack_digest != now.rule_pack_digest,
        Cause.TOOL: was.tool != now.tool,
    }
    return {cause for cause, is_other in differs.items() if is_other}


def _own_causes(before: ComponentResult, after: ComponentResult, old: Audit, new: Audit) -> set[Cause]:
    waived = [waived_in(audit).intersection(_counted(part)) for audit, part in ((old, before), (new, after))]
    differs = {
        Cause.CODE: before.digest != after.digest,
        Cause.COMPONENTS: (before.paths, before.kind, before.weight) != (after.paths, after.kind, after.weight),
        Cause.WAIVERS: waived[0] != waived[1],
        Cause.EVIDENCE: _from_outside(before) != _from_outside(after),
    }
    return {cause for cause, is_other in differs.items() if is_other}


def _counted(part: ComponentResult) -> set[str]:
    return {key for one in part.criteria for key in one.findings}


def _from_outside(part: ComponentResult) -> set[str]:
    """The digests of the evidence from outside that the answers rest on."""
    return {digest for one in part.criteria for proof in one.evidence for digest in proof.outside}


def _parts(audit: Audit) -> dict[str, ComponentResult]:
    return {one.name: one for one in audit.components}


def _results(audit: Audit) -> dict[tuple[str, str], CriterionResult]:
    return {(part.name, one.id): one for part in audit.components for one in part.criteria}


def _in_order(causes: set[Cause]) -> tuple[Cause, ...]:
    return tuple(one for one in Cause if one in causes)
