"""Whether a change makes things worse: what a gate asks of a comparison."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.audit import Audit, waived_in
from auditor.model.comparison import Comparison, ConditionState
from auditor.model.outcome import Decision, Outcome

__all__ = ["added_fingerprints", "adds_conditions", "gets_worse"]

_FROM_BEST = (Decision.GO, Decision.CONDITIONAL, Decision.NO_GO)


def added_fingerprints(audit: Audit, change: Comparison) -> frozenset[str]:
    """The findings that the change adds, without what is waived."""
    return frozenset(one.fingerprint for one in change.findings_added) - waived_in(audit)


def gets_worse(comparison: Comparison, new: Audit) -> tuple[str, ...]:
    """Why the newer audit is worse than the older one; empty where it is not.

    It is where the decision is worse, where a blocker is unmet that was not, and where a blocker that was
    unmet before has a finding more that no waiver covers. A score that falls is not enough.
    """
    return tuple(_reasons(comparison, new))


def adds_conditions(comparison: Comparison) -> tuple[str, ...]:
    """Conditions that the older audit did not have, and those that regressed, as sentences."""
    new = (f"{one.id} is new: {one.title}" for one in comparison.raised)
    back = (one for one in comparison.answers if one.state is ConditionState.REGRESSED)
    return (*new, *(f"{one.now or one.before.id} regressed: {one.before.title}" for one in back))


def _reasons(comparison: Comparison, new: Audit) -> Iterator[str]:
    was, now = comparison.old.decision, comparison.new.decision
    if _FROM_BEST.index(now) > _FROM_BEST.index(was):
        yield f"the decision was {was.value} and is {now.value}"
    unmet = {
        (one.component, one.id)
        for one in comparison.criteria
        if one.blocker and one.after is Outcome.NOT_MET and one.before is not Outcome.NOT_MET
    }
    for component, criterion in sorted(unmet):
        yield f"the blocker {criterion} of {component} is not met, and was not unmet before"
    added = added_fingerprints(new, comparison)
    for part in new.components:
        for result in part.criteria:
            more = added.intersection(result.findings)
            if result.blocker and result.outcome is Outcome.NOT_MET and more and (part.name, result.id) not in unmet:
                yield f"the blocker {result.id} of {part.name} has findings that are new: {len(more)}"
