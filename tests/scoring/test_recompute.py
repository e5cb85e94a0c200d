from collections.abc import Callable
from dataclasses import replace

import pytest

from auditor.model.audit import Audit
from auditor.model.finding import Severity
from auditor.model.invocation import Invocation, ReadFrom, RubricSource
from auditor.model.outcome import (
    ComponentResult,
    CriterionResult,
    Decision,
    Evidence,
    EvidenceKind,
    Outcome,
    Priority,
)
from auditor.model.outside import Outside, OutsideFile, ReportKind
from auditor.model.waiver import Standing
from auditor.scoring.recompute import recompute
from tests.scoring.audits import audit

Tamper = Callable[[Audit], Audit]


def part_changed(at: int, **changes: object) -> Tamper:
    def tamper(one: Audit) -> Audit:
        parts = list(one.components)
        parts[at] = replace(parts[at], **changes)  # type: ignore[arg-type]  # the names are checked by replace
        return replace(one, components=tuple(parts))

    return tamper


def criterion_changed(identifier: str, **changes: object) -> Tamper:
    def change(one: CriterionResult) -> CriterionResult:
        return replace(one, **changes) if one.id == identifier else one  # type: ignore[arg-type]  # as above

    def changed(part: ComponentResult) -> ComponentResult:
        return replace(part, criteria=tuple(change(one) for one in part.criteria))

    return lambda one: replace(one, components=tuple(changed(part) for part in one.components))


def score_changed(**changes: object) -> Tamper:
    return lambda one: replace(one, score=replace(one.score, **changes))  # type: ignore[arg-type]  # as above


def verdict_changed(**changes: object) -> Tamper:
    return lambda one: replace(one, verdict=replace(one.verdict, **changes))  # type: ignore[arg-type]  # as above


def waiver_changed(**changes: object) -> Tamper:
    return lambda one: replace(one, waivers=(replace(one.waivers[0], **changes),))  # type: ignore[arg-type]  # as above


def void_added(**changes: object) -> Tamper:
    def tamper(one: Audit) -> Audit:
        void = replace(one.waivers[0], id="W9", findings=(), standing=Standing.STALE)
        return replace(one, void_waivers=(replace(void, **changes),))  # type: ignore[arg-type]  # as above

    return tamper


TAMPERINGS: dict[str, Tamper] = {
    "a better component score": part_changed(0, score=90),
    "a better score as found": part_changed(0, as_found=90),
    "a better grade": part_changed(0, grade="A"),
    "a better status": part_changed(0, status="ready"),
    "no cap": part_changed(0, capped=False),
    "not evaluated": part_changed(1, evaluated=False),
    "more weight": part_changed(1, weight=9),
    "a dropped criterion": part_changed(1, criteria=()),
    "a smaller deduction": criterion_changed("APP-1", deduction=5),
    "a smaller deduction with its sum": criterion_changed("APP-1", deduction=5, deduction_as_found=5, reason="5 = 5"),
    "a sum that does not add up": criterion_changed("APP-1", reason="20 + 1 for 1 more finding = 20", deduction=20),
    "fewer findings than counted": criterion_changed("APP-1", findings=()),
    "a milder severity": criterion_changed("APP-1", severity=Severity.LOW),
    "no blocker": criterion_changed("APP-1", blocker=False),
    "met with findings": criterion_changed("APP-1", outcome=Outcome.MET, deduction=0),
    "met without its waiver": criterion_changed("APP-3", reason=""),
    "a hidden deduction as found": criterion_changed("APP-3", deduction_as_found=0),
    "absent called met": criterion_changed(
        "OPS-2", outcome=Outcome.MET, outcome_as_found=Outcome.MET, deduction=0, deduction_as_found=0
    ),
    "unknown called met": criterion_changed(
        "OPS-3", outcome=Outcome.MET, outcome_as_found=Outcome.MET, deduction=0, deduction_as_found=0
    ),
    "not applicable that costs": criterion_changed("OPS-1", outcome=Outcome.NOT_APPLICABLE, deduction=3),
    "no condition": criterion_changed("OPS-2", condition=None),
    "a better overall score": score_changed(overall=95),
    "a better overall score as found": score_changed(as_found=95),
    "more coverage": score_changed(evidence_coverage=100),
    "more decided": score_changed(decided=99),
    "fewer that apply": score_changed(applicable=1),
    "another overall grade": score_changed(grade="A"),
    "another arithmetic": score_changed(arithmetic="(2*100 + 1*100) / 3 = 300 / 3 = 100"),
    "another decision": lambda one: replace(one, decision=Decision.GO),
    "another decision, explained": lambda one: replace(
        one, decision=Decision.GO, verdict=replace(one.verdict, decision=Decision.GO)
    ),
    "no reasons": verdict_changed(why_not_better=()),
    "a reason too many": verdict_changed(why_not_worse=("it is fine",)),
    "a shorter way": verdict_changed(path_to_go=()),
    "a better score after": verdict_changed(score_after=100),
    "a better decision after": verdict_changed(decision_after=Decision.NO_GO),
    "a dropped condition": lambda one: replace(one, conditions=one.conditions[1:]),
    "an invented condition": lambda one: replace(
        one, conditions=(*one.conditions, replace(one.conditions[0], id="C9"))
    ),
    "conditions in another order": lambda one: replace(one, conditions=one.conditions[::-1]),
    "a later priority": lambda one: replace(
        one, conditions=(replace(one.conditions[0], priority=Priority.P3), *one.conditions[1:])
    ),
    "a condition without its findings": lambda one: replace(
        one, conditions=(replace(one.conditions[0], findings=()), *one.conditions[1:])
    ),
    "a dropped finding": lambda one: replace(one, findings=one.findings[1:]),
    "a finding twice": lambda one: replace(one, findings=(*one.findings, one.findings[0])),
    "a finding of another component": lambda one: replace(
        one, findings=(replace(one.findings[0], component="tests"), *one.findings[1:])
    ),
    "a finding called waived": lambda one: replace(
        one, findings=(replace(one.findings[0], waived_by="W1"), *one.findings[1:])
    ),
    "a waiver that ended before the audit": waiver_changed(expires="2026-11-20"),
    "a waiver that ends before the certificate": waiver_changed(expires="2026-11-24"),
    "a waiver without a day": waiver_changed(expires="never"),
    "a waiver that covers nothing": waiver_changed(findings=()),
    "a waiver that covers another finding": lambda one: waiver_changed(findings=(one.findings[0].fingerprint,))(one),
    "a waiver that covers one more": lambda one: waiver_changed(
        findings=(*one.waivers[0].findings, one.findings[0].fingerprint)
    )(one),
    "a refused waiver that counts": waiver_changed(standing=Standing.REFUSED),
    "a waiver without reason": waiver_changed(reason=""),
    "a waiver without approver": waiver_changed(approver=""),
    "a waiver that lifts what is not waived": waiver_changed(requirements=("OPS-2 of application",)),
    "a waiver that lifts what nobody asks": waiver_changed(requirements=("OPS-77 of application",)),
    "two waivers of one name": lambda one: replace(one, waivers=one.waivers * 2),
    "a void waiver that covers something": void_added(findings=("0" * 32,)),
    "a void waiver called in force": void_added(standing=Standing.IN_FORCE),
    "an expired waiver called stale": void_added(expires="2026-11-20"),
    "a waiver called expired before its day": void_added(standing=Standing.EXPIRED),
    "a waiver for what accepts none": criterion_changed("APP-3", accepts_waivers=False),
    "a requirement called waived": criterion_changed(
        "OPS-2", outcome=Outcome.MET, deduction=0, condition=None, reason="the requirement is waived; as found: 10 = 10"
    ),
    "no time of the audit": lambda one: replace(one, scanned_at="some day"),
    "a dropped waiver": lambda one: replace(one, waivers=()),
    "a milder grade table": lambda one: replace(
        one, rubric=replace(one.rubric, grades=replace(one.rubric.grades, no_go_below=0, blocker_cap=100))
    ),
}


def test_an_audit_as_scored_holds() -> None:
    assert recompute(audit()) == ()


def test_a_lifted_requirement_holds_where_its_waiver_lists_it() -> None:
    assert recompute(audit(lifted=True)) == ()


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_told(name: str) -> None:
    assert recompute(TAMPERINGS[name](audit()))


def test_an_audit_of_nothing_is_told() -> None:
    assert any("cannot be computed" in one for one in recompute(replace(audit(), components=())))


def test_a_grade_table_without_an_end_is_told() -> None:
    one = audit()
    grades = replace(one.rubric.grades, bands=one.rubric.grades.bands[:1])
    assert any(
        "cannot be computed" in each for each in recompute(replace(one, rubric=replace(one.rubric, grades=grades)))
    )


def test_more_conditions_than_an_audit_can_have_are_not_gone_through() -> None:
    one = audit()
    assert len(recompute(replace(one, conditions=one.conditions * 10_000))) == 1


RECORDED = Invocation(read_from=ReadFrom.COMMIT, rubric_from=RubricSource.SHIPPED)


def test_a_certificate_that_outlives_a_due_date_is_found_out() -> None:
    recorded = replace(audit(), invocation=RECORDED)
    assert recompute(recorded) == ()
    due = min(one.due for one in recorded.conditions)
    [told] = recompute(replace(recorded, valid_until="2026-12-31"))
    assert told.startswith("It is valid until 2026-12-31, and C")
    assert told.endswith(f"is due on {due}, before that.")
    assert recompute(replace(recorded, valid_until="soon")) == ("A date is none: Invalid isoformat string: 'soon'.",)


def test_an_older_report_knew_no_such_bound() -> None:
    assert recompute(replace(audit(), valid_until="2026-12-31")) == ()


def test_evidence_from_outside_must_be_listed_and_accepted() -> None:
    one = audit()
    part = next(part for part in one.components if part.criteria)
    met = Evidence(kind=EvidenceKind.MEASURED, note="3 of 3 tests passed", outside=("f" * 64,))
    rests = criterion_changed(part.criteria[0].id, evidence=(met,))(one)
    file = OutsideFile(
        kind=ReportKind.JUNIT, name="j.xml", sha256="f" * 64, size=1, says="", produced=None, commit=None, refused=""
    )
    listed = replace(rests, outside=Outside(files=(file,)))
    refused = replace(rests, outside=Outside(files=(replace(file, refused="stale"),)))
    short = replace(listed, outside=Outside(files=(replace(file, valid_until="2000-01-01"),)))
    assert recompute(listed) == ()
    assert all("rests on the evidence ffff" in " ".join(recompute(one)) for one in (rests, refused))
    assert recompute(short) == ("The attestation j.xml ends on 2000-01-01, before the certificate does.",)
