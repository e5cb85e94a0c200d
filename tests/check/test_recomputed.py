"""What a careful reader computes again: scores that stand far from their parts, rows of marks, money, and spans."""

from __future__ import annotations

import pytest

from auditor.check.formulas import formula_statements
from auditor.check.matrices import matrix_statements
from auditor.check.overall import overall_statements
from auditor.check.statement import Verdict
from auditor.check.totals import table_statements
from tests.check.cases import told

BAD, GOOD = Verdict.CONTRADICTED, Verdict.SUPPORTED

FAR = "# Audit\n\n## Summary\n\nAll is well.\n\n## Scorecard\n\n| Area | Score | Note |\n|---|---|---|\n| Web | 9/10 | a |\n| Data | 8/10 | b |\n| Alerts | 7/10 | c |\n\n## Details\n\nMany.\n\n## Conclusion\n\n**Overall rating: {}/10**\n"
CLOSED = "# Confidence\n\n| Area | Status | Confidence |\n|---|---|---|\n| Store | ready | 100% |\n| Queue | ready | 80% |\n| Login | partial | 60% |\n| **Overall System** | ready | {}% |\n"
BEHIND = "# Security\n\n**Now:**\n- Packages: 100/100 (20 points)\n- Code: 90/100 (27 points)\n- By hand: 0/100 (0 points), the next step\n- **Total: {}/100**\n"
PIECES = "# Channel\n\n```\nClicks: 9.2% (up)\nViews: 40% (up)\n═══════════════\nRATING\n\nOverall: {}/10\n\nClicks: 10/10 (9.2%)\nViews: 8/10 (good)\nGrowth: 9/10 (trend)\n```\n"
SPANISH = "# Informe\n\n| Área | Puntuación | Estado |\n|---|---|---|\n| Web | 90/100 | sí |\n| Datos | 80/100 | sí |\n| Avisos | 70/100 | no |\n\n### PUNTUACIÓN FINAL: {}/100\n"
RUSSIAN = "# Отчёт\n\n| Критерий | Оценка |\n|---|---|\n| Скорость | 9/10 |\n| Данные | 8/10 |\n| Тесты | 7/10 |\n\n**Итоговая оценка: {}/10**\n"


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (FAR, "8", "9"),
        (CLOSED, "80", "95"),
        (BEHIND, "47", "70"),
        (PIECES, "9", "9.5"),
        (SPANISH, "80", "98"),
        (RUSSIAN, "8", "9"),
    ],
)
def test_scores_are_computed_again_wherever_their_parts_stand(text: str, right: str, wrong: str) -> None:
    assert GOOD in [verdict for _, verdict in told(overall_statements, text.format(right))]
    assert BAD in [verdict for _, verdict in told(overall_statements, text.format(wrong))]


def test_a_score_that_is_told_twice_is_wrong_twice() -> None:
    table = "| Category | Score |\n|---|---|\n| A | 70% |\n| B | 80% |\n| C | 90% |\n"
    text = f"# Audit\n\n## Summary\n\n**Overall score: 85%**\n\n## Scores\n\n{table}\n**Overall score: 85%**\n"
    assert told(overall_statements, text) == [(5, BAD), (15, BAD)]


def test_a_score_that_was_adjusted_or_is_of_one_thing_has_no_parts_elsewhere() -> None:
    text = FAR.replace("Overall rating", "{}").replace("{}/10", "9/10")
    assert told(overall_statements, text.format("Adjusted score")) == []
    assert told(overall_statements, text.format("Onboarding rating")) == []


MATRIX = "# Options\n\n| Option | Cost (50%) | Risk (30%) | Speed (20%) | Weighted |\n|---|---|---|---|---|\n| Queue | 8 | 6 | 5 | 6.8 |\n| Polling | 4 | 9 | 10 | {} |\n"
ROWED = "# Options\n\n| Option | Cost | Risk | Speed | Total |\n|---|---|---|---|---|\n| **Weight** | 50% | 30% | 20% | 100% |\n| Queue | 8 | 6 | 5 | 68 |\n| Polling | 4 | 9 | 10 | {} |\n"


@pytest.mark.parametrize(("text", "right", "wrong"), [(MATRIX, "6.7", "7.4"), (ROWED, "67", "74")])
def test_rows_are_weighed_as_their_columns_tell(text: str, right: str, wrong: str) -> None:
    assert [verdict for _, verdict in told(matrix_statements, text.format(right))] == [GOOD, GOOD]
    assert [verdict for _, verdict in told(matrix_statements, text.format(wrong))] == [GOOD, BAD]


def test_rows_are_left_alone_where_no_row_tells_how_they_are_weighed() -> None:
    assert told(matrix_statements, MATRIX.format("7.4").replace("6.8", "9.9")) == []


MONEY = "# Cost\n\n| Item | Budget |\n|---|---|\n| Staff | $4.5M |\n| Tools | $1.8M |\n| Rooms | $1.2M |\n| **Total** | **{}** |\n"
SPANS = "# Plan\n\n| Step | Effort |\n|---|---|\n| Alpha | 18-24h |\n| Beta | 60-80h |\n| **Total** | {} |\n"


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [(MONEY, "$7.5M", "$8.5M"), (MONEY, "$7.6M", "$8.2M"), (SPANS, "78-104h", "78-120h")],
)
def test_totals_of_money_and_of_spans(text: str, right: str, wrong: str) -> None:
    assert [verdict for _, verdict in told(table_statements, text.format(right))] == [GOOD]
    assert [verdict for _, verdict in told(table_statements, text.format(wrong))] == [BAD]


def test_totals_of_different_units_are_left_alone() -> None:
    assert told(table_statements, MONEY.format("$9K")) == []
    assert told(table_statements, SPANS.format("12 weeks")) == []


TIMES = (
    "# Day\n\n| Step | Planned |\n|---|---|\n| Read | 1h 10m |\n| Write | 45m |\n| Test | 2h |\n| **Total** | {} |\n"
)
OVERALL_ROW = (
    "# Phases\n\n| Phase | Packages |\n|---|---|\n| One | 7 |\n| Two | 6 |\n| Three | 6 |\n| **Overall** | {} |\n"
)


@pytest.mark.parametrize(("text", "right", "wrong"), [(TIMES, "3h 55m", "4h 15m"), (OVERALL_ROW, "19", "32")])
def test_totals_of_times_and_rows_that_are_called_overall(text: str, right: str, wrong: str) -> None:
    assert [verdict for _, verdict in told(table_statements, text.format(right))] == [GOOD]
    assert [verdict for _, verdict in told(table_statements, text.format(wrong))] == [BAD]


MARKS = "# Audit\n\n## 1. Injection (Score: {}/10)\n\n| Control | Score |\n|---|---|\n| Queries | 3/4 |\n| Pages | 2/3 |\n| Files | 1/3 |\n"
WHOLE = "# Audit\n\n## Breakdown\n\n| Category | Score |\n|---|---|\n| A | 5/5 |\n| B | 5/5 |\n| C | 5/5 |\n| D | 5/5 |\n| **Total** | **{}** |\n"
BLOCK = "# Launch\n\n```\nLogin:      90 / 100   (weight 50%)  → 45.0   (+2.0)\nMemory:     60 / 100   (weight 30%)  → 18.0\nShell:      50 / 100   (weight 20%)  → 10.0\n---------------------\nTOTAL:      {} / 100\n```\n"
LED = "# Quality\n\n```\nCode Quality Score: {}/100\n- Format: 50/100 (mixed)\n- Lint: 40/100 (3968 issues)\n- Texts: 60/100 (short)\n```\n"
SIBLING = "# Review\n\n## Summary\n\n### Overall Health Score: {}/10\n\nThere are 127 findings.\n\n### Score Breakdown\n\n| Domain | Score |\n|---|---|\n| A | 6/10 |\n| B | 7/10 |\n| C | 8/10 |\n\n## Part 6\n\n### 6.5 Supply Chain Score: 4/10\n\n| Category | Score |\n|---|---|\n| X | 4/10 |\n| Y | 4/10 |\n| Z | 4/10 |\n"
ALONE = (
    "# Health\n\n**Overall Score: {} / 100**\n\n### Breakdown:\n\n- **Needs:** 90\n- **Shape:** 80\n- **Tests:** 70\n"
)
MARKED = "# Proof\n\n| Property | State | Confidence |\n|---|---|---|\n| Agreement | argued | 8/10 |\n| Safety | proven | 10/10 |\n| Liveness | tested | 9/10 |\n\n**Overall Correctness**: {}/10\n"
THOUSAND = "# Review\n\n## Summary\n\n**Overall rating:** {}/1000\n\n## Rating\n\n| Component | Weight | Score | Weighted |\n|---|---|---|---|\n| A | 50% | 90/100 | 45 |\n| B | 30% | 80/100 | 24 |\n| C | 20% | 70/100 | 14 |\n| **TOTAL** | **100%** | | **83** |\n"


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (MARKS, "6", "8"),
        (WHOLE, "20/20", "25/25"),
        (BLOCK, "73.0", "68.0"),
        (LED, "50", "65"),
        (SIBLING, "7", "8"),
        (ALONE, "80", "88"),
        (MARKED, "9", "9.5"),
        (THOUSAND, "830", "812"),
    ],
)
def test_marks_of_many_wholes_and_scores_in_blocks_and_lists(text: str, right: str, wrong: str) -> None:
    assert GOOD in [verdict for _, verdict in told(overall_statements, text.format(right))]
    assert BAD in [verdict for _, verdict in told(overall_statements, text.format(wrong))]


def test_a_score_may_be_what_its_parts_give_with_what_is_said_to_be_added() -> None:
    table = "| Category | Weight | Score |\n|---|---|---|\n| A | 50% | 60/100 |\n| B | 30% | 50/100 |\n| C | 20% | 60/100 |\n"
    text = f"# Audit\n\n{table}\n**Overall score: {{}}/100**\n\n- **Bonus (+7):** nothing is left open\n"
    assert [verdict for _, verdict in told(overall_statements, text.format("64"))] == [GOOD]
    assert [verdict for _, verdict in told(overall_statements, text.format("70"))] == [BAD]


def test_scores_of_parts_are_not_held_against_all_parts() -> None:
    table = "| Category | Weight | Score |\n|---|---|---|\n| Market Chance | 50% | 95/100 |\n| Product | 30% | 91/100 |\n| Team | 20% | 80/100 |\n"
    text = f"# Decision\n\n## 1. Criteria\n\n### 1.1 Market\n\n**Overall Market Score:** 95/100\n\n## 2. Decision\n\n{table}"
    assert BAD not in [verdict for _, verdict in told(overall_statements, text)]


def test_few_marks_tell_no_more_than_they_can() -> None:
    table = "| Category | Score |\n|---|---|\n| A | 95/100 |\n| B | 90/100 |\n| C | 91/100 |\n"
    text = f"# Review\n\n## Summary\n\n{table}\n**Overall Rating: {{}}**\n"
    assert BAD not in [verdict for _, verdict in told(overall_statements, text.format("⭐⭐⭐⭐"))]
    assert BAD in [verdict for _, verdict in told(overall_statements, text.format("⭐⭐"))]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Mean: (80 + 90 + 70) / 3 = 80", GOOD),
        ("Mean: (80 + 90 + 70) / 3 = 83", BAD),
        ("Score = 0.5 \u00d7 80 + 0.3 \u00d7 70 + 0.2 \u00d7 60 = 73", GOOD),
        ("Score = 0.5 \u00d7 80 + 0.3 \u00d7 70 + 0.2 \u00d7 60 = 78", BAD),
        ("30% \u00d7 80 + 70% \u00d7 90 = 87%", GOOD),
        ("(20.6 + 33.3 + 10.0 + 83.3 + 0.0) / 5 = 29.4%", GOOD),
    ],
)
def test_formulas_give_their_results(text: str, verdict: Verdict) -> None:
    assert [found for _, found in told(formula_statements, f"# Score\n\n{text}\n")] == [verdict]


@pytest.mark.parametrize(
    "text",
    [
        "100 \u00d7 0.4 + 25 + 8 = 40 + 25 + 8",
        "2026-01-05 = 7",
        "1 - 2 = 3",
        "value = 100 / (0.05 \u00d7 0.002) = 100 / 0.0001 = 1,000,000",
        "(1 + 2 + = 4",
        "3 \u00d7 4 / (2 - 2) = 9",
        "~ 3 \u00d7 4 \u00d7 5 = ~50",
    ],
)
def test_what_is_no_whole_formula_is_left_alone(text: str) -> None:
    assert told(formula_statements, f"# Score\n\n{text}\n") == []


def test_a_score_that_a_formula_gives_is_not_held_against_other_parts() -> None:
    text = "# Score\n\n```\nPages: 20%\nParts: 40%\nBuild: 100%\n\nMEAN: (20 + 40 + 0) / 3 = 20%\n\nFINAL SCORE: {}/100\n```\n"
    assert BAD not in [verdict for _, verdict in told(overall_statements, text.format(20))]


GLOBAL = "# Audit\n\n```\nBackend:   [██████░░] 95%\nWeb:       [███░░░░░] 40%\nTests:     [█████░░░] 75%\nGLOBAL:    [███████░] {}%\n```\n"
RISEN = (
    "# Audit\n\n```\n├── Moves: 100%\n├── Rights: 90%\n├── Login: 80%\n└── Sign-in: 70%\nOverall: 30% → {}% now\n```\n"
)
COMPOSITE = "# Launch\n\n## Score\n\n| Area | Score (/10) |\n|---|---|\n| Web | 8 |\n| Data | 7 |\n| Alerts | 6 |\n\n**Composite: {} / 100**\n"


@pytest.mark.parametrize(
    ("text", "right", "wrong"), [(GLOBAL, "70", "92"), (RISEN, "85", "100"), (COMPOSITE, "70", "78")]
)
def test_bars_rises_and_composites(text: str, right: str, wrong: str) -> None:
    assert GOOD in [verdict for _, verdict in told(overall_statements, text.format(right))]
    assert BAD in [verdict for _, verdict in told(overall_statements, text.format(wrong))]


def test_what_a_score_is_held_against_does_not_make_it_a_goal() -> None:
    table = (
        "| Domain | Score | Weight |\n|---|---|---|\n| A | 9.0/10 | 50% |\n| B | 8.0/10 | 30% |\n| C | 7.0/10 | 20% |\n"
    )
    text = f"# Review\n\n## Scores\n\n{table}\n**Weighted overall score: {{}}/10** **EXCEEDS 8.1 THRESHOLD**\n"
    assert [verdict for _, verdict in told(overall_statements, text.format("8.3"))] == [GOOD]
    assert [verdict for _, verdict in told(overall_statements, text.format("8.6"))] == [BAD]


SUBTOTALS = "# Cost\n\n| Part | Hours |\n|---|---|\n| Web | 820 hrs |\n| Data | 380 hrs |\n| **Raw Coding Subtotal** | **{} hrs** |\n| Tests | 300 hrs |\n| Texts | 100 hrs |\n| **Subtotal** | 400 hrs |\n| **Total** | 1,600 hrs |\n"


def test_subtotals_are_the_sums_of_what_stands_above_them() -> None:
    assert told(table_statements, SUBTOTALS.format("1,200")) == [(7, GOOD), (10, GOOD)]
    assert told(table_statements, SUBTOTALS.format("1,250")) == [(7, BAD), (10, GOOD)]
