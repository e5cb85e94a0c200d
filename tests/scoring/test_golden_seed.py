"""The thirteen scored issues of a hand-written audit: its points, our sum."""

from pathlib import Path

from auditor.rubric.load import load_rubric
from tests.scoring.build import ABSENT, part, read_text, scored

RUBRIC = Path(__file__).parent / "rubrics" / "phase_review.yaml"
KINDS = ("application", "delivery", "tests", "deployment", "monitoring")


def test_its_components_come_out_as_stated_and_the_overall_score_as_computed() -> None:
    used = load_rubric(str(RUBRIC), (), read_text)
    assert len(used.criteria) == 13
    card = scored(used, *(part(kind) for kind in KINDS), proofs={one.id: ABSENT for one in used.criteria})
    assert {one.name: one.score for one in card.components} == {
        "application": 75,
        "delivery": 85,
        "tests": 80,
        "deployment": 90,
        "monitoring": 70,
    }
    assert [one.grade for one in card.components] == ["C+", "B+", "B", "A", "C"]
    assert card.score.overall == 80
    assert card.score.arithmetic == "(1*75 + 1*85 + 1*80 + 1*90 + 1*70) / 5 = 400 / 5 = 80"
    assert len(card.conditions) == 13
