"""A re-audit that says of the earlier certificate what cannot be so is found out, without that certificate."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from auditor.comparison.compare import compare
from auditor.model.audit import Audit
from auditor.model.comparison import Answer, Comparison, ConditionState
from auditor.scoring.recompute import recompute
from tests.comparison.build import answering, made
from tests.scoring.build import ABSENT, MET, finding

FIRST = made(
    1, findings=(finding(1, "application"), finding(2, "tests"), finding(3, "tests")), proofs={"OPS-1": ABSENT}
)
TOLD = answering(
    FIRST, 2, findings=(finding(2, "tests"), finding(5, "tests"), finding(6, "tests")), proofs={"OPS-1": MET}
)
"""C1 (APP-2 of application) and C3 (OPS-1) are resolved, C2 (APP-2 of tests) has regressed."""

Tamper = Callable[[Audit], Audit]


def compared(**changes: object) -> Tamper:
    def tamper(one: Audit) -> Audit:
        assert one.review is not None
        told: Comparison = replace(one.review.comparison, **changes)  # type: ignore[arg-type]  # replace checks the names
        return replace(one, review=replace(one.review, comparison=told))

    return tamper


def answer_changed(at: int, **changes: object) -> Tamper:
    def tamper(one: Audit) -> Audit:
        assert one.review is not None
        listed = list(one.review.comparison.answers)
        changed: Answer = replace(listed[at], **changes)  # type: ignore[arg-type]  # as above
        listed[at] = changed
        return compared(answers=tuple(listed))(one)

    return tamper


def standing_changed(at: int, **changes: object) -> Tamper:
    def tamper(one: Audit) -> Audit:
        assert one.review is not None
        before = one.review.comparison.answers[at].before
        return answer_changed(at, before=replace(before, **changes))(one)  # type: ignore[arg-type]  # as above

    return tamper


def renumbered(one: Audit) -> Audit:
    conditions = tuple(replace(each, id="C1") if each.id == "C2" else each for each in one.conditions)
    parts = (
        replace(part, criteria=tuple(replace(each, condition="C1") if each.condition == "C2" else each
                                     for each in part.criteria))
        for part in one.components
    )  # fmt: skip
    return replace(one, conditions=conditions, components=tuple(parts))


def linked(one: Audit) -> Audit:
    assert one.review is not None
    earlier = replace(one.review.earlier, certificate_id="PRA-OTHER-20261101-000000")
    return replace(one, review=replace(one.review, earlier=earlier))


TOLD_OLD = TOLD.review.comparison.old if TOLD.review else None
assert TOLD_OLD is not None

TAMPERINGS: dict[str, Tamper] = {
    "an open condition called resolved": answer_changed(1, state=ConditionState.RESOLVED),
    "a regression called open": answer_changed(1, state=ConditionState.OPEN),
    "a kinder reason": answer_changed(1, reason="nearly done"),
    "hidden new findings": answer_changed(1, added=()),
    "findings that are gone twice": answer_changed(1, gone=("0" * 32, "1" * 32)),
    "a condition without its today's id": answer_changed(1, now=None),
    "more findings before than there were": standing_changed(1, findings=tuple(f"{n:032x}" for n in range(2, 9))),
    "a condition that had no state of one": standing_changed(0, id="Condition 1"),
    "two conditions with one id": standing_changed(0, id="C2"),
    "two conditions of one criterion": standing_changed(0, criterion="APP-2", component="tests"),
    "a dropped condition that is still open": lambda one: compared(
        answers=tuple(each for each in one.review.comparison.answers if each.before.id != "C2") if one.review else ()
    )(one),
    "an invented new condition": lambda one: compared(
        raised=(one.review.comparison.answers[0].before,) if one.review else ()
    )(one),
    "a finding called resolved that is there": lambda one: compared(
        findings_resolved=one.review.comparison.findings_added if one.review else ()
    )(one),
    "a finding called new that is not there": lambda one: compared(
        findings_added=one.review.comparison.findings_resolved if one.review else ()
    )(one),
    "a better score of its own": lambda one: compared(
        overall=replace(one.review.comparison.overall, after=100) if one.review else None
    )(one),
    "scores of other components": compared(components=()),
    "a newer side that is another audit": compared(new=TOLD_OLD),
    "an earlier audit that is dated after it": compared(old=replace(TOLD_OLD, scanned_at="2026-12-24T00:00:00Z")),
    "an earlier audit of the same second": compared(old=replace(TOLD_OLD, scanned_at=TOLD.scanned_at)),
    "an earlier audit without a date": compared(old=replace(TOLD_OLD, scanned_at="yesterday")),
    "an earlier audit of another repository": compared(old=replace(TOLD_OLD, repository="other")),
    "a link to another certificate": linked,
    "another kind": lambda one: replace(one, rubric=replace(one.rubric, kind="production-readiness-audit")),
    "conditions numbered anew": renumbered,
    "no review at all": lambda one: replace(one, review=None),
    "a comparison with a merge base": lambda one: replace(one, change=compare(one, one)),
}


def test_a_re_audit_as_made_holds() -> None:
    assert recompute(TOLD) == ()


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_told(name: str) -> None:
    assert recompute(TAMPERINGS[name](TOLD))


def test_more_answers_than_an_audit_can_have_are_not_gone_through() -> None:
    assert TOLD.review is not None
    many = compared(answers=TOLD.review.comparison.answers * 10_000)(TOLD)
    assert len(recompute(many)) == 1
