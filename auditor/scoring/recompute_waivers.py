"""What an audit says of its waivers, checked against itself: dates, what they cover, and what may be covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from auditor.model.audit import Audit, waived_in
from auditor.model.outcome import ComponentResult, CriterionResult, Outcome
from auditor.model.waiver import Standing, Waiver, day_of
from auditor.scoring.outcomes import AS_FOUND, LIFTED, requirement

__all__ = ["waiver_problems"]


def waiver_problems(audit: Audit) -> Iterator[str]:
    """Every disagreement between the waivers of an audit, its dates, its findings and its criteria, as sentences."""
    scanned = day_of(audit.scanned_at[:10])
    if scanned is None:
        yield f"The audit was made at {audit.scanned_at!r}, which is no time."
        return
    for one in audit.waivers:
        yield from _in_force(one, audit, scanned)
    for one in audit.void_waivers:
        yield from _void(one, scanned)
    yield from _names(audit)
    yield from _coverage(audit)
    yield from _criteria(audit)


def _in_force(one: Waiver, audit: Audit, scanned: date) -> Iterator[str]:
    ends = day_of(one.expires)
    if one.standing is not Standing.IN_FORCE:
        yield f"The waiver {one.id} counts, and is called {one.standing.value}."
    if ends is None or ends < scanned:
        yield f"The waiver {one.id} counts, and ended on {one.expires}, before the audit of {scanned.isoformat()}."
    until = day_of(audit.valid_until)
    if ends is not None and until is not None and ends < until:
        yield f"The certificate is valid until {audit.valid_until}, and its waiver {one.id} ends on {one.expires}."
    if not (one.findings or one.requirements):
        yield f"The waiver {one.id} counts, and covers nothing."
    if not one.reason or not one.approver:
        yield f"The waiver {one.id} counts without reason or approver."


def _void(one: Waiver, scanned: date) -> Iterator[str]:
    ends = day_of(one.expires)
    if one.standing is Standing.IN_FORCE or one.findings or one.requirements:
        yield f"The waiver {one.id} does not count, and is said to cover something."
    if ends is not None and (one.standing is Standing.EXPIRED) != (ends < scanned):
        yield f"The waiver {one.id} ends on {one.expires} and is called {one.standing.value} on {scanned.isoformat()}."


def _names(audit: Audit) -> Iterator[str]:
    times = Counter(one.id for one in (*audit.waivers, *audit.void_waivers))
    for name, count in sorted(times.items()):
        if count > 1:
            yield f"{count} waivers are called {name}."


def _coverage(audit: Audit) -> Iterator[str]:
    """Findings name the waiver that lists them, and waivers list the findings that name them."""
    covered = {(one.id, key) for one in audit.waivers for key in one.findings}
    named = {(one.waived_by, one.fingerprint) for one in audit.findings if one.waived_by is not None}
    for waiver, key in sorted(named - covered):
        yield f"The finding {key} is waived by {waiver}, which does not list it."
    for waiver, key in sorted(covered - named):
        yield f"The waiver {waiver} lists the finding {key}, which does not name it."


def _criteria(audit: Audit) -> Iterator[str]:
    waived = waived_in(audit)
    lifted = {name for one in audit.waivers for name in one.requirements}
    for part in audit.components:
        for criterion in part.criteria:
            name = requirement(criterion.id, part.name)
            if not criterion.accepts_waivers and (name in lifted or waived.intersection(criterion.findings)):
                yield f"{name} accepts no waivers, and one counts for it."
            if name in lifted:
                yield from _lifted(name, criterion)
            elif _claims_lift(criterion):
                yield f"{name} is said to be waived, and no waiver lists it."
    for name in sorted(lifted - _asked(audit.components)):
        yield f"A waiver lifts {name}, which nobody asks."


def _lifted(name: str, criterion: CriterionResult) -> Iterator[str]:
    outcomes = (criterion.outcome, criterion.outcome_as_found)
    if criterion.findings or outcomes != (Outcome.MET, Outcome.NOT_MET) or not _claims_lift(criterion):
        yield f"A waiver lifts {name}, which does not say so."


def _claims_lift(criterion: CriterionResult) -> bool:
    return criterion.reason.startswith(LIFTED + AS_FOUND)


def _asked(components: tuple[ComponentResult, ...]) -> set[str]:
    return {requirement(one.id, part.name) for part in components for one in part.criteria}
