"""What becomes of a condition: each state, from audits that scoring made."""

from dataclasses import replace
from typing import Any

import pytest

from auditor.comparison.compare import compare
from auditor.comparison.worse import adds_conditions, gets_worse
from auditor.model.audit import Audit
from auditor.model.comparison import Cause, ConditionState
from auditor.model.finding import Category, Finding
from auditor.model.outcome import Proof
from auditor.scoring.recompute import recompute
from tests.comparison.build import PARTS, answering, answers, made
from tests.scoring.build import ABSENT, CLEAN, MET, UNKNOWN, criterion, finding, part, rubric


def mock(number: int) -> Finding:
    return finding(number, "application", rule="AUD201", category=Category.MOCKED_METRIC)


FIRST = made(1, findings=(mock(1), mock(2), finding(3, "tests")), proofs={"OPS-1": ABSENT})
"""C1 is APP-1 of application, C2 is APP-2 of tests, C3 is OPS-1."""


def state(audit: Audit, name: str) -> tuple[ConditionState, str]:
    assert recompute(audit) == ()
    answer = answers(audit)[name]
    return answer.state, answer.reason


def test_the_first_audit_numbers_its_conditions_in_their_order() -> None:
    assert [(one.id, one.criterion) for one in FIRST.conditions] == [("C1", "APP-1"), ("C2", "APP-2"), ("C3", "OPS-1")]


def test_a_condition_whose_criterion_is_met_is_resolved_and_says_what_shows_it() -> None:
    told = answering(FIRST, 2, findings=(mock(1), mock(2), finding(3, "tests")), proofs={"OPS-1": MET})
    assert state(told, "C3") == (
        ConditionState.RESOLVED,
        "OPS-1 is met; there (README.md:1); the component's files are as they were: the evidence changed",
    )
    assert answers(told)["C3"].now is None


def test_gone_findings_are_named() -> None:
    told = answering(FIRST, 2, findings=(finding(3, "tests"),), proofs={"OPS-1": ABSENT})
    assert answers(told)["C1"].gone == (mock(1).fingerprint, mock(2).fingerprint)
    assert state(told, "C1")[1].startswith("APP-1 is met; 2 findings are gone")


def test_fewer_findings_are_partly_resolved() -> None:
    told = answering(FIRST, 2, findings=(mock(1), finding(3, "tests")), proofs={"OPS-1": ABSENT})
    assert state(told, "C1") == (
        ConditionState.PARTLY_RESOLVED,
        "1 finding is there, 2 before; 1 finding is gone",
    )


def test_more_findings_are_a_regression_and_others_instead_are_not_progress() -> None:
    more = answering(FIRST, 2, findings=(mock(1), mock(2), mock(4), finding(3, "tests")), proofs={"OPS-1": ABSENT})
    assert state(more, "C1")[0] is ConditionState.REGRESSED
    others = answering(FIRST, 2, findings=(mock(4), mock(5), finding(3, "tests")), proofs={"OPS-1": ABSENT})
    assert state(others, "C1") == (
        ConditionState.OPEN,
        "2 findings are there, 2 before; 2 findings are gone; 2 findings are new",
    )


def test_what_a_waiver_covers_is_waived_and_never_resolved() -> None:
    both = frozenset({mock(1).fingerprint, mock(2).fingerprint})
    found = (mock(1), mock(2), finding(3, "tests"))
    told = answering(FIRST, 2, findings=found, proofs={"OPS-1": ABSENT}, waived=both)
    assert state(told, "C1") == (
        ConditionState.WAIVED,
        "2 findings are accepted by a waiver; as found it is not met",
    )
    expired = answering(told, 3, findings=found, proofs={"OPS-1": ABSENT})
    assert state(expired, "C1") == (
        ConditionState.OPEN,
        "no waiver covers it any more, and 2 findings are there, 2 before",
    )
    assert answers(expired)["C1"].now == "C1"


def test_a_waiver_for_some_findings_is_no_progress() -> None:
    found = (mock(1), mock(2), finding(3, "tests"))
    told = answering(FIRST, 2, findings=found, proofs={"OPS-1": ABSENT}, waived=frozenset({mock(1).fingerprint}))
    assert state(told, "C1") == (
        ConditionState.OPEN,
        "2 findings are there, 2 before; 1 accepted by a waiver",
    )


def test_what_was_resolved_and_is_open_again_has_regressed_under_its_old_id() -> None:
    resolved = answering(FIRST, 2, findings=(finding(3, "tests"),), proofs={"OPS-1": ABSENT})
    again = answering(resolved, 3, findings=(mock(9), finding(3, "tests")), proofs={"OPS-1": ABSENT})
    where, why = state(again, "C1")
    assert where is ConditionState.REGRESSED
    assert why == "was resolved in FIN-SHOP-20261102-000000, and 1 finding is there"
    assert [one.id for one in again.conditions] == ["C1", "C2", "C3"]


@pytest.mark.parametrize(
    ("proof", "why"),
    [(ABSENT, "OPS-1 is not met: searched for a file ops.md"), (UNKNOWN, "it could not be decided")],
)
def test_what_was_met_and_is_missing_or_unreadable_has_regressed(proof: Proof, why: str) -> None:
    resolved = answering(FIRST, 2, proofs={"OPS-1": MET})
    where, reason = state(answering(resolved, 3, proofs={"OPS-1": proof}), "C3")
    assert where is ConditionState.REGRESSED
    assert f"was resolved in FIN-SHOP-20261102-000000, and {why}" in reason


def test_what_was_resolved_stays_in_the_ledger() -> None:
    told = answering(FIRST, 2, findings=(finding(3, "tests"),), proofs={"OPS-1": ABSENT})
    for number in (3, 4, 5):
        told = answering(told, number, findings=(finding(3, "tests"),), proofs={"OPS-1": ABSENT})
    assert state(told, "C1") == (ConditionState.RESOLVED, "resolved in FIN-SHOP-20261102-000000, and still met")


def test_ids_are_never_used_again() -> None:
    resolved = answering(FIRST, 2, proofs={"OPS-1": MET})
    other = answering(resolved, 3, findings=(finding(7, "application"),), proofs={"OPS-1": MET})
    assert [one.id for one in other.conditions] == ["C4"]
    assert other.review is not None
    assert [one.id for one in other.review.comparison.raised] == ["C4"]


def test_what_can_no_longer_be_decided_is_open_and_no_progress() -> None:
    told = answering(FIRST, 2, findings=FIRST.findings, proofs={"OPS-1": UNKNOWN})
    assert state(told, "C3") == (ConditionState.OPEN, "it could not be decided: ops.md could not be judged")


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"parts": PARTS[:1]}, "there is no component tests any more"),
        ({"parts": (PARTS[0], part("tests", "checks"))}, "there is no component tests any more"),
        ({"only": frozenset({"application"}), "repository": replace(CLEAN, not_scored=("tests",))},
         "tests was left out of this audit on request"),
        ({"used": rubric(criterion("APP-1"), criterion("TST-1", components=["tests"]))},
         "the rubric has no APP-2 for this component any more"),
        ({"used": rubric(criterion("APP-1"), criterion("APP-2"), criterion("TST-1", components=["tests"]))},
         "APP-2 is asked of application now"),
        ({"used": rubric(criterion("APP-1"), criterion("APP-2", components=["tests"], applies=["go"])), "findings": ()},
         "APP-2 does not apply to tests any more: this component has no go"),
    ],
)  # fmt: skip
def test_what_is_no_longer_asked_is_not_resolved(inputs: dict[str, Any], reason: str) -> None:
    given: dict[str, Any] = {"findings": (mock(1),), "proofs": {"OPS-1": ABSENT}} | inputs
    told = answering(FIRST, 2, **given)
    where, why = state(told, "C2")
    assert where is ConditionState.NOT_ASKED
    assert reason in why


def test_a_condition_that_was_not_asked_and_is_again_is_open() -> None:
    aside = answering(FIRST, 2, findings=(mock(1),), parts=PARTS[:1], proofs={"OPS-1": ABSENT})
    back = answering(aside, 3, findings=(mock(1), finding(3, "tests")), proofs={"OPS-1": ABSENT})
    assert state(back, "C2") == (ConditionState.OPEN, "1 finding is there, 1 before")
    assert answers(back)["C2"].now == "C2"


def test_one_that_was_resolved_then_not_asked_then_open_has_regressed() -> None:
    resolved = answering(FIRST, 2, proofs={"OPS-1": ABSENT})
    aside = answering(resolved, 3, parts=PARTS[:1], proofs={"OPS-1": ABSENT})
    back = answering(aside, 4, findings=(finding(3, "tests"),), proofs={"OPS-1": ABSENT})
    assert state(aside, "C2")[0] is ConditionState.NOT_ASKED
    assert state(back, "C2")[0] is ConditionState.REGRESSED


PLACEHOLDERS = (finding(1, "application"), finding(2, "application"))
OLD = made(1, findings=PLACEHOLDERS, proofs={"OPS-1": ABSENT})


@pytest.mark.parametrize(
    ("inputs", "causes"),
    [
        ({"parts": (replace(PARTS[0], digest="c" * 64), PARTS[1])}, {Cause.CODE}),
        ({"rules": "0" * 64}, {Cause.RULE_PACK}),
        ({}, {Cause.EVIDENCE}),
        ({"findings": PLACEHOLDERS, "waived": frozenset({PLACEHOLDERS[1].fingerprint})}, {Cause.WAIVERS}),
        ({"repository": replace(CLEAN, tree="c" * 40)}, {Cause.OTHER_CODE}),
    ],
)
def test_a_score_moves_for_the_inputs_that_differ(inputs: dict[str, Any], causes: set[Cause]) -> None:
    new = made(2, **({"findings": PLACEHOLDERS[:1], "proofs": {"OPS-1": ABSENT}} | inputs))
    moved = {one.component: one for one in compare(OLD, new).components}
    assert (moved["application"].before, moved["application"].after) == (92, 93)
    assert set(moved["application"].causes) == causes
    assert moved["tests"].causes == ()


def test_another_rubric_and_another_weight_are_causes() -> None:
    other = made(2, findings=FIRST.findings, proofs={"OPS-1": ABSENT}, parts=(part("application", weight=9), PARTS[1]))
    lighter = replace(other, rubric=replace(other.rubric, digest="0" * 64))
    moved = {one.component: one for one in compare(FIRST, lighter).components}
    assert moved["application"].causes == (Cause.COMPONENTS, Cause.RUBRIC)


def test_an_audit_compared_with_itself_has_no_change() -> None:
    same = compare(FIRST, FIRST)
    assert (same.findings_added, same.findings_resolved, same.criteria, same.raised) == ((), (), (), ())
    assert {one.state for one in same.answers} == {ConditionState.OPEN}
    assert gets_worse(same, FIRST) == adds_conditions(same) == ()


def test_findings_of_a_blocker_are_worse_and_others_are_not() -> None:
    more = made(2, findings=(*FIRST.findings, mock(8)), proofs={"OPS-1": ABSENT})
    assert gets_worse(compare(FIRST, more), more) == ("the blocker APP-1 of application has findings that are new: 1",)
    milder = made(2, findings=(*FIRST.findings, finding(8, "application")), proofs={"OPS-1": ABSENT})
    comparison = compare(FIRST, milder)
    assert gets_worse(comparison, milder) == ()
    assert adds_conditions(comparison) == ("C2 is new: Mend APP-2 (Application)",)


def test_a_blocker_that_is_waived_is_not_worse_and_one_newly_unmet_is() -> None:
    clean = made(1, proofs={"OPS-1": MET})
    unmet = made(2, findings=(mock(1),), proofs={"OPS-1": MET})
    assert gets_worse(compare(clean, unmet), unmet) == (
        "the decision was GO and is NO-GO",
        "the blocker APP-1 of application is not met, and was not unmet before",
    )
    waived = made(2, findings=(mock(1),), proofs={"OPS-1": MET}, waived=frozenset({mock(1).fingerprint}))
    assert gets_worse(compare(clean, waived), waived) == ()
