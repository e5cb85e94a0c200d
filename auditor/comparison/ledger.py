"""The ledger of a chain: every condition that was ever raised in it, and what became of it. None is ever dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.comparison.marks import mark_of
from auditor.model.audit import Audit, waived_in
from auditor.model.comparison import Answer, AuditMark, ConditionState, Standing
from auditor.model.outcome import OPEN_OUTCOMES, ComponentResult, Condition, CriterionResult, Outcome

__all__ = ["Answerer", "ledger", "raised"]

_UNDECIDED = (Outcome.UNKNOWN, Outcome.ERROR)


def ledger(audit: Audit) -> tuple[Standing, ...]:
    """How every condition of the chain stands as this audit leaves it, in the order of their ids."""
    if audit.review is None:
        return raised(audit, frozenset())
    told, now = audit.review.comparison, _Now.of(audit)
    found = [*(_standing_after(one, now) for one in told.answers), *told.raised]
    return tuple(sorted(found, key=lambda one: (len(one.id), one.id)))


def raised(audit: Audit, known: frozenset[tuple[str, str]]) -> tuple[Standing, ...]:
    """The conditions of an audit that are not of these criteria and components."""
    now = _Now.of(audit)
    return tuple(_raised(one, now) for place, one in now.conditions.items() if place not in known)


def _raised(condition: Condition, now: _Now) -> Standing:
    part = now.parts.get(condition.component)
    result = now.results.get((condition.criterion, condition.component))
    return Standing(
        id=condition.id,
        criterion=condition.criterion,
        component=condition.component,
        title=condition.title,
        priority=condition.priority,
        state=ConditionState.OPEN,
        decided=result is not None and result.outcome not in _UNDECIDED,
        findings=tuple(sorted(result.findings if result else condition.findings)),
        digest=part.digest if part else "",
        raised_in=now.audit.certificate_id,
        resolved_in=None,
    )


def _standing_after(answer: Answer, now: _Now) -> Standing:
    before = answer.before
    place = (before.criterion, before.component)
    part, result, condition = now.parts.get(before.component), now.results.get(place), now.conditions.get(place)
    newly = answer.state is ConditionState.RESOLVED and before.state is not ConditionState.RESOLVED
    return Standing(
        id=before.id,
        criterion=before.criterion,
        component=before.component,
        title=condition.title if condition else before.title,
        priority=condition.priority if condition else before.priority,
        state=answer.state,
        decided=before.decided if result is None else result.outcome not in _UNDECIDED,
        findings=before.findings if result is None else tuple(sorted(result.findings)),
        digest=part.digest if part else before.digest,
        raised_in=before.raised_in,
        resolved_in=now.audit.certificate_id if newly else before.resolved_in,
    )


@dataclass(frozen=True, slots=True)
class _Now:
    """An audit by component, and by criterion and component."""

    audit: Audit
    parts: Mapping[str, ComponentResult]
    results: Mapping[tuple[str, str], CriterionResult]
    conditions: Mapping[tuple[str, str], Condition]

    @classmethod
    def of(cls, audit: Audit) -> _Now:
        return cls(
            audit,
            {part.name: part for part in audit.components},
            {(one.id, part.name): one for part in audit.components for one in part.criteria},
            {(one.criterion, one.component): one for one in audit.conditions},
        )


class Answerer:
    """Answers conditions of an earlier audit from a newer one."""

    def __init__(self, audit: Audit, old: AuditMark) -> None:
        self._now = _Now.of(audit)
        self._old, self._new = old, mark_of(audit)
        self._waived = waived_in(audit)

    def answer(self, before: Standing) -> Answer:
        """What became of one condition. Follows from the standing, the newer audit and the marks of both alone."""
        place = (before.criterion, before.component)
        result = self._now.results.get(place)
        if result is None or result.outcome_as_found is Outcome.NOT_APPLICABLE:
            return Answer(
                before=before, state=ConditionState.NOT_ASKED, reason=self._why_not_asked(before, result), gone=(),
                added=(), now=None,
            )  # fmt: skip
        had, has = set(before.findings), set(result.findings)
        gone, added = tuple(sorted(had - has)), tuple(sorted(has - had))
        state = _state(before, result, len(gone), len(added))
        reason = self._reason(before, result, state, gone, added)
        condition = self._now.conditions.get(place)
        return Answer(
            before=before, state=state, reason=reason, gone=gone, added=added,
            now=condition.id if condition else None,
        )  # fmt: skip

    def _why_not_asked(self, before: Standing, result: CriterionResult | None) -> str:
        if result is not None:
            return f"{before.criterion} does not apply to {before.component} any more: {result.reason}"
        if before.component in self._now.audit.repository.not_scored:
            return f"{before.component} was left out of this audit on request"
        elsewhere = [component for criterion, component in self._now.results if criterion == before.criterion]
        asked_once = f"{before.criterion} is asked of {elsewhere[0]} now" if len(elsewhere) == 1 else ""
        if before.component not in self._now.parts:
            gone = f"there is no component {before.component} any more"
            return f"{gone}; {asked_once}" if asked_once else gone
        return asked_once or f"the rubric has no {before.criterion} for this component any more"

    def _reason(
        self, before: Standing, result: CriterionResult, state: ConditionState, gone: tuple[str, ...],
        added: tuple[str, ...],
    ) -> str:  # fmt: skip
        if state is ConditionState.RESOLVED:
            return self._why_resolved(before, result, gone)
        if state is ConditionState.WAIVED:
            covered = sum(one in self._waived for one in result.findings)
            accepted = f"{_findings(covered)} accepted by a waiver" if covered else "a waiver covers it"
            return f"{accepted}; as found it is {_said(result.outcome_as_found)}"
        said = _left(before, result, gone, added, self._waived)
        if state is ConditionState.REGRESSED and before.resolved_in is not None:
            return f"was resolved in {before.resolved_in}, and {said}"
        if before.state is ConditionState.WAIVED:
            return f"no waiver covers it any more, and {said}"
        return said

    def _why_resolved(self, before: Standing, result: CriterionResult, gone: tuple[str, ...]) -> str:
        if before.state is ConditionState.RESOLVED:
            return f"resolved in {before.resolved_in}, and still met"
        parts = [f"{result.id} is met"]
        if gone:
            parts.append(f"{_findings(len(gone))} gone")
        if result.evidence:
            parts.append(_evidence(result))
        if before.digest == self._now.parts[before.component].digest:
            parts.append(f"the component's files are as they were: {_what_else(self._old, self._new, result)} changed")
        return "; ".join(parts)


def _state(before: Standing, result: CriterionResult, gone: int, added: int) -> ConditionState:
    if result.outcome not in OPEN_OUTCOMES:
        waived = result.outcome_as_found in OPEN_OUTCOMES
        return ConditionState.WAIVED if waived else ConditionState.RESOLVED
    left = before.state is ConditionState.NOT_ASKED and before.resolved_in is not None
    if before.state is ConditionState.RESOLVED or left:
        return ConditionState.REGRESSED
    if not before.decided or result.outcome in _UNDECIDED or gone == added:
        return ConditionState.OPEN
    return ConditionState.REGRESSED if added > gone else ConditionState.PARTLY_RESOLVED


def _left(
    before: Standing, result: CriterionResult, gone: tuple[str, ...], added: tuple[str, ...], waived: frozenset[str]
) -> str:
    if result.outcome in _UNDECIDED:
        return f"it could not be decided: {result.reason.partition(': ')[2] or result.reason}"
    if not result.findings:
        return f"{result.id} is {_said(result.outcome)}" + (f": {_evidence(result)}" if result.evidence else "")
    parts = [f"{_findings(len(result.findings))} there"]
    if before.findings:
        parts[0] += f", {len(before.findings)} before"
    parts += [f"{_findings(len(gone))} gone"] * bool(gone)
    parts += [f"{_findings(len(added))} new"] * bool(added and before.findings)
    covered = sum(one in waived for one in result.findings)
    parts += [f"{covered} accepted by a waiver"] * bool(covered)
    return "; ".join(parts)


def _what_else(old: AuditMark, new: AuditMark, result: CriterionResult) -> str:
    if any(proof.outside for proof in result.evidence):
        return "the evidence from outside"  # what was open is met by it, whatever else changed
    causes = ["the rule pack"] * (old.rule_pack_digest != new.rule_pack_digest)
    causes += ["the rubric"] * (old.rubric_digest != new.rubric_digest)
    causes += ["other files"] * (old.tree != new.tree)
    return " and ".join(causes) or "the evidence"


def _evidence(result: CriterionResult) -> str:
    first = result.evidence[0]
    place = "" if first.path is None else f" ({first.path}{'' if first.start_line is None else f':{first.start_line}'})"
    return f"{first.note}{place}"


def _said(outcome: Outcome) -> str:
    return outcome.value.replace("-", " ")


def _findings(number: int) -> str:
    return f"{number} finding is" if number == 1 else f"{number} findings are"
