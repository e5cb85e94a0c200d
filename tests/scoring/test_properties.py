from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.finding import Category, Finding, Severity
from auditor.model.outcome import Decision, Outcome, Priority, Proof
from auditor.model.rubric import Rubric
from auditor.scoring.arithmetic import mean, not_met, read_sum, unknown
from auditor.scoring.score import Scorecard
from tests.scoring.build import ABSENT, MET, UNKNOWN, criterion, finding, part, required, rubric, rule, scored

SEVERITIES = st.sampled_from(list(Severity))
NAMES = ("application", "tests")
PARTS = (part("application", weight=3), part("tests", weight=2))
RULES = (rule(), rule("AUD201", Category.MOCKED_METRIC))


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    listed = [criterion("LAST-1", components=list(NAMES), severity="low")]
    for number in range(1, draw(st.integers(1, 4)) + 1):
        changes = {
            "severity": draw(SEVERITIES).value,
            "blocker": draw(st.booleans()),
            "impact": draw(st.none() | st.integers(0, 100)),
            "components": draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True)),
        }
        if draw(st.booleans()):
            listed.append(required(f"REQ-{number}", **changes))
        else:
            forbid = {
                "categories": [draw(st.sampled_from(["placeholder", "mocked-metric"]))],
                "min_severity": draw(SEVERITIES).value,
            }
            listed.insert(0, criterion(f"APP-{number}", forbid=forbid, **changes))
    return rubric(*listed)


@st.composite
def findings(draw: st.DrawFn) -> tuple[Finding, ...]:
    shapes = st.tuples(st.sampled_from(NAMES), st.sampled_from(RULES), SEVERITIES)
    listed = draw(st.lists(shapes, max_size=12))
    return tuple(
        finding(number, name, rule=one.id, category=one.category, severity=severity)
        for number, (name, one, severity) in enumerate(listed, start=1)
    )


def card(used: Rubric, found: tuple[Finding, ...], proof: Proof, waived: frozenset[str] = frozenset()) -> Scorecard:
    proofs = {one.id: proof for one in used.criteria if one.require}
    return scored(used, *PARTS, findings=found, proofs=proofs, rules=RULES, waived=waived)


PROOFS = st.sampled_from([MET, ABSENT, UNKNOWN])


@given(rubrics(), findings(), PROOFS)
def test_scores_stay_within_bounds_and_the_printed_sum_comes_to_them(
    used: Rubric, found: tuple[Finding, ...], proof: Proof
) -> None:
    one = card(used, found, proof)
    assert 0 <= one.score.overall <= 100
    assert all(0 <= component.score <= 100 for component in one.components)
    terms = one.score.arithmetic.partition(")")[0].removeprefix("(").split(" + ")
    weighted = [(int(weight), int(points)) for weight, _, points in (term.partition("*") for term in terms)]
    assert mean(weighted) == one.score.overall
    assert f"= {one.score.overall}" in one.score.arithmetic


@given(rubrics(), findings().filter(bool), PROOFS, st.data())
def test_mending_a_finding_never_lowers_a_score(
    used: Rubric, found: tuple[Finding, ...], proof: Proof, data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(found))
    before, after = card(used, found, proof), card(used, tuple(one for one in found if one != gone), proof)
    assert after.score.overall >= before.score.overall
    assert all(new.score >= old.score for old, new in zip(before.components, after.components, strict=True))


@given(rubrics(), findings().filter(bool), PROOFS, st.data())
def test_a_waiver_never_changes_what_was_found(
    used: Rubric, found: tuple[Finding, ...], proof: Proof, data: st.DataObject
) -> None:
    waived = frozenset({data.draw(st.sampled_from(found)).fingerprint})
    before, after = card(used, found, proof), card(used, found, proof, waived)
    assert after.score.as_found == before.score.as_found == before.score.overall
    assert after.score.overall >= before.score.overall


@given(rubrics(), findings())
def test_unknown_stands_between_met_and_not_met(used: Rubric, found: tuple[Finding, ...]) -> None:
    scores = [card(used, found, proof).score.overall for proof in (MET, UNKNOWN, ABSENT)]
    assert all(better >= worse for better, worse in pairwise(scores))


@given(rubrics(), findings(), PROOFS, st.randoms(use_true_random=False))
def test_the_order_of_findings_means_nothing(
    used: Rubric, found: tuple[Finding, ...], proof: Proof, random: object
) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert card(used, tuple(shuffled), proof) == card(used, found, proof)


@settings(max_examples=200)
@given(rubrics(), findings(), PROOFS)
def test_go_means_all_of_its_conditions_and_the_way_ends_there(
    used: Rubric, found: tuple[Finding, ...], proof: Proof
) -> None:
    one = card(used, found, proof)
    unmet = [each for component in one.components for each in component.criteria if each.outcome is Outcome.NOT_MET]
    if one.verdict.decision is Decision.GO:
        assert one.score.overall >= 90
        assert one.score.evidence_coverage >= 80
        assert not [each for each in unmet if each.blocker or each.severity in (Severity.CRITICAL, Severity.HIGH)]
        assert not [each for each in one.conditions if each.priority in (Priority.P0, Priority.P1)]
    else:
        assert one.verdict.why_not_better
    assert one.verdict.decision_after is Decision.GO
    assert all(new.score >= old.score for old, new in pairwise(one.verdict.path_to_go))


@given(rubrics(), findings(), PROOFS)
def test_no_finding_counts_twice(used: Rubric, found: tuple[Finding, ...], proof: Proof) -> None:
    counted = [key for part_ in card(used, found, proof).components for each in part_.criteria for key in each.findings]
    assert len(counted) == len(set(counted))


@given(st.integers(0, 100), st.integers(1, 500), st.booleans())
def test_printed_sums_are_read_as_they_were_meant(impact: int, number: int, own: bool) -> None:
    for cost, text in (not_met(impact, number, own=own), unknown(impact, own=own)):
        printed = read_sum(text)
        assert printed is not None
        assert printed.holds
        assert (printed.total, printed.impact, printed.own_impact) == (cost, impact, own)
