"""Decisions, scores and hashes in words and places that many documents use."""

from __future__ import annotations

import pytest

from auditor.check.blockers import blocker_statements
from auditor.check.consistency import component_statements
from auditor.check.decision import decision_of
from auditor.check.digest import hash_statements
from auditor.check.overall import overall_statements
from auditor.check.statement import Verdict
from auditor.model.outcome import Decision
from tests.check.cases import case, document, told, verdicts

GO, CONDITIONAL, NO_GO = Decision.GO, Decision.CONDITIONAL, Decision.NO_GO
BAD, GOOD = Verdict.CONTRADICTED, Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("**Status: NOT USABLE for teams outside**", NO_GO),
        ("**Current Production Readiness**: **NOT SUITABLE FOR PRODUCTION**", NO_GO),
        ("## Summary\n\nThe store is not ready for self-serve public launch today.", NO_GO),
        ("**Verdict:** READY WITH MINOR RISKS", CONDITIONAL),
        ("**Verdict:** READY FOR EARLY USERS", GO),
        ("**Status:** **PRODUCTION READY** after removing two markers", CONDITIONAL),
        ("**Recommended Action:** Proceed with the pilot", GO),
        ("**Ready:** YES", GO),
        ("**Status**: Ready for final staging validation, then rollout", None),
        (
            "## 9. Conclusion\n\n**The shop is ready for production deployment** with the following conditions:",
            CONDITIONAL,
        ),
        ("## Recommendation\n\n**Proceed to production** after completing:\n\n1. alerts", CONDITIONAL),
        ("## Verdict\n\n**Wide public use: NO-GO.**\n\nThe shop may be tried.", NO_GO),
        ("## Verdict\n\nThe shop: small, and of one piece.", None),
        ("## Summary\n\n**The shop is fully functional and production-ready.**", GO),
        ("## Summary\n\nThe shop is not yet complete, tested and production-ready.", NO_GO),
        ("**Status:** 85% Production Ready", None),
        ("**Status:** 95% Production Ready", GO),
        ("## Scope\n\nAll.\n\n## Build Status\n\n### Image\n\n**Status:** Needs review", None),
        ("## Final verdict\n\n**RECOMMENDED FOR RELEASE** pending:\n\n1. an audit", CONDITIONAL),
        (
            "**Current Status**: Production-Ready with Minor Gaps\n\n## Final verdict\n\n**The shop is production-ready.**",
            GO,
        ),
        ("## Conclusion\n\nThe shop is **not ready for immediate handover**.", NO_GO),
        ("## Sign-off\n\nBy signing, you confirm:\n\n- the shop is ready for production", None),
        ("**Status**: NOT READY\n\n## Conclusion\n\n**Recommendation:** Approve Phase 1 immediately.", NO_GO),
        ("**Overall Readiness**: 78% - Ready for staged rollout with known improvements", CONDITIONAL),
        ("## Conclusion\n\n**Should it shrink?**\n\n**Yes, to save work.**", None),
        ("## Recommendation\n\n### Status: \u2705 COMPLETE - Ready for Production", GO),
        ("**Status:** PAID EARLY ACCESS READY", GO),
        (
            "**Final decision:** GO for the internal pilot. CONDITIONAL GO for the first customer. NO-GO for all others.",
            CONDITIONAL,
        ),
        ("## Decision\n\nCurrent decision: **Proceed with the pilot. Do not yet onboard customers.**", CONDITIONAL),
        ("## Current verdict\n\n- **Submission eligibility: NO-GO** - four blockers are open.", NO_GO),
        ("## Criteria of the team\n\n### GO (deploy)\n\n- all tests\n\n### NO-GO (stop)\n\n- any fault", None),
        (
            "## Recommendation\n\n**Approved for Production:**\n\n- the queue\n\n**Blocked from Production:**\n\n- the mail",
            CONDITIONAL,
        ),
        ("## Decision\n\n### **CONDITIONAL APPROVAL - READY FOR STAGING**", CONDITIONAL),
        ("**Recommendation:** PROCEED TO LOCAL VERIFICATION", None),
        ("**Status:** ARCHITECTURE DESIGN - Ready for Implementation", None),
        ("**Status:** Accepted known issue", None),
        (
            "## Progress\n\n### Blocked/Pending\n\n- the mail\n\n### Completed (Ready for Production)\n\n- the queue",
            None,
        ),
        (
            "## Templates\n\n| Template approved | Needs review |\n|---|---|\n| selfie template approved | Needs review |",
            None,
        ),
        ("## Orders\n\n### Sell Conditional Bundles", None),
        ("## Final statement\n\nThe shop is certified Mission Critical Ready.", GO),
        ("## Final certification decision\n\n```\nFINAL DECISION:\nNOT CERTIFIED FOR PRODUCTION\n```", NO_GO),
        ("## Verdict\n\n## READY WITH MINOR CAVEATS\n\nThe shop is production-ready in code.", CONDITIONAL),
        ("## Final certification\n\n```\n\u2551  Status:     CERTIFIED READY FOR DEPLOYMENT   \u2551\n```", GO),
        ("## State\n\nAll runs.\n\n## Operation\n\nDaily.\n\n## PRODUCTION READY\n\nNothing is left to do.", GO),
        (
            "## Final verdict\n\n```\n\u2551  PASS FOR REAL CUSTOMERS  \u2551\n\u2551  Five faults were mended.  \u2551\n```",
            GO,
        ),
        ("**Deployment Ready:** Yes (with caveats)", CONDITIONAL),
        ("**Verdict:** CONFIRMED (a race in the code)", None),
        ("**Status:** PARTIALLY PRODUCTION-READY WITH CRITICAL ISSUES", CONDITIONAL),
        ("**Overall Status:** READY FOR TRIALS | **READY FOR STAGING, APPROVAL REQUIRED FOR PRODUCTION**", CONDITIONAL),
        ("**Status:** APPROVED, no further changes required for production", GO),
        ("## Conclusion\n\n**Current State:** Ready for developers, but not production-ready", NO_GO),
        ("**Status:** Production-ready for 50 users (after N+1 fix)", CONDITIONAL),
        ("## Decision scale\n\n### GO\n\nWhere all is well.\n\n### BLOCKED\n\nWhere not.", None),
        ("## Sign-off\n\n**Recommendation:** \u2b1c GO \u2b1c NO-GO", None),
        ("## Sign-off\n\n**Recommendation:** \u2611 GO \u2610 NO-GO", GO),
        ("## Verdict\n\n**The shop is now a small, production-ready shop that sells.**", GO),
        ("**Overall Grade**: **B+ (85% Production Ready)**", None),
        (
            "## Scope\n\nAll.\n\n## Readiness status\n\n### READY FOR PRODUCTION\n\n- the till\n\n### NEEDS WORK\n\n- the lift",
            None,
        ),
        ("**Verdict: READY WITH BLOCKERS.** See below.", CONDITIONAL),
        ("**Decision:** Proceed with **Option B (light)** for now.", None),
        ("## Conclusion\n\n**For Staging:** Ready\n\n**For Production Deployment:** Not Ready", NO_GO),
        ("## Conclusion\n\n**Overall Assessment:** EXCELLENT - No remediation required", GO),
        ("## Result\n\n### Phase 1 Foundation Verdict: READY WITH MINOR IMPROVEMENTS", CONDITIONAL),
        (
            "**Ready**: NO\n\n## Results\n\n### Final Recommendation\n\n**CONDITIONAL APPROVAL - more tests**",
            CONDITIONAL,
        ),
    ],
)
def test_what_words_decide(text: str, decision: Decision | None) -> None:
    assert decision_of(document(f"# Readiness report\n\n{text}\n")) is decision


def test_the_state_of_the_paper_is_not_that_of_its_subject() -> None:
    text = "# Audit\n\n**Status:** NOT READY FOR PRODUCTION\n\n## Findings\n\nMany.\n\n---\n\n**Document Status:** Ready for implementation\n"
    assert decision_of(document(text)) is NO_GO
    assert decision_of(document("# Audit\n\n**Report Status**: APPROVED FOR PRODUCTION\n")) is GO


def test_go_and_conditional_side_by_side_are_conditional() -> None:
    text = "# Certificate\n\n**Status**: {}\n\n## Approval\n\n**Status**: APPROVED FOR PRODUCTION DEPLOYMENT\n"
    assert decision_of(document(text.format("PRODUCTION READY WITH CONDITIONS"))) is CONDITIONAL
    assert decision_of(document(text.format("PRODUCTION READY"))) is GO


@pytest.mark.parametrize(
    "title", ["Go-Live Readiness Checklist", "Readiness of v5 \u2014 \u201cProduction Ready v5\u201d"]
)
def test_a_title_that_only_names_a_decision(title: str) -> None:
    assert decision_of(document(f"# {title}\n\nWhat has to be done first.\n")) is None


def test_the_states_of_parts_decide_nothing() -> None:
    checks = "".join(f"### Control {name}\n\n**Status**: PASS\n\n" for name in "ABCD")
    assert decision_of(document(f"# Review\n\n## Scope\n\nAll.\n\n## Controls\n\n{checks}")) is None
    formulas = "".join(
        f"### Formula {name}\n\n**VERDICT: {'FAIL' if name == 'C' else 'PASS'}**\n\n" for name in "ABCDEF"
    )
    assert decision_of(document(f"# Review\n\n## Scope\n\nAll.\n\n## Formulas\n\n{formulas}")) is None


def test_of_two_decisions_of_one_weight_the_careful_one_counts() -> None:
    assert (
        decision_of(document("# Audit\n\n## Final decision\n\n### STOP the old way\n\n### PROCEED with the new\n"))
        is NO_GO
    )


@pytest.mark.parametrize(("title", "decision"), [("The shop - design", None), ("The shop - audit", GO)])
def test_the_state_of_a_plan_is_no_decision(title: str, decision: Decision | None) -> None:
    assert decision_of(document(f"# {title}\n\n**Status:** Approved\n\n## Idea\n\nWe sell.\n")) is decision
    step = "## Idea\n\nWe sell.\n\n## Step 2\n\n**Status:** BLOCKED - requires step 1\n"
    assert decision_of(document(f"# {title}\n\nAll.\n\n{step}")) is (None if decision is None else NO_GO)


TABLE = "| Category | Score |\n|---|---|\n| A | {} |\n| B | {} |\n| C | {} |\n"
BARE = "# Audit\n\n" + TABLE.format("9.5", "8.0", "9.5") + "| **Overall Controls** | **{}** |\n"
SUMMED = "# Audit\n\n" + TABLE.format("20", "30", "25") + "| **Total** | {} |\n"
COLUMNS = "# Audit\n\n## Final scores\n\n| Category | Start | Final |\n|---|---|---|\n| A | 70 | 90 |\n| B | 60 | 80 |\n| C | 50 | 94 |\n| **OVERALL** | 60 | {} |\n"
HEALTH = "# Audit\n\n### Overall System Health: {}/100 (B-)\n\n**Category Scores:**\n- **Tests:** 75/100 (B) - one issue\n- **Speed:** 70/100 - calls -> queues\n- **Design:** 80/100\n"
PERCENT = (
    "# Audit\n\n## Score\n\n" + TABLE.format("100%", "95%", "90%") + "\n### **Overall Production Readiness: {}%**\n"
)
TWICE = (
    "# Audit\n\n## Summary\n\n**Overall Confidence Score: {}/100**\n\n---\n\n## Matrix\n\n"
    + TABLE.format("100/100", "97/100", "92/100")
    + "\n## Certification\n\n"
    + TABLE.format("100/100", "97/100", "92/100")
    + "| **OVERALL** | 96.3/100 |\n"
)
POINTS = "# Audit\n\n## Card\n\n" + TABLE.format("12/40", "20/40", "10/40") + "\n**TOTAL: {}/120**\n"
UNNAMED = (
    "# Audit\n\n## Summary\n\n### Deployment Readiness Score: **B+ ({}/100)** VIABLE\n\n### Findings\n\n"
    + TABLE.format("90/100", "60/100", "60/100")
)
CHAPTERS = "# Audit\n\n### Overall Test Quality Score: **{}/10**\n\n## Quality\n\n### Clarity: **8/10** GOOD\n\n### Fixtures: **6/10** NEEDS IMPROVEMENT\n\n### Isolation: **7/10**\n"
COLUMN = "# Audit\n\n| Category | Score | Weight | Weighted |\n|---|---|---|---|\n| A | 85/100 | 50% | 42.5 |\n| B | 95/100 | 50% | 45.5 |\n\n**TOTAL SCORE: {}/100**\n"
BARS = "# Audit\n\n```\nDomain (core)     ████████░░  80%\nOperations        ██░░░░░░░░  20%\nDeployment        ░░░░░░░░░░   5%\n────────────\nOverall:          {}/100\n```\n"
TREE = "# Audit\n\n### Current Score: {}/100\n\n```\n├── Access    ████████████████████████ 92/100\n├── Safety    ███████████ 88/100\n└── Privacy   ███████████ 90/100\n```\n"
NESTED = "# Audit\n\n**Overall Rating:** **A ({}/10)**\n\n## Parts\n\n### Gas GOOD (8/10)\n\n#### Loops\n\nRating: 10/10\n\n### Tests NEED WORK (6/10)\n\n#### Units\n\nRating: 9/10\n\n### Docs FINE (10/10)\n\n#### Guide\n\nRating: 9/10\n"
WHOLE = "# Audit\n\n## Card\n\n" + TABLE.format("10/10", "10/10", "9/10") + "\n**Overall readiness score: {}/10**\n"


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (BARE, "9.0", "9.4"),
        (SUMMED, "75", "80"),
        (COLUMNS, "88", "97"),
        (HEALTH, "75", "72"),
        (PERCENT, "95", "97"),
        (TWICE, "96.3", "100"),
        (POINTS, "42", "45"),
        (WHOLE, "10", "9"),
        (BARS, "35", "45"),
        (NESTED, "8", "9.5"),
        (TREE, "90", "85"),
        (UNNAMED, "70", "82"),
        (CHAPTERS, "7", "7.5"),
        (COLUMN, "88", "93"),
    ],
)
def test_scores_against_their_parts(text: str, right: str, wrong: str) -> None:
    assert BAD not in [verdict for _, verdict in told(overall_statements, text.format(right))]
    assert GOOD in [verdict for _, verdict in told(overall_statements, text.format(right))]
    assert BAD in [verdict for _, verdict in told(overall_statements, text.format(wrong))]


def test_a_score_beside_the_status_is_that_of_the_table() -> None:
    rows = BARE.format("9.0").removeprefix("# Audit\n\n")
    text = f"# Audit\n\n**Status:** PASS \u2014 Controls Score: **{{}} / 10**\n\n## Score\n\n{rows}"
    assert sorted(told(overall_statements, text.format("9.5"))) == [(3, BAD), (12, GOOD)]
    assert sorted(told(overall_statements, text.format("9.0"))) == [(3, GOOD), (12, GOOD)]


def test_a_score_of_the_summary_is_that_below_the_table() -> None:
    rows = TABLE.format("85/100", "90/100", "80/100")
    text = f"# Audit\n\n## Summary\n\n**Efficiency Score**: {{}}/100 - good\n\n## Figures\n\n{rows}\n**Overall Efficiency Score**: **85/100**\n"
    assert sorted(told(overall_statements, text.format("75"))) == [(5, BAD), (15, GOOD)]
    assert sorted(told(overall_statements, text.format("85"))) == [(5, GOOD), (15, GOOD)]


def test_a_measure_of_confidence_is_no_score() -> None:
    text = "# Audit\n\n### Overall Assessment: **PRODUCTION READY - 100% CONFIDENCE**\n\n" + TABLE.format(
        "98/100", "95/100", "85/100"
    )
    assert told(overall_statements, text) == []


def test_a_total_of_things_counted_in_words() -> None:
    rows = "| A | 3 tasks | 3 tasks | 100% |\n| B | 12 tasks | 0 tasks | 0% |\n| C | 3 tasks | 3 tasks | 100% |\n"
    text = f"# Audit\n\n| Phase | Planned | Done | Completion % |\n|---|---|---|---|\n{rows}| **TOTAL** | 18 tasks | 6 tasks | 33% |\n"
    assert [verdict for _, verdict in told(overall_statements, text)] == [GOOD]


@pytest.mark.parametrize(
    ("line", "is_accused"),
    [
        ("**Certification Hash ID:** `4e8d9b1a5f6e7c3d2b1a0f9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a2f1e0d9c`", True),
        ("**Document Hash**: `handbook-2026-05-07`", True),
        ("- **Document Hash**: The \u201cfingerprint.\u201d", False),
        ("```python\ncertificate_hash: str\ndocument_hash = sign(text)\n```", False),
        ("certificate_hash: str", False),
        ("| Integrity Hash | \u2705 Present | SHA-256 verifiable |", False),
        ("**Approval Hash**: fad6b5ea (first seal) -> b89e17e2 (second commit)", False),
        ("**Document SHA-256**: `TBD` (computed at the end)", False),
        ("- **Verification Hash:** SHA-256 of `reports/access.json`", False),
        ("**Seal Hash:** `17-55-SEALED-20260102`", True),
        ("- **Document Hash**: Unique fingerprint of a document", False),
        ("3. **Certificate Hash**: 0xMAJOR_ARC_e298469fbe55e3e", True),
        ("\u2713 **Certificate Hash:** Matches computed hash", False),
        ("- **Certificate Hash**: Computed over the entire certificate (without the hash)", False),
        ("- **Document Hash:** SHA-256 hex value", False),
        ("- **Document hash:** `SHA256(document_bytes)` \u2192 64 lowercase hex chars", False),
        ("**Document Hash:** `sha256:ACCESS_POLICY_V2_2026-01-25`", True),
        ("- **Document Hash:** `QmTfUcm6XD8qzoDQLK3MTd7wSTNcbXYyhDdCnDDs4dwNep` \u2705 ACCESSIBLE", False),
        ("**Verification Hash:** (from matrix.json)", False),
        ("**Document Hash:** {{ approval.document_hash[:16] }}...", False),
        ("**Signature**: SHA256: `d8f7e9a2b1c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9`", True),
        ("**Signature**: SHA256: $(sha256sum data.jsonl | awk '{print $1}')", False),
        ("**Signature**: SHA256: `3c97c02b2cbe7395373ada44e72fb1384e599b459a2017a9f8bce4f751f09c63`", False),
        ("**Audit Signature:** Security Agent - 2025-01-08", False),
        ("- Signature hash: `b08184d68fbea0d785824750a3a686839b2a199fd780c0b5ec6fd2a26920f000`", False),
        ("- **Certificate Hash**: `b08184d68fbea0d785824750a3a686839b2a199fd780c0b5ec6fd2a26920f000`", True),
    ],
)
def test_hashes(line: str, is_accused: bool) -> None:
    found = verdicts(hash_statements(case(f"# Certificate\n\n{line}\n")))
    assert (BAD in [verdict for _, verdict in found]) is is_accused


def test_a_formula_in_a_block_is_no_hash() -> None:
    text = "# Certificate\n\n## Signature\n\nThe tool computes:\n\n```\nhash = keccak256(key)\n```\n"
    assert verdicts(hash_statements(case(text))) == []


def test_what_one_part_denies_stands_against_no_list_of_another() -> None:
    listed = "#### Blockers\n\n- backups\n- alerts\n"
    text = f"# Audit\n\n## Agents\n\n### First\n\nNo blockers\n\n### Second\n\n{listed}"
    assert told(blocker_statements, text) == []
    assert [
        one
        for _, one in told(
            blocker_statements, f"# Audit\n\n## Summary\n\nNo blockers\n\n## Agents\n\n### Second\n\n{listed}"
        )
    ] == [BAD]


def test_nothing_that_is_blocked_is_no_unready_part() -> None:
    rows = "| Area | Status |\n|---|---|\n| Keyboard | No function blocked |\n| Store | {} |\n"
    text = f"# Audit\n\n**Decision**: GO\n\n## Parts\n\n{rows}"
    assert told(component_statements, text.format("READY")) == []
    assert [one for _, one in told(component_statements, text.format("NOT READY"))] == [BAD]


def test_a_score_that_is_one_of_the_parts_is_not_theirs() -> None:
    rows = "| Category | Score |\n|---|---|\n| Code Quality | 45/100 |\n| Security | 92/100 |\n| **Production Readiness** | 0/100 |\n"
    text = f"# Audit\n\n### **Production Readiness Score**: **0/100**\n\n## Final score\n\n{rows}\n**Overall Grade**: **{{}}/100**\n"
    assert told(overall_statements, text.format(46)) == [(13, GOOD)]
    assert told(overall_statements, text.format(60)) == [(13, BAD)]


def test_parts_in_titles_below_a_rating() -> None:
    parts = "".join(
        f"### {number}. Part {number} ({score}/10) \u2705\n\nWell.\n\n" for number, score in ((1, 10), (2, 9), (3, 8))
    )
    text = f"# Assessment\n\n## Summary\n\n### Current Rating: **A ({{}}/10)**\n\n## Areas\n\n{parts}"
    assert told(overall_statements, text.format(9)) == [(5, GOOD)]
    assert told(overall_statements, text.format(7)) == [(5, BAD)]


def test_points_of_several_scales_in_a_box() -> None:
    box = "Secrets:    10.0/10.0  \u2588\u2588\u2588  100%\nSupply Chain:  7.0/10.0  \u2588\u2588  70%\nContainers:  5.0/5.0  \u2588\u2588  100%\n"
    text = f"# Certificate\n\n## Scores\n\n```\n{box}TOTAL SCORE:  {{}}/100  \u2588\u2588\u2588  95%\n```\n"
    assert [verdict for _, verdict in told(overall_statements, text.format("88.0"))] == [GOOD]
    assert [verdict for _, verdict in told(overall_statements, text.format("95.0"))] == [BAD]


def test_the_only_table_of_a_chapter_is_what_its_score_is_made_of() -> None:
    rows = "| Aspect | Status | Rating |\n|---|---|---|\n| Code | Good | 92/100 |\n| Papers | Good | 95/100 |\n| Tests | Poor | 70/100 |\n"
    text = f"# Audit\n\n## Technique\n\n### Score: **{{}}/100**\n\n#### Strengths\n\n- much\n\n#### Quality Matrix\n\n{rows}"
    assert told(overall_statements, text.format(86)) == [(5, GOOD)]
    assert told(overall_statements, text.format(89)) == [(5, BAD)]
