"""Scores, grades, percentages and totals, redone."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.check.grades import bands, grade_statements
from auditor.check.overall import overall_statements
from auditor.check.ratios import ratio_statements
from auditor.check.scores import first_score
from auditor.check.statement import Verdict
from auditor.check.sums import sum_statements
from auditor.check.totals import table_statements
from tests.check.cases import document, told

BAD, GOOD = Verdict.CONTRADICTED, Verdict.SUPPORTED


def table(overall: str, *scores: str) -> str:
    rows = "".join(f"| Part {number} | {score} |\n" for number, score in enumerate(scores))
    return f"# Audit\n\n| Component | Score |\n|---|---|\n{rows}| **Overall** | **{overall}** |\n"


@settings(deadline=None)  # the first call loads what the others share
@given(st.lists(st.integers(min_value=0, max_value=100), min_size=2, max_size=9))
def test_a_mean_is_accepted_and_another_number_is_not(scores: list[int]) -> None:
    mean = Fraction(sum(scores), len(scores))
    rounded = int(mean + Fraction(1, 2))
    parts = [f"{score}/100" for score in scores]
    assert [verdict for _, verdict in told(overall_statements, table(f"{rounded}/100", *parts))] == [GOOD]
    other = rounded + 3 if rounded < 98 else rounded - 3
    assert [verdict for _, verdict in told(overall_statements, table(f"{other}/100", *parts))] == [BAD]


@pytest.mark.parametrize(
    ("overall", "parts", "verdict"),
    [
        ("8.6/10", ["9.5/10", "8.0/10"], BAD),
        ("8.7/10", ["9.5/10", "8.0/10"], GOOD),  # 8.75, cut off
        ("8.8/10", ["9.5/10", "8.0/10"], GOOD),
        ("9/10", ["9.5/10", "8.0/10"], GOOD),
        ("88%", ["95%", "80%"], GOOD),
        ("4/5", ["⭐⭐⭐⭐", "⭐⭐⭐⭐"], GOOD),
        ("82/100", ["42/50", "25/30", "15/20"], GOOD),
        ("98/100", ["90/100", "92/100"], BAD),
    ],
)
def test_scales_and_precision(overall: str, parts: list[str], verdict: Verdict) -> None:
    assert [one for _, one in told(overall_statements, table(overall, *parts))] == [verdict]


def test_a_score_above_every_part_is_named_as_such() -> None:
    (one,) = overall_statements(document(table("98/100", "90/100", "92/100")))
    assert "above every part" in one.message


@pytest.mark.parametrize(("summary", "verdicts"), [("8/10", [(5, GOOD), (13, GOOD)]), ("6/10", [(5, BAD), (13, GOOD)])])
def test_the_score_of_the_summary_is_that_of_the_table(summary: str, verdicts: list[tuple[int, Verdict]]) -> None:
    rows = table("8/10", "9/10", "7/10").removeprefix("# Audit\n")
    text = f"# Audit\n\n## Executive summary\n\n### Overall rating: {summary}\n\n## Scoring\n{rows}"
    assert sorted(told(overall_statements, text)) == verdicts


def test_a_list_below_the_score_of_its_heading() -> None:
    items = "".join(f"- {name}: {score}/10\n" for name, score in (("Tests", 9), ("Delivery", 8), ("Docs", 7)))
    assert told(overall_statements, f"# A\n\n## Overall score: **8.7/10**\n\n**Breakdown:**\n{items}") == [(3, BAD)]
    assert told(overall_statements, f"# A\n\n## Overall score: **8/10**\n\n**Breakdown:**\n{items}") == [(3, GOOD)]


@pytest.mark.parametrize(
    "text",
    [
        "# Audit\n\n**Overall Score**: 82/100\n",
        "# Audit\n\n| Component | Before score | After score |\n|---|---|---|\n| A | 1/10 | 9/10 |\n| B | 2/10 | 9/10 |\n| Overall | 5/10 | 9/10 |\n",
        "# Audit\n\n**Target overall score**: 95/100\n\n| Component | Score |\n|---|---|\n| A | 80/100 |\n| B | 90/100 |\n",
        "# Audit\n\n- Total: 98/100 tests passing\n- A: 9/10\n- B: 8/10\n- C: 7/10\n",
    ],
)
def test_scores_that_nothing_can_be_said_of(text: str) -> None:
    assert BAD not in [verdict for _, verdict in told(overall_statements, text)]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("27/28 tests (96%)", [GOOD]),
        ("27/28 tests (90%)", [BAD]),
        ("1,026/1,044 passing (98.28%)", [GOOD]),
        ("95.3% (202/212 tests)", [GOOD]),
        ("96% (202/212 tests)", [BAD]),
        ("3/20 tests failing (85% pass rate)", [GOOD]),
        ("3 of 20 (15%)", [GOOD]),
        ("82/100 (B+)", []),
        ("55/55 tests (81% coverage)", []),
        ("10/20 → 15/20 (75% faster)", []),
        ("about 2/3 (~67%)", [GOOD]),
    ],
)
def test_percentages(text: str, verdicts: list[Verdict]) -> None:
    assert [verdict for _, verdict in told(ratio_statements, text)] == verdicts


def test_grades_against_the_bands_of_the_document() -> None:
    scale = "\n- A (90-100): excellent\n- B (80-89): good\n- F (<80): blocked\n"
    assert [sorted(band.letters) for band in bands(document(scale))] == [["A"], ["B"], ["F"]]
    assert told(grade_statements, f"**Score**: 85/100 (B-)\n{scale}") == [(1, GOOD)]
    assert told(grade_statements, f"**Score**: 85/100 (A)\n{scale}") == [(1, BAD)]


def test_grades_that_rank_two_scores_the_other_way_round() -> None:
    assert told(grade_statements, "A: 90/100 (B)\n\nB: 80/100 (A)\n") == [(3, BAD)]
    assert told(grade_statements, "A: 90/100 (A)\n\nB: 80/100 (B)\n") == []


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("- a (2 hours)\n- b (30 min)\n\n**Total**: 2.5 hours\n", [GOOD]),
        ("- a (2 hours)\n- b (30 min)\n\n**Total**: 3 hours\n", [BAD]),
        ("- a (2-4 hours)\n- b (1-2 hours)\n\n**Total effort**: 3-6 hours\n", [GOOD]),
        ("- a (~2 hours)\n- b (1 hour)\n\n**Total**: 4 hours\n", []),
        ("- a (100 lines)\n- b (1,200 lines)\n\n**Total Lines: 1,300 lines**\n", [GOOD]),
        ("**Total**: 4 hours\n", []),
        ("- a (2 hours)\n  - x (1 hour)\n- b (1 hour)\n\n**Total**: 9 hours\n", []),
    ],
)
def test_totals_of_lists(text: str, verdicts: list[Verdict]) -> None:
    assert [verdict for _, verdict in told(sum_statements, f"# A\n\n{text}")] == verdicts


def test_totals_of_tables_leave_rates_and_means_alone() -> None:
    head = "| Part | Lines | Quality | Rate |\n|---|---|---|---|\n"
    rows = "| a | 10 | 8 | 80% |\n| b | 20 | 6 | 60% |\n| c | 30 | 7 | 70% |\n"
    assert told(table_statements, f"{head}{rows}| Total | 60 | 7 | 70% |\n") == [(6, GOOD)]
    assert told(table_statements, f"{head}{rows}| Total | 65 | 7 | 70% |\n") == [(6, BAD)]


@settings(deadline=None)  # the first call loads what the others share
@given(st.text(max_size=80))
def test_any_text_has_a_score_or_none(text: str) -> None:
    score = first_score(text, bare=True)
    assert score is None or score.value >= 0


STORIES = "# Audit\n\n| Epic | Stories | Done | % |\n|---|---|---|---|\n| One | 12 | 5 | 42% |\n| Two | 8 | 2 | 25% |\n| Three | 16 | 1 | 6% |\n| **TOTAL** | 36 | 8 | {} |\n"


@pytest.mark.parametrize(("total", "verdict"), [("22%", GOOD), ("24%", GOOD), ("40%", BAD)])
def test_a_total_may_be_the_share_of_its_own_counts(total: str, verdict: Verdict) -> None:
    assert [one for _, one in told(overall_statements, STORIES.format(total))] == [verdict]


@pytest.mark.parametrize(("value", "verdict"), [("6.0/10", Verdict.UNCHECKABLE), ("9.0/10", BAD)])
def test_a_weighted_score_without_weights_lies_between_its_parts(value: str, verdict: Verdict) -> None:
    rows = "| One | 7.2/10 |\n| Two | 7.0/10 |\n| Three | 5.0/10 |\n"
    text = f"# Audit\n\n| Component | Score |\n|---|---|\n{rows}| **Weighted average** | {value} |\n"
    assert [one for _, one in told(overall_statements, text)] == [verdict]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("11/13 (84%)", GOOD),
        ("8.55% (150/170 statements missed)", Verdict.UNCHECKABLE),
        ("75% complete (2/4 items done, 2 ready to execute)", Verdict.UNCHECKABLE),
        ("75% complete (2/4 items done)", BAD),
        ("Score achieved: 78% (5/9 definitive)", Verdict.UNCHECKABLE),
        ("Alignment: 30% (7/7 features done, 1/7 switched on)", Verdict.UNCHECKABLE),
    ],
)
def test_a_percentage_beside_counts_of_something_else(text: str, verdict: Verdict) -> None:
    assert [one for _, one in told(ratio_statements, f"# Audit\n\n- {text}\n")] == [verdict]


def test_a_percentage_that_is_cut_off_is_told_with_the_exact_one() -> None:
    (found,) = ratio_statements(document("# Audit\n\n- 209/300 (69%)\n"))
    assert found.message == "209/300 is 69%, cut off instead of rounded: 69.67%."


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("81% complete (9 of 10 phases)", []),
        ("**Completion:** **81%** (9 of 10 phases)", []),
        ("81% complete (9 of 10 tasks)", [(3, Verdict.CONTRADICTED)]),
        ("Phases complete: 6 of 10 (58%)", [(3, Verdict.CONTRADICTED)]),
    ],
)
def test_phases_that_are_done_are_no_share_of_the_work(text: str, verdicts: list[tuple[int, Verdict]]) -> None:
    assert told(ratio_statements, f"# Report\n\n{text}\n") == verdicts


def test_a_grand_total_below_a_subtotal_is_not_accused() -> None:
    rows = "| Part | Files |\n|---|---|\n| Models | 4 |\n| Views | 5 |\n| Code total | 9 |\n| Pages | 2 |\n| Total | 11 |\n"
    assert told(table_statements, rows) == []
