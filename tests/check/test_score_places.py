"""Overall scores that only their place ties to their parts, and those that belong to no parts at all."""

from __future__ import annotations

import pytest

from auditor.check.overall import overall_statements
from auditor.check.statement import Verdict
from tests.check.cases import told

BAD, GOOD = Verdict.CONTRADICTED, Verdict.SUPPORTED

NAMED = "# Audit\n\n## What we think\n\n**Design:** A (90/100)\n**Errors:** B+ (85/100)\n**Documents:** B- (80/100)\n\n**Overall Grade:** B+ ({}/100)\n"
BELOW = "# Review\n\n## Figures\n\n| Area | Weight | Score |\n|---|---|---|\n| A | 50% | 60% |\n| B | 30% | 70% |\n| C | 20% | 45% |\n\n### **Overall: {}%**\n"
DONE = "# Launch\n\n| Category | Status | Completion |\n|---|---|---|\n| Payments | Ready | 100% |\n| Tests | Pending | 40% |\n| Rollout | Pending | 10% |\n\n**Overall: {}% complete** (up from 30%)\n"
COLUMNS = "# Figures\n\n| Category | Before | After |\n|---|---|---|\n| Style | 20% | 100% |\n| Data | 40% | 90% |\n| Speed | 60% | 80% |\n\n**Overall Compliance: {}%**\n"
SPACED = "# April\n\n```\n| Checking         3.0/10   ███░░ |\n| Types            7.0/10   ███████ |\n| Dependencies    10.0/10   ██████████ |\n| OVERALL SCORE    {}/10   ██████ |\n```\n"
REMARKS = "# Notes\n\n## Ratings\n\n- **Design:** 9.0 / 10\n  - Nothing to say.\n- **Tests:** 3.0 / 10\n  - There are 4.\n- **Docs:** 6.0 / 10\n  - Short.\n- **Overall score:** {} / 10\n"
POINTS = (
    "# Security\n\n### Score\n\n- Sign-in: 2/10\n- Limits: 1/10\n- Input: 3/10\n- Tests: 2/10\n\n**Total**: {}/10\n"
)


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (NAMED, "85", "95"),
        (BELOW, "60", "54"),
        (DONE, "50", "80"),
        (COLUMNS, "90", "95"),
        (SPACED, "6.7", "7.8"),
        (REMARKS, "6.0", "7.0"),
        (POINTS, "8", "9"),
    ],
)
def test_scores_that_only_their_place_ties_to_their_parts(text: str, right: str, wrong: str) -> None:
    assert [verdict for _, verdict in told(overall_statements, text.format(right))] == [GOOD]
    assert [verdict for _, verdict in told(overall_statements, text.format(wrong))] == [BAD]


def test_one_score_at_several_times_has_no_parts() -> None:
    times = "| Phase | Score |\n|---|---|\n| Initial | 70% |\n| After the tests | 80% |\n| After the texts | 90% |\n"
    parts = "| Category | Score |\n|---|---|\n| A | 100% |\n| B | 95% |\n| C | 99% |\n"
    assert told(overall_statements, f"# Done\n\n## Progress\n\n{times}\n**Overall Score: 90%**\n") == []
    assert (
        told(overall_statements, f"# Done\n\n{times}\n## Now\n\n{parts}\n## Conclusion\n\n**Final Score: 90%**\n") == []
    )


def test_as_many_points_of_another_whole_are_another_score() -> None:
    rows = "| Category | Score |\n|---|---|\n| A | 10/60 |\n| B | 32/60 |\n| **Total** | 42/120 |\n"
    table = rows.replace("/60", "/50").replace("42/120", "42/50")
    text = f"# Audit\n\n## Executive summary\n\n**Overall Score: 42/100**\n\n## Scores\n\n{table}"
    assert (5, BAD) in told(overall_statements, text)


TITLED = "# Review\n\n## Readiness Score\n\n**{} / 10 - so far**\n\n| Area | Score |\n|---|---|\n| A | 9/10 |\n| B | 7/10 |\n| C | 8/10 |\n"
LISTED = "# Report\n\n### System Readiness: {}/100\n\n**Components:**\n- Web: 100% done\n- Data: 90% done\n- Alerts: 80% (pending)\n"
SHORT = "# Card\n\n```\nDesign:       9/10\nUX:           6/10\nTexts:        9/10\nOverall:      {}/10\n```\n"
STATE = "# Report\n\n## Readiness scorecard\n\n| Component | Audited | Now |\n|---|---|---|\n| A | 10 | 90 |\n| B | 20 | 60 |\n| C | 5 | 30 |\n\nCURRENT READINESS: {}/100 (was 34/100). The rest is not built.\n"
FIRST = "# Card\n\n## Quality scorecard\n\n| Domain | After | Threshold |\n|---|---|---|\n| **Overall** | {}/100 | 70 |\n| Code | 90 | 80 |\n| Tests | 30 | 60 |\n| Delivery | 60 | 75 |\n"
WEIGHED = "# Card\n\n| Category | Score | Weight | Weighted score |\n|---|---|---|---|\n| A | 90/100 | 50% | 45 |\n| B | 60/100 | 50% | 30 |\n| **TOTAL** | | 100% | **{}** |\n"


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (LISTED, "90", "98"),
        (SHORT, "8", "9"),
        (TITLED, "8", "9"),
        (STATE, "60", "66"),
        (FIRST, "60", "78"),
        (WEIGHED, "75", "76.5"),
    ],
)
def test_scores_below_a_title_in_a_total_or_behind_a_table(text: str, right: str, wrong: str) -> None:
    assert GOOD in [verdict for _, verdict in told(overall_statements, text.format(right))]
    assert BAD in [verdict for _, verdict in told(overall_statements, text.format(wrong))]


def test_scores_of_chapters_are_not_held_against_the_table_of_another() -> None:
    table = "| Criterion | Score |\n|---|---|\n| A | 85% |\n| B | 75% |\n| C | 95% |\n"
    chapters = "".join(
        f"## Module {name}\n\n### Verdict\n\n**Score**: {score}/10\n\n" for name, score in (("A", 7), ("B", 9))
    )
    assert told(overall_statements, f"# Review\n\n{chapters}## Criteria\n\n{table}") == []


def test_a_count_among_scores_is_no_score() -> None:
    rows = "| Category | Score |\n|---|---|\n| Headers | 100% |\n| Access | 90% |\n| Data | 80% |\n| Faults | 0 |\n"
    assert [verdict for _, verdict in told(overall_statements, f"# Audit\n\n{rows}| **OVERALL** | **90%** |\n")] == [
        GOOD
    ]


def test_one_of_several_scores_is_not_held_against_the_chapters() -> None:
    chapters = "".join(
        f"## Phase {name} ({score}/100)\n\nText.\n\n" for name, score in (("A", 80), ("B", 90), ("C", 70))
    )
    scores = "- **Frontend Score:** 45/100\n- **Backend Score:** 85/100\n- **Production Readiness Score:** 55/100\n"
    assert told(overall_statements, f"# Audit\n\n{chapters}## Final scores\n\n{scores}") == []
    assert told(overall_statements, f"# Audit\n\n{chapters}## Summary\n\n**Average Feature Score:** 65/100\n") == []
