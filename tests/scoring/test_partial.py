"""A component that is decided alone, by the thresholds of the whole."""

from dataclasses import replace

from auditor.model.outcome import Decision
from auditor.scoring.partial import component_decision
from tests.scoring.audits import audit


def test_a_component_with_an_unmet_blocker_is_no_go_and_another_is_not() -> None:
    whole = audit()
    assert whole.decision is Decision.NO_GO
    assert component_decision(whole, "application") is Decision.NO_GO
    assert component_decision(whole, "tests") is Decision.CONDITIONAL


def test_a_component_in_which_everything_is_met_is_go_whatever_its_weight() -> None:
    whole = audit()
    tests = next(one for one in whole.components if one.name == "tests")
    clean = replace(tests, criteria=(), weight=0)
    met = replace(whole.components[0].criteria[3], deduction=0, deduction_as_found=0, condition=None)
    good = replace(clean, criteria=(met,), score=100, as_found=100)
    assert component_decision(replace(whole, components=(good,), conditions=()), "tests") is Decision.GO
    dirty = replace(whole, components=(good,), conditions=(), repository=replace(whole.repository, dirty=True))
    assert component_decision(dirty, "tests") is Decision.CONDITIONAL


def test_what_was_not_evaluated_is_not_decided() -> None:
    whole = audit()
    nothing = replace(whole.components[1], evaluated=False)
    assert component_decision(replace(whole, components=(nothing,)), "tests") is None
    assert component_decision(whole, "absent") is None
