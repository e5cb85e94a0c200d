"""The sums of an audit done again from what it says itself: what `auditor verify` checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from auditor.errors import UserError
from auditor.model.audit import Audit, waived_in
from auditor.model.outcome import ComponentResult, CriterionResult, Outcome
from auditor.model.validity import endings
from auditor.scoring.arithmetic import Sum, read_sum
from auditor.scoring.components import overall, rescored
from auditor.scoring.conditions import is_open
from auditor.scoring.outcomes import AS_FOUND
from auditor.scoring.recompute_review import expected_names, review_problems
from auditor.scoring.recompute_waivers import waiver_problems
from auditor.scoring.way_to_go import verdict_of

__all__ = ["recompute"]

MAX_CONDITIONS = 20_000
"""What a hostile document may make us compute."""

_UNDECIDED = (Outcome.UNKNOWN, Outcome.ERROR)


def recompute(audit: Audit) -> tuple[str, ...]:
    """Every disagreement between what the audit prints and what follows from its own parts, as sentences.

    Empty where all sums, grades, caps, counts, conditions and the decision follow. It trusts the audit's
    outcomes, findings and grade table: that those are what the issuer stated is for the signature to show.
    """
    many = len(audit.conditions) + (len(audit.review.comparison.answers) if audit.review else 0)
    if many > MAX_CONDITIONS:
        return (f"There are {many} conditions; more than {MAX_CONDITIONS} are no audit.",)
    problems = [*_findings(audit), *waiver_problems(audit), *_conditions(audit), *_validity(audit), *_outside(audit)]
    problems += review_problems(audit)
    waived = waived_in(audit)
    for part in audit.components:
        for criterion in part.criteria:
            problems.extend(_criterion(audit, part, criterion, waived))
    try:
        for part in audit.components:
            problems.extend(_component(audit, part))
        problems.extend(_whole(audit))
    except (UserError, ValueError) as error:
        problems.append(f"The scores cannot be computed: {error}.")
    return tuple(problems)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What an audit says that one criterion costs, and with how many findings."""

    where: str
    outcome: Outcome
    deduction: int
    text: str
    findings: int


def _criterion(
    audit: Audit, part: ComponentResult, criterion: CriterionResult, waived: frozenset[str]
) -> Iterator[str]:
    where = f"{criterion.id} of {part.name}"
    left = sum(one not in waived for one in criterion.findings)
    now, _, found = criterion.reason.partition(AS_FOUND)
    yield from _claim(audit, criterion, _Claim(where, criterion.outcome, criterion.deduction, now, left))
    if AS_FOUND in criterion.reason:
        outcome, deduction = criterion.outcome_as_found, criterion.deduction_as_found
        claim = _Claim(f"{where} as found", outcome, deduction, found, len(criterion.findings))
        yield from _claim(audit, criterion, claim)
    elif (criterion.outcome, criterion.deduction) != (criterion.outcome_as_found, criterion.deduction_as_found):
        yield f"{where} differs as found from with waivers, and its reason names no waiver."


def _claim(audit: Audit, criterion: CriterionResult, claim: _Claim) -> Iterator[str]:
    if criterion.findings and (claim.outcome is Outcome.NOT_MET) != bool(claim.findings):
        yield f"{claim.where} is {claim.outcome.value} with {claim.findings} findings that count."
    if claim.outcome in (Outcome.MET, Outcome.NOT_APPLICABLE):
        if claim.deduction:
            yield f"{claim.where} is {claim.outcome.value} and costs {claim.deduction}; it should cost nothing."
        return
    printed = read_sum(claim.text)
    if printed is None:
        yield f"{claim.where} costs {claim.deduction} and prints no sum."
        return
    impact = dict(audit.rubric.grades.impacts).get(criterion.severity.value)
    if not printed.own_impact and printed.impact != impact:
        yield f"{claim.where} is {criterion.severity.value}, whose impact is {impact}, and takes {printed.impact}."
    yield from _sum(claim, printed)


def _sum(claim: _Claim, printed: Sum) -> Iterator[str]:
    if not printed.holds or printed.total != claim.deduction:
        yield f"{claim.where} costs {claim.deduction}, which its sum does not come to: {claim.text.strip()!r}."
    if printed.halved != (claim.outcome in _UNDECIDED):
        yield f"{claim.where} is {claim.outcome.value}, and its impact is {'' if printed.halved else 'not '}halved."
    if not printed.halved and printed.more != max(claim.findings - 1, 0):
        yield f"{claim.where} counts {printed.more} more findings and lists {max(claim.findings - 1, 0)}."


def _component(audit: Audit, part: ComponentResult) -> Iterator[str]:
    again = rescored(part, part.criteria, audit.rubric.grades)
    for name in ("score", "as_found", "grade", "status", "capped", "evaluated"):
        printed, computed = getattr(part, name), getattr(again, name)
        if printed != computed:
            yield f"{part.name}: {name} is printed as {printed} and comes to {computed}."


def _whole(audit: Audit) -> Iterator[str]:
    score = overall(audit.components, audit.rubric.grades)
    for name in ("overall", "as_found", "evidence_coverage", "grade", "decided", "applicable", "arithmetic"):
        printed, computed = getattr(audit.score, name), getattr(score, name)
        if printed != computed:
            yield f"Score: {name} is printed as {printed} and comes to {computed}."
    follows = verdict_of(audit.components, score, audit.conditions, audit.rubric.grades, audit.repository)
    if audit.decision is not audit.verdict.decision:
        yield f"The decision is printed as {audit.decision.value} and explained as {audit.verdict.decision.value}."
    if audit.decision is not follows.decision:
        yield f"The decision is printed as {audit.decision.value} and follows as {follows.decision.value}."
    for name in ("why_not_better", "why_not_worse", "path_to_go", "score_after", "decision_after"):
        if getattr(audit.verdict, name) != getattr(follows, name):
            yield f"The verdict's {name} does not follow from the scores and conditions."


def _findings(audit: Audit) -> Iterator[str]:
    known = {one.fingerprint: one for one in audit.findings}
    if len(known) != len(audit.findings):
        yield "Two findings have one fingerprint."
    counted = Counter(one for part in audit.components for criterion in part.criteria for one in criterion.findings)
    for fingerprint, times in sorted(counted.items()):
        if fingerprint not in known:
            yield f"A criterion counts the finding {fingerprint}, which is not listed."
        if times > 1:
            yield f"The finding {fingerprint} is counted {times} times."
    for part in audit.components:
        for criterion in part.criteria:
            for one in criterion.findings:
                if one in known and known[one].component != part.name:
                    yield f"{criterion.id} of {part.name} counts the finding {one} of {known[one].component}."


def _outside(audit: Audit) -> Iterator[str]:
    """Evidence from outside that an answer rests on is listed, and was not refused; none that counts has ended before the audit does."""
    counts = {one.sha256 for one in audit.outside.files if not one.refused}
    for part in audit.components:
        for criterion in part.criteria:
            for digest in sorted({one for evidence in criterion.evidence for one in evidence.outside} - counts):
                yield f"{criterion.id} of {part.name} rests on the evidence {digest}, which is not listed or was refused."
    for file in audit.outside.files:
        if not file.refused and file.valid_until is not None and file.valid_until < audit.valid_until:
            yield f"The attestation {file.name} ends on {file.valid_until}, before the certificate does."


def _conditions(audit: Audit) -> Iterator[str]:
    open_now = {
        (one.condition, one.id, part.name): one for part in audit.components for one in part.criteria if is_open(one)
    }
    listed = {(one.id, one.criterion, one.component) for one in audit.conditions}
    for name, criterion, component in sorted(set(open_now) - listed, key=str):
        yield f"{criterion} of {component} is open, and its condition {name} is not listed."
    for name, criterion, component in sorted(listed - set(open_now)):
        yield f"The condition {name} closes {criterion} of {component}, which is not open."
    if tuple(one.id for one in audit.conditions) != expected_names(audit):
        yield "The conditions do not have the ids that follow from their order and from the earlier certificate."
    if list(audit.conditions) != sorted(audit.conditions, key=lambda one: one.priority):
        yield "The conditions are not in the order of their priority."
    waived = waived_in(audit)
    for one in audit.conditions:
        result = open_now.get((one.id, one.criterion, one.component))
        if result is not None and one.findings != tuple(key for key in result.findings if key not in waived):
            yield f"The condition {one.id} lists other findings than {one.criterion} of {one.component}."


def _validity(audit: Audit) -> Iterator[str]:
    """Nothing that the decision rests on may run out while the certificate is valid; older reports knew no such bound."""
    if audit.invocation is None:
        return
    try:
        audited, until = date.fromisoformat(audit.scanned_at[:10]), date.fromisoformat(audit.valid_until)
        earlier = [one for one in endings(audit.conditions, audit.waivers) if audited <= one.day < until]
    except ValueError as error:
        yield f"A date is none: {error}."
        return
    for one in earlier[:1]:
        yield f"It is valid until {until}, and {one.what} on {one.day}, before that."
