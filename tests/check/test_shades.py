"""Shades of a decision, and scores whose parts are told in a less usual way."""

from __future__ import annotations

import hashlib

import pytest

from auditor.check.classify import classify
from auditor.check.consistency import condition_statements
from auditor.check.decision import decision_of
from auditor.check.digest import hash_statements
from auditor.check.overall import overall_statements
from auditor.check.scores import first_score
from auditor.check.statement import Verdict
from auditor.check.sums import sum_statements
from auditor.model.outcome import Decision
from tests.check.cases import case, document, told

BAD, GOOD, OPEN = Verdict.CONTRADICTED, Verdict.SUPPORTED, Verdict.UNCHECKABLE
GO, CONDITIONAL, NO_GO = Decision.GO, Decision.CONDITIONAL, Decision.NO_GO


@pytest.mark.parametrize(
    ("value", "decision"),
    [
        ("not fully production-ready yet, as the restore was never tried", NO_GO),
        ("READY (with configuration)", CONDITIONAL),
        ("With configuration changes (TLS, limits)", CONDITIONAL),
        ("GOOD - Ready for production with recommended fixes", CONDITIONAL),
        ("Deploy now", GO),
        ("DEPLOY TO THE PILOT", GO),
        ("CRITICAL ISSUES FOUND", NO_GO),
        ("Accepted for production", GO),
        ("GO LIVE NOW", GO),
        ("GO for the pilot", GO),
        ("READY FOR PRODUCTION (pending the restart of one host)", CONDITIONAL),
        ("NO - the restore was never tried", NO_GO),
        ("NO", NO_GO),
    ],
)
def test_a_value_decides(value: str, decision: Decision) -> None:
    assert classify(value) == (True, decision)


@pytest.mark.parametrize(
    "value",
    [
        "Deploy the exporter of figures",
        "deploy mode=both",
        'Accepted as "good enough for now"',
        "75% - core features are production-ready, the others are not",
        "CRITICAL ISSUES FOUND & FIXED",
        "Release authorized: \u25a1 Yes",
        "Approved \u2610",
        "No-Guesswork Verification",
        "Go Live Status (source of truth)",
    ],
)
def test_a_value_decides_nothing(value: str) -> None:
    assert classify(value)[1] is None


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("# Backup Review\n\nTexts.\n\n## Conclusion\n\n**Backup Status: PRODUCTION-READY**\n", GO),
        ("# Backup Review\n\nTexts.\n\n## Conclusion\n\n**Queue Status: PRODUCTION-READY**\n", None),
        (
            "# Review\n\n## Approval\n\n**Security Posture:** GOOD - Ready for production with recommended fixes\n",
            CONDITIONAL,
        ),
        ("# Review\n\n## Conclusion\n\n### Security Posture: PASS\n", None),
        ("# Report\n\n## Certification\n\n**Shop v1** is certified as a **PRODUCTION-READY** shop.\n", GO),
        ("# Report\n\n## Results\n\n**Overall Shop Status: PRODUCTION READY**\n", GO),
        (
            "# Review\n\n## Conclusion\n\nHowever, it is not yet ready for critical production deployments.\n\n**Overall Result:** PASS WITH RECOMMENDATIONS\n",
            CONDITIONAL,
        ),
        ("# Review\n\n## Conclusion\n\n**Overall Result:** PASS WITH RECOMMENDATIONS\n", GO),
        ("# Review\n\n## Summary\n\nNone found. The code is ready for production as far as that goes.\n", None),
        ("# Review\n\n## Overall Score: 7.2 / 10 - Ready With Prerequisites\n", CONDITIONAL),
        (
            "# Review\n\n## Overall Score: 38 / 100 - NOT READY\n\n| Category | Score | Status |\n|---|---|---|\n| App readiness | 80% | done |\n| Release readiness | 45% | Partially ready |\n",
            NO_GO,
        ),
        ("# Checklist\n\nTexts.\n\n## Stop conditions\n\nA key is missing.\n", None),
        (
            "# Status\n\nFigures.\n\n## Conclusion\n\nThese estimates do not claim that the shop is production-ready.\n",
            None,
        ),
        ("# Status\n\nFigures.\n\n## Ready to Proceed\n\n1. Texts\n", None),
        ('---\ntitle: "Report of June"\nstatus: "approved"\n---\n\n# Report of June\n\nFigures.\n', None),
        ('---\ntitle: "Report of June"\ndecision: NO-GO\n---\n\n# Report of June\n\nFigures.\n', NO_GO),
    ],
)
def test_what_a_document_decides(text: str, decision: Decision | None) -> None:
    assert decision_of(document(text)) is decision


GRADES = "# Review\n\n## 1. Code - Grade: {}/10\n\n| Assessment | Name | Grade | Weight |\n|---|---|---|---|\n| A | Design | 8.0 | 2x |\n| B | Style | 5.0 | 1x |\n"
PRINCIPLES = "# Review\n\n## Card\n\n| Principle | Score (0-10) | Notes |\n|---|---|---|\n| Reuse | 5.0 | x |\n| Tests | 7.0 | x |\n| Limits | 6.0 | x |\n| **Overall** | **{}** | |\n"
REMARKED = "# Audit\n\n## Security score\n\n- **Overall Score**: {}/10\n- **Sign-in**: 10/10 (Fixed)\n- **Code**: 7/10 (Test files need cleanup)\n- **Packages**: 10/10 (Clean)\n"
PACKAGES = "# Audit\n\n## Summary\n\n| Package | Quality Score | Status |\n|---|---|---|\n| core | 75/100 | x |\n| hooks | 85/100 | x |\n| words | 95/100 | x |\n\n**Global Health Score: {}/100**\n"
ELEMENTS = "# Sprint\n\n## Summary\n\n| Element | Score |\n|---|---|\n| A | 10/10 |\n| B | 9/10 |\n| C | 8/10 |\n\n**Aggregate Score**: {}/100\n"
ANNOUNCED = "# Report\n\n## Overview\n\n**Overall Score:** {}/100 (Good)\n\n**Breakdown:**\n- Pages: 80% complete\n- Search: 70% complete\n- Texts: 60% complete\n"
REVISED = "# Audit\n\n## Release Readiness Score\n\n**Current Score**: {}/100 (Updated after fixes)\n\n**Breakdown**:\n- Code: 100/100 (all fixed)\n- Tests: 95/100 (none left)\n- Security: 90/100 (pass)\n- Texts: 95/100\n"
FALLEN = "# Audit\n\n## Overall Readiness Rating\n\n| Area | Previous Rating | Current Rating | Score Change |\n|---|---|---|---|\n| Tests | Ready (9/10) | Gap (3/10) | -6 |\n| Code | Good (8/10) | Good (8/10) | - |\n| Texts | Good (7/10) | Good (7/10) | - |\n\n**Overall Readiness Score: {}/10** (Down from 8.7 \u2192 a regression)\n"
PRODUCTS = "# Store\n\n## Overall Readiness Calculation\n\n- Build: 50% \u00d7 40% = **20%**\n- Texts: 20% \u00d7 40% = **8%**\n- Code: 90% \u00d7 20% = **18%**\n\n**Total: {}%**\n"
FRACTIONS = "# Store\n\n## Score\n\n- Build (40%): 50 x 0.40 = 20.0\n- Texts (40%): 20 x 0.40 = 8.0\n- Code (20%): 90 x 0.20 = 18.0\n\n**Overall Score: {}/100**\n"
CHECKS = "# Card\n\n## Details\n\n### Security - {}/10\n\n| Check | Score | Notes |\n|---|---|---|\n| Input | 10/10 | x |\n| Sign-in | 9/10 | x |\n| Secrets | 8/10 | x |\n"
WEIGHED = "# Card\n\n## Breakdown\n\n| Category | Raw Score | Weighted |\n|---|---|---|\n| Texts | 90 | 45.0 |\n| Code | 80 | 24.0 |\n| Style | 70 | 14.0 |\n\n## Final Score: {}/100\n"
VALUES = "# Card\n\n| # | Category | Score |\n|---|---|---|\n| 1 | Design | 9/10 |\n| 2 | Tests | 8/10 |\n| 3 | Texts | 7/10 |\n\n## Summary\n\n| Metric | Value |\n|---|---|\n| **Average Score** | **{}/10** |\n| Lowest | Texts |\n"
RISEN = "# Report\n\n| Category | Previous | Current | Change |\n|---|---|---|---|\n| Design | 7/10 | 9/10 | +2 |\n| Tests | 7/10 | 8/10 | +1 |\n| Texts | 6/10 | 7/10 | +1 |\n\n**Overall: 7.0/10 \u2192 {}/10 (+1.3)**\n"
KEPT = "# Report\n\n| Metric | Before | After | Change |\n|---|---|---|---|\n| **Overall Health** | 8/10 | {}/10 | +1 |\n| Style | 9/10 | 9/10 | 0 (excellent) |\n| Texts | 7/10 | 9/10 | +2 |\n| Tests | 8/10 | 9/10 | +1 |\n"
BESIDE = "# Audit\n\n## 1. Queue\n\n### 1.5 Limits Score: 2/10\n\n## 2. Overall Scores\n\n### 2.1 Security Score: 7/10\n\n### 2.2 Speed Score: 8/10\n\n### 2.3 Style Score: 9/10\n\n### 2.4 Overall Health: GOOD ({}/10)\n"


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (GRADES, "7.0", "7.5"),
        (PRINCIPLES, "6.0", "6.5"),
        (REMARKED, "9", "9.5"),
        (BESIDE, "8", "6.5"),
        (PACKAGES, "85", "87"),
        (VALUES, "8", "8.9"),
        (RISEN, "8", "8.9"),
        (CHECKS, "9.0", "9.5"),
        (WEIGHED, "83", "88"),
        (PRODUCTS, "46", "52"),
        (FRACTIONS, "46", "52"),
        (ANNOUNCED, "70", "78"),
        (REVISED, "95", "97"),
        (FALLEN, "6", "6.5"),
        (ELEMENTS, "90", "95"),
    ],
)
def test_scores_against_their_parts(text: str, right: str, wrong: str) -> None:
    assert [verdict for _, verdict in told(overall_statements, text.format(right))] == [GOOD]
    assert [verdict for _, verdict in told(overall_statements, text.format(wrong))] == [BAD]


def test_two_releases_are_each_held_against_their_own_column() -> None:
    rows = "| A | 5/10 | 10/10 | +5 |\n| B | 7/10 | 9/10 | +2 |\n| C | 3/10 | 8/10 | +5 |\n"
    text = f"# Report\n\n| Category | R4 Score | R5 Score | Delta |\n|---|---|---|---|\n{rows}| **Overall** | **{{}}%** | **{{}}%** | |\n"
    assert told(overall_statements, text.format(50, 90)) == [(8, GOOD), (8, GOOD)]
    assert told(overall_statements, text.format(72, 96)) == [(8, BAD), (8, BAD)]


def test_a_table_of_changes_below_the_score_that_changed_has_not_all_parts() -> None:
    rows = "| Global Score | 78/100 | 86/100 | +8 |\n| core | 75/100 | 90/100 | +15 |\n| db | 70/100 | 90/100 | +20 |\n"
    assert (
        told(overall_statements, f"# Audit\n\n| Metric | Previous | Current | Change |\n|---|---|---|---|\n{rows}")
        == []
    )


def test_a_table_of_changes_with_what_stayed_has_all_parts() -> None:
    assert (6, BAD) not in told(overall_statements, KEPT.format(9))
    assert (5, BAD) in told(overall_statements, KEPT.format(8))


def test_the_score_of_one_standard_is_not_that_of_everything() -> None:
    rows = "| Identify | words | 80/100 |\n| Protect | words | 70/100 |\n| Detect | words | 60/100 |\n"
    table = f"| Function | State | Score |\n|---|---|---|\n{rows}\n**Overall ABCD Compliance**: **70/100**\n"
    text = f"# Audit\n\n## Executive Summary\n\n**Overall Security Rating: 88/100**\n\n## 9. Standards\n\n{table}"
    assert [where for where, verdict in told(overall_statements, text) if verdict is BAD] == []


def test_a_weighted_mean_is_no_plain_one() -> None:
    table = "| Area | Grade | Weight |\n|---|---|---|\n| A | 8.0 | 2x |\n| B | 5.0 | 1x |\n"
    text = f"# Review\n\n## 1. Code (Weighted Avg: {{}}/10)\n\n{table}"
    assert told(overall_statements, text.format("7.0")) == [(3, GOOD)]
    assert told(overall_statements, text.format("6.5")) == [(3, BAD)]


def test_a_share_of_everything_beside_one_of_a_part_is_not_judged() -> None:
    rows = "| Pages | 100% |\n| Search | 70% |\n| Shop | 40% |\n"
    text = f"# Done\n\n| Feature | Status |\n|---|---|\n{rows}\n**Overall: 55% complete{{}}**\n"
    assert [verdict for _, verdict in told(overall_statements, text.format(""))] == [BAD]
    assert told(overall_statements, text.format(" (100% of the core)")) == []


def test_letters_in_a_column_of_grades_are_no_scores() -> None:
    text = "# Review\n\n| Component | Grade |\n|---|---|\n| Units | A+ (96.4%) |\n| Flows | B (65%) |\n| Style | A |\n| **Overall** | A (90.3%) |\n"
    assert told(overall_statements, text) == []


def test_chapters_with_weighted_scores_have_a_mean_that_is_not_told() -> None:
    chapters = "\n\n".join(f"## {name} (Weighted Avg: {value}/10)" for name, value in (("A", 7), ("B", 8), ("C", 9)))
    text = f"# Review\n\n**Overall Grade:** {{}}/10\n\n{chapters}\n"
    assert told(overall_statements, text.format("8.4")) == [(3, OPEN)]
    assert told(overall_statements, text.format("9.4")) == [(3, BAD)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7/10 (Test files need cleanup)", "7"),
        ("7/10 (tests passing)", None),
        ("7/10 tests", None),
        ("7/10 (files)", None),
    ],
)
def test_a_remark_that_begins_with_what_is_counted(text: str, value: str | None) -> None:
    found = first_score(text)
    assert (str(found.value) if found else None) == value


@pytest.mark.parametrize(("total", "verdict"), [("1 hour", GOOD), ("2 hours", BAD)])
def test_hours_that_are_rounded(total: str, verdict: Verdict) -> None:
    text = f"# Plan\n\n- a (30 min)\n- b (25 min)\n\n**Total**: {total}\n"
    assert [one for _, one in told(sum_statements, text)] == [verdict]


DIGITS = "7d2e4f8a9b1c3e5d"


@pytest.mark.parametrize(
    ("line", "verdicts"),
    [
        (f"**Verification Hash:** `{DIGITS[:8]}...` (second table)", [OPEN]),
        (f"**Certificate Hash:** `{DIGITS[:8]}...`", [BAD]),
        (f"**Evidence Hash:** {DIGITS}", [OPEN]),
        (f"**Certificate Hash:** {DIGITS}", [BAD]),
        ("**Evidence Hash:** SHA256:second-run-2025-08-27", [BAD]),
        ("**Certificate Hash:** `sha256:${digest}`", [OPEN]),
        ("**Certificate Hash:** `SHA-512: [will be computed later]`", [OPEN]),
        ("**Integrity Hash:** 4c13adb7a _(compare with the next digest for any drift)_", [BAD]),
        (f"X-Evidence-Hash: {DIGITS}", []),
    ],
)
def test_hashes_that_are_cut_short_or_left_open(line: str, verdicts: list[Verdict]) -> None:
    found = hash_statements(case(f"# Report\n\n## Signature\n\n{line}\n"))
    assert [one.verdict for one in found] == verdicts


def test_the_digest_of_one_of_several_artifacts() -> None:
    digits = hashlib.sha256(b"figures").hexdigest()
    lines = f"- Figures CSV SHA-256: `{digits}`\n- Second certificate SHA-256: `{digits[::-1]}`\n"
    found = hash_statements(case(f"# Report\n\n## Artifacts\n\n{lines}"))
    assert [one.verdict for one in found] == [OPEN]


@pytest.mark.parametrize(
    ("titles", "decision"),
    [
        ("# Verdict\n\n## **PRODUCTION READY**", Decision.GO),
        ("# Verdict\n\n## **NOT READY**", Decision.NO_GO),
        ("# Notes\n\n## **PRODUCTION READY**", None),
    ],
)
def test_a_title_below_a_chapter_of_the_level_of_the_document(titles: str, decision: Decision | None) -> None:
    text = f"# Review\n\nWords.\n\n{titles}\n\n### Reasons\n\nMore words.\n\n### Notes (do not block)\n\n- one\n"
    assert decision_of(document(text)) is decision


@pytest.mark.parametrize(("score", "verdict"), [("8.5", BAD), ("8", GOOD)])
def test_a_score_in_parentheses_behind_a_verdict(score: str, verdict: Verdict) -> None:
    rows = "| Area | Score |\n|---|---|\n| Style | 7/10 |\n| Flows | 8/10 |\n| Units | 9/10 |\n"
    text = f"# Review\n\n**Verdict**: RECOMMENDED (Composite Score: **{score} / 10**)\n\n{rows}\n"
    assert told(overall_statements, text) == [(3, verdict)]


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("## Release Recommendation\n\nAs seen above:\n\n- [x] **CERTIFIED for Release** (stable)\n- [ ] **REJECTED** (leaks)", Decision.GO),
        ("## Release Recommendation\n\nAs seen above:\n\n- [ ] **CERTIFIED for Release** (stable)\n- [x] **REJECTED** (leaks)", Decision.NO_GO),
        ("## Notes\n\nWords.\n\n## End\n\n**Recommendation:** Fix 3 P0 issues before production deployment.", Decision.CONDITIONAL),
        ("## Notes\n\nWords.\n\n## Approval Criteria\n\n**DO NOT APPROVE UNTIL**:\n1. one\n2. two", None),
        ("## Notes\n\nWords.\n\n## Rules\n\nEvery decision — allowed, denied and pending alike — is kept.", None),
        ("## Notes\n\nWords.\n\n## Rules\n\n| Name | Column | Values |\n|---|---|---|\n| `decision` | `decision` | `allowed` \\| `denied` \\| `open` |", None),
    ],
)  # fmt: skip
def test_boxes_criteria_and_values_of_variables(text: str, decision: Decision | None) -> None:
    assert decision_of(document(f"# Review\n\nWords.\n\n{text}\n\n## Annex\n\nWords.\n")) is decision


@pytest.mark.parametrize(
    ("others", "decision"),
    [(("Solid.", "Fine, but small."), None), ((), Decision.GO)],
)
def test_an_assessment_of_one_of_several_parts(others: tuple[str, ...], decision: Decision | None) -> None:
    chapters = "".join(f"## Panel {one}\n\n**Assessment:** {one}\n\n" for one in others)
    text = f"# Review\n\nWords.\n\n## First\n\nWords.\n\n{chapters}## Table\n\n**Assessment:** Solid. Ready for production.\n\n## Annex\n\nWords.\n"
    assert decision_of(document(text)) is decision


@pytest.mark.parametrize(("count", "verdict"), [("30/30", GOOD), ("29/30", BAD)])
def test_a_condition_that_all_tests_pass(count: str, verdict: Verdict) -> None:
    text = f"# Review\n\n## Verdict\n\n**CERTIFIED FOR PRODUCTION**\n\n**Conditions:**\n- {count} unit tests pass\n- No remaining blockers\n"
    assert [one for _, one in told(condition_statements, text)] == [verdict]
