"""No condition is ever lost, whatever two or three audits in a chain say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.comparison.compare import compare
from auditor.comparison.ledger import ledger
from auditor.comparison.names import names_after
from auditor.model.audit import Audit
from auditor.model.codec import dumps, loads
from auditor.model.comparison import ConditionState
from auditor.model.finding import Category, Finding
from auditor.model.outcome import Outcome
from auditor.scoring.recompute import recompute
from tests.comparison.build import PARTS, answering, made
from tests.scoring.build import ABSENT, MET, UNKNOWN, criterion, finding, part, required, rubric

RUBRICS = (
    rubric(
        criterion("APP-1", severity="critical", blocker=True, waivable=True, forbid={"categories": ["mocked-metric"]}),
        criterion("APP-2", components=["application", "tests"]),
        required("OPS-1"),
    ),
    rubric(criterion("APP-2", components=["tests", "application"], applies=["python"]), required("OPS-2")),
)
COMPONENTS = (PARTS, PARTS[:1], (PARTS[0], part("tests", "checks", kinds=("go",))))


@dataclass(frozen=True)
class Inputs:
    """What one audit of a chain is made from."""

    given: dict[str, Any]


def _finding(number: int) -> Finding:
    component = ("application", "tests", "checks")[number % 3]
    if number % 2:
        return finding(number, component, rule="AUD201", category=Category.MOCKED_METRIC)
    return finding(number, component)


@st.composite
def inputs(draw: st.DrawFn) -> Inputs:
    found = tuple(_finding(number) for number in sorted(draw(st.sets(st.integers(1, 12)))))
    proof = st.sampled_from([MET, ABSENT, UNKNOWN])
    return Inputs({
        "findings": found,
        "waived": frozenset(one.fingerprint for one in found if draw(st.booleans())),
        "used": draw(st.sampled_from(RUBRICS)),
        "parts": draw(st.sampled_from(COMPONENTS)),
        "proofs": {"OPS-1": draw(proof), "OPS-2": draw(proof)},
    })  # fmt: skip


CHAINS = st.lists(inputs(), min_size=2, max_size=4)


def chained(listed: list[Inputs]) -> tuple[Audit, ...]:
    audits = [made(1, **listed[0].given)]
    for number, one in enumerate(listed[1:], start=2):
        audits.append(answering(audits[-1], number, **one.given))
    return tuple(audits)


@settings(max_examples=200, deadline=None)
@given(CHAINS)
def test_no_condition_is_ever_lost_and_none_changes_its_id(of_each: list[Inputs]) -> None:
    chain = chained(of_each)
    ever: dict[str, tuple[str, str]] = {}
    for audit in chain:
        for one in audit.conditions:
            assert ever.setdefault(one.id, (one.criterion, one.component)) == (one.criterion, one.component)
        kept = {one.id: (one.criterion, one.component) for one in ledger(audit)}
        assert kept == ever
        assert len(set(kept.values())) == len(kept)


@settings(max_examples=200, deadline=None)
@given(CHAINS)
def test_every_re_audit_adds_up_and_survives_its_json(of_each: list[Inputs]) -> None:
    chain = chained(of_each)
    for earlier, audit in pairwise(chain):
        assert recompute(audit) == ()
        assert audit.review is not None
        assert audit.review.comparison == compare(earlier, audit)
        assert [one.before for one in audit.review.comparison.answers] == list(ledger(earlier))
        assert loads(dumps(audit)) == audit


@settings(max_examples=200, deadline=None)
@given(CHAINS)
def test_only_what_is_met_is_resolved_and_all_that_is_open_is_a_condition(of_each: list[Inputs]) -> None:
    chain = chained(of_each)
    audit = chain[-1]
    outcomes = {(one.id, part_.name): one for part_ in audit.components for one in part_.criteria}
    assert audit.review is not None
    for answer in audit.review.comparison.answers:
        result = outcomes.get((answer.before.criterion, answer.before.component))
        if answer.state is ConditionState.RESOLVED:
            assert result is not None
            assert result.outcome_as_found is Outcome.MET
        open_ = {ConditionState.OPEN, ConditionState.PARTLY_RESOLVED, ConditionState.REGRESSED}
        assert (answer.now is not None) == (answer.state in open_)
        assert answer.now in (None, answer.before.id)
    told = {one.now for one in audit.review.comparison.answers} | {one.id for one in audit.review.comparison.raised}
    assert {one.id for one in audit.conditions} == told - {None}


@settings(deadline=None)
@given(CHAINS)
def test_a_comparison_there_and_back_adds_what_it_resolved(of_each: list[Inputs]) -> None:
    chain = chained(of_each)
    there, back = compare(chain[0], chain[-1]), compare(chain[-1], chain[0])
    assert {one.fingerprint for one in there.findings_added} == {one.fingerprint for one in back.findings_resolved}
    assert {(one.id, one.component, one.before, one.after) for one in there.criteria} == {
        (one.id, one.component, one.after, one.before) for one in back.criteria
    }


@given(st.sets(st.integers(1, 40)), st.integers(0, 5))
def test_new_ids_follow_the_last_that_was_ever_given(known: set[int], more: int) -> None:
    first = ledger(made(1, findings=(finding(2, "application"),)))[0]
    standings = [replace(first, id=f"C{number}", criterion=f"X-{number}") for number in known]
    names = names_after(standings).of([(f"N-{number}", "application") for number in range(more)])
    last = max(known, default=0)
    assert names == tuple(f"C{number}" for number in range(last + 1, last + more + 1))
