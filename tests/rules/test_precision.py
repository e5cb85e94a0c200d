"""What a rule claims of itself agrees with what was measured."""

from __future__ import annotations

import json

import pytest

from auditor.model.finding import Confidence
from auditor.rules.base import Lifecycle, Rule
from auditor.rules.precision import LEAST, Precision, confidence_of, precision_of
from auditor.rules.registry import rules
from tests.meta.checkout import ROOT

EACH = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)


@EACH
def test_a_rule_that_is_often_wrong_does_not_run_by_default(rule: Rule) -> None:
    measured = precision_of(rule.id)
    is_often_wrong = measured.is_enough and not measured.reaches(LEAST)
    assert not (is_often_wrong and rule.lifecycle is Lifecycle.STABLE), f"{rule.id}: {measured}; make it a PREVIEW"


@EACH
def test_the_confidence_of_a_rule_is_earned(rule: Rule) -> None:
    measured = precision_of(rule.id)
    assert rule.confidence is confidence_of(measured, rule.confidence), f"{rule.id}: {measured}"


@pytest.mark.parametrize(
    ("judged", "right", "estimate", "earned"),
    [
        (10, 10, Confidence.LOW, Confidence.HIGH),
        (10, 9, Confidence.LOW, Confidence.HIGH),
        (20, 17, Confidence.HIGH, Confidence.MEDIUM),
        (4, 3, Confidence.HIGH, Confidence.MEDIUM),
        (20, 14, Confidence.HIGH, Confidence.LOW),
        (0, 0, Confidence.HIGH, Confidence.MEDIUM),
        (4, 4, Confidence.LOW, Confidence.LOW),
    ],
)
def test_bands(judged: int, right: int, estimate: Confidence, earned: Confidence) -> None:
    assert confidence_of(Precision(kept=judged, kept_right=right, reported=judged), estimate) is earned
    assert confidence_of(Precision(labelled=judged, labelled_right=right), estimate) is earned


def test_figures_are_told_apart() -> None:
    assert str(Precision()) == "not measured"
    assert str(Precision(labelled=3, labelled_right=2)) == "labelled set 2/3"
    both = Precision(labelled=3, labelled_right=2, kept=25, kept_right=24, reported=90)
    assert str(both) == "labelled set 2/3, well-kept projects 24/25 of 90 reported"


def test_the_measurement_names_rules_that_exist_and_adds_up() -> None:
    document = json.loads((ROOT / "bench/precision.json").read_text(encoding="utf-8"))
    known = {rule.id for rule in rules()}
    for row in (*document["projects"], *document["labelled"]):
        assert row["rules"].keys() <= known
        assert all(0 <= one["true"] <= one["judged"] <= one["reported"] for one in row["rules"].values())
        assert len(row["commit"]) == 40


def test_well_kept_projects_are_of_several_kinds() -> None:
    projects = json.loads((ROOT / "bench/precision.json").read_text(encoding="utf-8"))["projects"]
    assert len(projects) >= 9
    assert len({row["kind"] for row in projects}) >= 5


def test_no_grave_finding_on_a_well_kept_project_is_wrong() -> None:
    projects = json.loads((ROOT / "bench/precision.json").read_text(encoding="utf-8"))["projects"]
    assert {row["name"]: row["high_or_critical_false"] for row in projects if row["high_or_critical_false"]} == {}
