from dataclasses import replace
from datetime import timedelta

import pytest

from auditor.errors import UserError
from auditor.model.finding import Category, Confidence, Severity
from auditor.model.outcome import Decision, Evidence, EvidenceKind, Outcome, Priority, Proof
from auditor.model.repository import RepositoryIdentity
from tests.scoring.build import (
    ABSENT,
    CLEAN,
    MET,
    TODAY,
    UNKNOWN,
    criterion,
    finding,
    part,
    required,
    rubric,
    rule,
    scored,
)

PLAIN = rubric(criterion("APP-1"))


def test_a_criterion_costs_its_impact_and_one_for_each_further_finding() -> None:
    card = scored(PLAIN, part("application"), findings=tuple(finding(n, "application") for n in range(1, 4)))
    [result] = card.components[0].criteria
    assert (result.outcome, result.deduction) == (Outcome.NOT_MET, 12)
    assert result.reason == "10 + 2 for 2 more findings = 12"
    assert card.components[0].score == card.score.overall == 88


def test_further_findings_cost_at_most_the_impact_again() -> None:
    card = scored(PLAIN, part("application"), findings=tuple(finding(n, "application") for n in range(1, 100)))
    [result] = card.components[0].criteria
    assert result.deduction == 20
    assert result.reason == "10 + 10 for 98 more findings (at most the impact again) = 20"


def test_an_impact_of_its_own_is_told() -> None:
    used = rubric(criterion("APP-1", impact=15))
    [result] = scored(used, part("application"), findings=(finding(1, "application"),)).components[0].criteria
    assert (result.deduction, result.reason) == (15, "15 (the criterion's own impact) = 15")


def test_what_nobody_could_decide_costs_half_rounded_up_and_is_named() -> None:
    used = rubric(required("OPS-1", severity="medium"))
    card = scored(used, part("application"), proofs={"OPS-1": UNKNOWN})
    [result] = card.components[0].criteria
    assert (result.outcome, result.deduction) == (Outcome.UNKNOWN, 3)
    assert result.reason == "half of 5, rounded up = 3: ops.md could not be judged"
    assert (card.score.decided, card.score.applicable, card.score.evidence_coverage) == (0, 1, 0)


def test_a_required_criterion_without_proof_is_an_error() -> None:
    [result] = scored(rubric(required("OPS-1")), part("application")).components[0].criteria
    assert (result.outcome, result.deduction) == (Outcome.ERROR, 5)


def test_evidence_of_a_kind_that_is_not_accepted_decides_nothing() -> None:
    used = rubric(required("OPS-1", accepts=["measured"]))
    stated = Proof(outcome=Outcome.MET, evidence=(Evidence(kind=EvidenceKind.ATTESTED, note="said the lead"),))
    [result] = scored(used, part("application"), proofs={"OPS-1": stated}).components[0].criteria
    assert result.outcome is Outcome.UNKNOWN
    assert result.reason.endswith("only measured evidence is accepted")


def test_a_criterion_does_not_apply_where_its_rules_have_nothing_to_read() -> None:
    used = rubric(criterion("APP-1"), required("OPS-1"))
    card = scored(used, part("application", kinds=("go",)), proofs={"OPS-1": MET})
    result = card.components[0].criteria[0]
    assert (result.outcome, result.deduction, result.reason) == (
        Outcome.NOT_APPLICABLE,
        0,
        "this component has no python",
    )
    assert card.score.applicable == 1


def test_an_unreadable_file_leaves_open_what_its_kind_would_have_answered() -> None:
    broken = replace(part("application", unreadable=("a.py",)), unread_kinds=frozenset({"python"}))
    used = rubric(criterion("APP-1"), criterion("APP-2", forbid={"categories": ["operations"]}))
    rules = (rule(), rule("AUD601", Category.OPERATIONS, reads=("yaml",)))
    one, other = scored(used, replace(broken, kinds=frozenset({"python", "yaml"})), rules=rules).components[0].criteria
    assert (one.outcome, other.outcome) == (Outcome.UNKNOWN, Outcome.MET)


def test_a_blocker_caps_its_component_and_refuses_production() -> None:
    used = rubric(criterion("APP-1", severity="critical", blocker=True))
    card = scored(
        used,
        part("application"),
        part("tests", weight=9),
        findings=(finding(1, "application"),),
        rules=(rule(reads=()),),
    )
    application = card.components[0]
    assert (application.score, application.capped, application.grade) == (59, True, "F")
    assert card.verdict.decision is Decision.NO_GO
    assert card.verdict.why_not_better == (
        "the overall score 59 is below 60",
        "the critical criterion APP-1 of application, a blocker, is not met",
    )


def test_a_component_of_which_nothing_is_asked_is_not_in_the_mean() -> None:
    card = scored(PLAIN, part("application"), part("documentation"))
    assert [one.evaluated for one in card.components] == [True, False]
    assert card.score.arithmetic == "(1*100) / 1 = 100 / 1 = 100"


@pytest.mark.parametrize("parts", [(), (part("documentation"),), (part("application", weight=0),)])
def test_an_audit_of_nothing_is_an_error_and_no_score(parts: tuple[object, ...]) -> None:
    with pytest.raises(UserError):
        scored(PLAIN, *parts)  # type: ignore[arg-type]  # parametrised values have no types


def test_the_mean_is_rounded_half_up_once() -> None:
    used = rubric(criterion("APP-1", impact=1, components=["application", "tests"]))
    card = scored(used, part("application"), part("tests"), findings=(finding(1, "tests"),))
    assert card.score.overall == 100
    assert card.score.arithmetic == "(1*100 + 1*99) / 2 = 199 / 2 = 100, rounded half up"


def test_weights_of_the_component_and_of_its_kind_multiply() -> None:
    used = rubric(criterion("APP-1"), weights={"application": 3})
    assert scored(used, part("application", weight=2)).components[0].weight == 6


class TestCounting:
    def test_a_finding_counts_for_the_criterion_that_names_its_rule_first(self) -> None:
        used = rubric(criterion("APP-1"), criterion("APP-2", forbid={"rules": ["rule-aud101"]}))
        general, special = (
            scored(used, part("application"), findings=(finding(1, "application"),)).components[0].criteria
        )
        assert (general.findings, len(special.findings)) == ((), 1)

    def test_mild_findings_are_left_to_a_later_criterion(self) -> None:
        used = rubric(
            criterion("APP-1", severity="critical", forbid={"categories": ["placeholder"], "min_severity": "high"}),
            criterion("APP-2", severity="low"),
        )
        found = (finding(1, "application", severity=Severity.MEDIUM),)
        grave, mild = scored(used, part("application"), findings=found).components[0].criteria
        assert (grave.outcome, grave.deduction) == (Outcome.MET, 0)
        assert mild.deduction == 2

    def test_paths_narrow_a_criterion(self) -> None:
        used = rubric(criterion("APP-1", forbid={"categories": ["placeholder"], "paths": ["elsewhere/**"]}))
        assert scored(used, part("application"), findings=(finding(1, "application"),)).components[0].score == 100

    def test_what_is_absent_costs_once_whatever_the_number_of_components(self) -> None:
        used = rubric(required("OPS-1", components=["monitoring", "application"]))
        card = scored(used, part("application", "one"), part("application", "two"), proofs={"OPS-1": ABSENT})
        assert [one.score for one in card.components] == [90, 0]
        assert [one.evaluated for one in card.components] == [True, False]


class TestWaivers:
    def test_both_scores_are_given(self) -> None:
        found = (finding(1, "application"), finding(2, "application"))
        card = scored(PLAIN, part("application"), findings=found, waived=frozenset({found[0].fingerprint}))
        [result] = card.components[0].criteria
        assert (card.score.overall, card.score.as_found) == (90, 89)
        assert result.reason == "10 = 10; 1 finding waived; as found: 10 + 1 for 1 more finding = 11"
        assert len(result.findings) == 2
        assert card.conditions[0].findings == (found[1].fingerprint,)

    def test_a_criterion_of_which_all_is_waived_is_met_and_says_so(self) -> None:
        found = (finding(1, "application"),)
        card = scored(PLAIN, part("application"), findings=found, waived=frozenset({found[0].fingerprint}))
        [result] = card.components[0].criteria
        assert (result.outcome, result.outcome_as_found) == (Outcome.MET, Outcome.NOT_MET)
        assert result.reason == "1 finding waived; as found: 10 = 10"
        assert result.evidence == ()  # that rules found nothing would not be so
        assert card.conditions == ()

    def test_a_requirement_that_is_lifted_costs_nothing_and_still_shows_that_nothing_is_there(self) -> None:
        used = rubric(required("OPS-1", severity="high"))
        card = scored(used, part("application"), proofs={"OPS-1": ABSENT}, lifted=frozenset({"OPS-1 of application"}))
        [result] = card.components[0].criteria
        assert (result.outcome, result.outcome_as_found) == (Outcome.MET, Outcome.NOT_MET)
        assert (result.reason, result.evidence) == ("the requirement is waived; as found: 10 = 10", ABSENT.evidence)
        assert (card.score.overall, card.score.as_found, card.verdict.decision) == (100, 90, Decision.GO)

    def test_a_requirement_that_nobody_could_decide_is_not_lifted(self) -> None:
        used = rubric(required("OPS-1", severity="high"))
        card = scored(used, part("application"), proofs={"OPS-1": UNKNOWN}, lifted=frozenset({"OPS-1 of application"}))
        assert card.components[0].criteria[0].outcome is Outcome.UNKNOWN

    def test_nothing_is_valid_beyond_the_first_end_of_what_counts(self) -> None:
        ends = (TODAY + timedelta(days=20), TODAY + timedelta(days=3), TODAY + timedelta(days=90))
        assert scored(PLAIN, part("application"), ends=ends).valid_until == "2026-11-24"
        assert scored(PLAIN, part("application"), ends=ends[2:]).valid_until == "2026-12-21"


class TestDecision:
    def test_go(self) -> None:
        card = scored(PLAIN, part("application"))
        assert card.verdict.decision is Decision.GO
        assert (card.verdict.path_to_go, card.verdict.score_after) == ((), None)
        assert len(card.verdict.why_not_worse) == 5

    def test_an_unmet_high_criterion_refuses_go_at_any_score(self) -> None:
        card = scored(PLAIN, part("application"), findings=(finding(1, "application"),))
        assert (card.score.overall, card.verdict.decision) == (90, Decision.CONDITIONAL)
        assert "the high criterion APP-1 of application is not met" in card.verdict.why_not_better
        assert "conditions of P0 or P1 are open: C1" in card.verdict.why_not_better

    @pytest.mark.parametrize(
        "repository",
        [
            replace(CLEAN, dirty=True),
            replace(CLEAN, commit=None, tree=None),
            RepositoryIdentity(name="x", commit=None, tree=None, dirty=True, git=False),
        ],
    )
    def test_what_is_no_unchanged_commit_is_never_go(self, repository: RepositoryIdentity) -> None:
        card = scored(PLAIN, part("application"), repository=repository)
        assert card.verdict.decision is Decision.CONDITIONAL
        assert card.verdict.decision_after is Decision.CONDITIONAL

    def test_little_evidence_refuses_go(self) -> None:
        used = rubric(criterion("APP-1"), required("OPS-1", severity="low"))
        card = scored(used, part("application"), proofs={"OPS-1": UNKNOWN})
        assert card.score.overall == 99
        assert card.verdict.why_not_better == ("evidence coverage is 50% (1 of 2 criteria), below 80%",)
        assert [one.condition for one in card.verdict.path_to_go] == ["C1"]


class TestConditions:
    def test_every_condition_carries_owner_effort_due_date_and_acceptance(self) -> None:
        card = scored(PLAIN, part("application"), findings=(finding(1, "application"), finding(2, "application")))
        [one] = card.conditions
        assert (one.id, one.criterion, one.component, one.priority) == ("C1", "APP-1", "application", Priority.P1)
        assert (one.owner, one.effort, one.due) == ("repository owner", 60, "2026-12-05")
        assert (
            one.acceptance == "`auditor verify CERT.md --condition C1 --repo .` exits with 0: no AUD101 in application"
        )
        assert card.components[0].criteria[0].condition == "C1"

    def test_the_criterion_knows_its_effort_better_than_its_findings(self) -> None:
        used = rubric(criterion("APP-1", effort="2d", owner="@lead"))
        [one] = scored(used, part("application"), findings=(finding(1, "application"),)).conditions
        assert (one.effort, one.owner) == (960, "@lead")

    def test_they_stand_by_priority_then_component_then_criterion(self) -> None:
        used = rubric(
            required("OPS-1", severity="low"), required("OPS-2", severity="critical"), required("OPS-3", severity="low")
        )
        card = scored(used, part("application"), proofs={"OPS-1": ABSENT, "OPS-2": ABSENT, "OPS-3": ABSENT})
        assert [(one.id, one.criterion) for one in card.conditions] == [
            ("C1", "OPS-2"),
            ("C2", "OPS-1"),
            ("C3", "OPS-3"),
        ]

    def test_what_is_undecided_never_goes_before_what_is_wrong(self) -> None:
        [one] = scored(
            rubric(required("OPS-1", severity="critical")), part("application"), proofs={"OPS-1": UNKNOWN}
        ).conditions
        assert one.priority is Priority.P2
        assert one.title == "Find out, and show: Does it work?"


class TestWayToGo:
    def test_it_takes_what_is_required_and_then_what_gains_most(self) -> None:
        used = rubric(
            required("OPS-1", severity="high"),
            required("OPS-2", severity="low"),
            required("OPS-3", severity="medium"),
            required("OPS-4", severity="medium", impact=9),
        )
        card = scored(used, part("application"), proofs={f"OPS-{n}": ABSENT for n in range(1, 5)})
        steps = [(one.condition, one.score) for one in card.verdict.path_to_go]
        named = {one.id: one.criterion for one in card.conditions}
        assert card.score.overall == 74
        assert [(named[condition], score) for condition, score in steps] == [("OPS-1", 84), ("OPS-4", 93)]
        assert (card.verdict.score_after, card.verdict.decision_after) == (93, Decision.GO)

    def test_nothing_in_it_is_in_vain(self) -> None:
        used = rubric(
            required("OPS-1", severity="medium", impact=6),
            required("OPS-2", severity="medium", impact=5),
            required("OPS-3", severity="medium", impact=5),
        )
        card = scored(used, part("application"), proofs={f"OPS-{n}": ABSENT for n in range(1, 4)})
        assert card.score.overall == 84
        assert len(card.verdict.path_to_go) == 1


def test_less_certain_findings_are_left_to_a_later_criterion() -> None:
    used = rubric(
        criterion("APP-1", blocker=True, forbid={"categories": ["placeholder"], "min_confidence": "high"}),
        criterion("APP-2"),
    )
    guess = replace(finding(1, "application"), confidence=Confidence.MEDIUM)
    sure, unsure = scored(used, part("application"), findings=(guess,)).components[0].criteria
    assert (sure.outcome, unsure.outcome) == (Outcome.MET, Outcome.NOT_MET)


def test_a_component_has_the_same_score_alone_as_among_others() -> None:
    used = rubric(required("OPS-1", components=["monitoring", "application"]), criterion("APP-1"))
    parts = (part("application"), part("monitoring"))
    whole = scored(used, *parts, proofs={"OPS-1": ABSENT})
    alone = scored(used, *parts, proofs={"OPS-1": ABSENT}, only=frozenset({"application"}))
    assert alone.components == (replace(whole.components[0]),)


def test_the_way_to_go_is_found_among_many_conditions() -> None:
    used = rubric(
        *(criterion(f"APP-{n}", severity="medium", forbid={"rules": [f"AUD{100 + n}"]}) for n in range(1, 41))
    )
    parts = [part("application", f"part{n}") for n in range(20)]
    found = [
        replace(finding(1, one.component.name, rule=f"AUD{100 + n}"), fingerprint=f"{one.component.name}-{n}")
        for one in parts
        for n in range(1, 41)
    ]
    rules = tuple(rule(f"AUD{100 + n}") for n in range(1, 41))
    card = scored(used, *parts, findings=tuple(found), rules=rules)
    assert len(card.conditions) == 800
    assert card.verdict.decision_after is Decision.GO
    assert card.verdict.score_after == 90


def test_conditions_that_read_alike_name_their_component() -> None:
    findings = (finding(1, "shop"), finding(2, "desk"))
    shop, desk = part("application", "shop"), part("application", "desk")
    alike = scored(PLAIN, shop, desk, findings=findings).conditions
    [alone] = scored(PLAIN, shop, findings=findings[:1]).conditions
    assert [one.title for one in alike] == [f"{alone.title} (Shop)", f"{alone.title} (Desk)"]
