"""What speaks for the whole document, and what only for one of its parts."""

from __future__ import annotations

import pytest

from auditor.check.decision import decision_of
from auditor.check.overall import overall_statements
from auditor.check.ratios import ratio_statements
from auditor.check.statement import Verdict
from auditor.model.outcome import Decision
from tests.check.cases import document, told

GO, CONDITIONAL, NO_GO = Decision.GO, Decision.CONDITIONAL, Decision.NO_GO
BAD, GOOD, OPEN = Verdict.CONTRADICTED, Verdict.SUPPORTED, Verdict.UNCHECKABLE


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("## Scope\n\nAll.\n\n## Done\n\n### 3. Sign-in\n\n- **Status:** Production-ready with care", None),
        ("## Summary\n\n**The ledger is production-ready. The alerts are not.**", CONDITIONAL),
        ("**Overall status:** NEARLY PRODUCTION READY (80%)", CONDITIONAL),
        ("**Bottom line:** with a week of work, the shop will be fully production-ready", None),
        (
            "## Summary\n\n**Overall readiness: 60% (phase 3)**\n- **Status**: Not ready for production\n- **Gain**: all",
            NO_GO,
        ),
        ("## Conclusion\n\nThe lists are fast. However, lost orders prevent production deployment.", NO_GO),
        ("## Final verdict\n\n### Is it release-ready? **NO**", NO_GO),
        ("**Overall status:** PRODUCTION-READY WITH CRITICAL ACTIONS REQUIRED", CONDITIONAL),
        ("**Recommendation: STAGING ONLY**", CONDITIONAL),
        ("**الحالة النهائية:** PRODUCTION READY", GO),
        ("**Status:** Ready for execution in your environment", None),
        ("## Now\n\n**Current Status:** Base laid, ready to merge components", None),
        ("**Overall assessment score: `READY WITH CONDITIONAL FIXES`**", CONDITIONAL),
        ("**Compliance level:** NOT PRODUCTION READY", NO_GO),
        ("**Can Launch?** YES - After fixing CRITICAL issues", CONDITIONAL),
        ("## Conclusion\n\n**Next Steps:** Production deployment by the recommended phased strategy.", None),
        ("## Summary\n\n**Can we deploy to production?** YES", GO),
        ("## Of the shop's template\n\n**Status:** Production ready", GO),
        ("**Go / No-Go:** **GO** (after fixes applied below)", GO),
        ("**Go / No-Go:** **GO** (after fixes)", CONDITIONAL),
        ("**Status:** READY FOR IMMEDIATE DISTRIBUTION", GO),
        ("## Recommendations\n\n### Immediate Action Required\n\n- Look at the alerts", None),
        ("## Summary\n\nAll.\n\n**Needs before launch**: Tests, mail", None),
        ("## Verdict\n\nIt is nearly done.\n\n1. **Deploy 2 files of rules** (ten minutes)", None),
        ("## Summary\n\n**Overall Status:** In progress\n**Release Ready:** NO (pending the tests)", NO_GO),
        ("## Summary\n\n**Cleared to sail: NO**", NO_GO),
        ("## Summary\n\n**With the first fixes:** Production-ready for a hundred", CONDITIONAL),
        ("**Final Result:** ✅ PASSED (after fix)", GO),
        (
            "## Conclusion\n\nThe till is production-ready for small shops. However, the mail needs urgent attention.",
            CONDITIONAL,
        ),
        ("## Conclusion\n\nAll parts are 100% done and ready for production use!", GO),
        ("## ✅ 100% CONFIGURED - PRODUCTION READY", GO),
        ("## Conclusion\n\nCongratulations! You have a production-ready shop!", GO),
        ("## Conclusion\n\nThe shop is production-ready after all migrations are applied!", CONDITIONAL),
        (
            "## Executive verdict\n\n**The till is APPROVED for drafts** (with doubles).\n**Not approved** for production interfaces, or for any of the experimental flags in the field.",
            CONDITIONAL,
        ),
        (
            "## Done\n\n### 7. Images\n\n- **Status:** Production-ready with care\n\n### 8. Mail\n\n- **Status:** Production-ready\n\n## Conclusion\n\nDo NOT deploy to production yet.",
            NO_GO,
        ),
        (
            "## Conclusion\n\nThe deployment must still succeed. The code portion is 100% done and production-ready.",
            None,
        ),
        ("## Done\n\nAll.\n\n## State\n\n**Ready for Deployment:** After the tests", None),
        ("## Commands\n\n### Build of the tables (Conditional)\n\nIt may run.", None),
        (
            "## Verdict exécutif\n\n**NO-GO commercial.** Les pages fonctionnent, mais aucun parcours de commande réel ne passe.",
            NO_GO,
        ),
        (
            "**Status:** PRODUCTION READY\n\n## Final Recommendation\n\n**PRODUCTION READY** with minor updates recommended\n\n**Deployment Readiness:** GO AHEAD",
            GO,
        ),
        ("## Review\n\n**Senior Verdict:** 73.1/100 (CONDITIONAL)", CONDITIONAL),
        ("## Summary\n\nAll.\n\n**If NO-GO:** shelve it.", None),
        ("**Статус**: ✅ **PRODUCTION READY**", GO),
        ("**Status:** Draft\n\nThis list tells which queues are production-ready, and which are not yet built.", None),
        ("## Mission\n\nVerify the shop is ready for public launch, and mend what is not.", None),
        ("## Summary\n\nWe measured all. The shop is ready for public launch.", GO),
        ("## Sign-off\n\n### Go/No-Go Decision:\n- **🟢 GO**: All criteria met\n- **🔴 NO-GO**: Faults found", None),
        ("**Status:** Ready for the move of tables and live validation", None),
        ("**Status:** Ready for live traffic", GO),
        (
            "## Score\n\n**Readiness Score:** 85/100 (Ready with minor adjustments)\n\n## Rest\n\n**Overall Assessment:** ✅ **READY FOR DEPLOYMENT**",
            GO,
        ),
        ("## Next steps\n\n1. Try it on a set\n2. Write more\n\nThe player is production-ready.", GO),
        ("## Next steps\n\n1. Try it on a set\n2. Write more\n\nThen the player will be production-ready.", None),
    ],
)
def test_what_a_document_decides(text: str, decision: Decision | None) -> None:
    assert decision_of(document(f"# Report\n\n{text}\n")) is decision


ALIGNED = "# Review\n\n## Alignment\n\n| Component | Specified | Implemented |\n|---|---|---|\n| A | 100% | 90% |\n| B | 100% | 60% |\n| C | 100% | 30% |\n\n**Overall Alignment:** **{}%**\n"
LATER = "# Review\n\n## Verdict\n\n### Readiness now: 6/10\n\n- Trust: 4/10\n- Tests: 5/10\n- Data: 7/10\n- Shape: 8/10\n\n### After the repairs: **8.5/10**\n\n- Trust: 8/10\n- Tests: 7/10\n- Data: 8/10\n- **Overall: 8.5/10**\n"


def test_columns_of_what_was_built_have_an_overall_alignment() -> None:
    assert [verdict for _, verdict in told(overall_statements, ALIGNED.format(60))] == [GOOD]
    assert [verdict for _, verdict in told(overall_statements, ALIGNED.format(87))] == [BAD]


def test_what_is_to_come_lists_only_what_will_change() -> None:
    assert [verdict for _, verdict in told(overall_statements, LATER)] == [GOOD]


DRAWN = "# Report\n\n## Final state\n\n**Overall Progress**: {}% (waiting for a host)\n\n```\nWeb:    ████ 100%\nData:   ███░  70%\nHosts:  ░░░░   10%\n```\n"
ANNOUNCED = "# Report\n\n## State\n\n### Current Status: {}% Production Ready\n\n**Breakdown:**\n- **Core**: 90%\n- **Tests**: 20%\n- **Texts**: 70%\n"
COMPLETION = "# Shop\n\n## State\n\n| Category | Status | Percentage |\n|---|---|---|\n| A | done | 100% |\n| B | done | 80% |\n| C | open | 0% |\n\n**Overall Shop Completion: {}%**\n"
TABLES = (
    "# Review\n\n## Summary\n\n**Overall Readiness Score: {}/10**\n\n## Details\n\n"
    "### Build\n\n| Component | Score |\n|---|---|\n| Web | 9/10 |\n| Images | 3/10 |\n| Types | 6/10 |\n\n"
    "### Tests\n\n| Component | Score |\n|---|---|\n| Unit | 5/10 |\n| Whole | 5/10 |\n| Kinds | 2/10 |\n"
)


STATE = "# Review\n\n**Overall System Health**: **{}% - fair**\n\n## Summary\n\nWe looked.\n\n| Metric | Status | Impact |\n|---|---|---|\n| Core | 90% | good |\n| Joints | 60% | gaps |\n| Data | 30% | gaps |\n"


UNTITLED = "# Review\n\n## Summary\n\n**Overall Readiness Score: {}/100**\n\n### How it stands\n\n- Types: 100/100 - none open\n- Faults: 95/100 - caught\n- Doors: 45/100 - open\n"
SHARES = "# Review\n\n## Summary\n\n**Overall Completion: {}%**\n- Core Features: 100% Complete\n- Other Features: 60% Complete\n- The rest: 20% Complete\n"
HEADED = "# Review\n\n## Done\n\n### Overall Progress: **{}% 🎉**\n\n| Category | Progress | Status |\n|---|---|---|\n| Web | 100% | done |\n| Data | 60% | done |\n| Tests | 20% | open |\n"


LISTED = "# Build\n\n### Completion Status\n- **Web**: 95% Complete\n- **Tables**: 70% Complete\n- **Images**: 75% Complete\n- **Overall System**: {}% Complete\n"
GROUPED = "# Audit\n\n## Summary\n\n**Overall Compliance Score:** {}/100\n\n## Quality\n\n### 1. Shape (Score: 65/100)\n\nA.\n\n### 2. Use (Score: 70/100)\n\nB.\n\n### 3. Speed (Score: 75/100)\n\nC.\n\n## Access\n\n### Level A (Score: 30/100)\n\nD.\n"


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (STATE, "60", "75"),
        (LISTED, "80", "82"),
        (GROUPED, "70", "75"),
        (UNTITLED, "80", "90"),
        (SHARES, "60", "95"),
        (HEADED, "60", "100"),
        (DRAWN, "60", "85"),
        (ANNOUNCED, "60", "75"),
        (COMPLETION, "60", "85"),
        (TABLES, "5", "6"),
    ],
)
def test_a_score_is_held_against_what_stands_right_beside_it(text: str, right: str, wrong: str) -> None:
    assert [verdict for _, verdict in told(overall_statements, text.format(right))] == [GOOD]
    assert [verdict for _, verdict in told(overall_statements, text.format(wrong))] == [BAD]


def test_an_approximate_score_that_is_near_is_no_fault() -> None:
    assert told(overall_statements, ANNOUNCED.format("~62")) == []
    assert [verdict for _, verdict in told(overall_statements, ANNOUNCED.format("~75"))] == [BAD]


def test_a_score_on_two_scales_is_one() -> None:
    row = "# Review\n\n| Category | Score |\n|---|---|\n| **Total** | **8.55/10 ({}%)** |\n"
    assert [verdict for _, verdict in told(ratio_statements, row.format(87))] == [BAD]
    assert [verdict for _, verdict in told(ratio_statements, row.format("85.5"))] == [GOOD]


def test_the_first_of_a_list_does_not_sum_it_up() -> None:
    text = "# Card\n\n## Shape (92/100)\n\n### Highlights\n\n- **Shape Score:** 92/100\n- **Doors:** 95/100\n- **Walls:** 96/100\n"
    assert told(overall_statements, text) == []


def test_stars_do_not_tell_hundredths() -> None:
    text = "# Card\n\n### Quality metrics\n\n| Metric | Rating |\n|---|---|\n| A | ⭐⭐⭐⭐⭐ |\n| B | ⭐⭐⭐⭐ |\n| C | ⭐⭐⭐⭐⭐ |\n\n**Overall Score**: {}/100\n"
    assert [verdict for _, verdict in told(overall_statements, text.format(96))] == [OPEN]
    assert [verdict for _, verdict in told(overall_statements, text.format(70))] == [BAD]


def test_tables_of_two_chapters_are_not_one() -> None:
    rows = "| Category | Score |\n|---|---|\n| A | 100% |\n| B | 90% |\n| C | {}% |\n"
    text = f"# Card\n\n**Overall Grade: 90/100**\n\n## Code\n\n{rows.format(80)}\n## Final\n\n{rows.format(95)}"
    assert told(overall_statements, text) == []


def test_counts_with_a_share_of_their_own_are_not_held_against_another() -> None:
    assert told(ratio_statements, "# Card\n\n**Progress**: 100% (11/26 features in all = 42.3%)\n") == [(3, GOOD)]


def test_the_overall_score_of_a_phase_is_one() -> None:
    rows = "| Component | Progress |\n|---|---|\n| A | 100% |\n| B | 100% |\n| C | 0% |\n"
    text = f"# Phase 3\n\n## Completion\n\n{rows}\n**Overall Phase 3:** **{{}}% Complete**\n"
    assert [verdict for _, verdict in told(overall_statements, text.format(67))] == [GOOD]
    assert [verdict for _, verdict in told(overall_statements, text.format(75))] == [BAD]


def test_parts_may_each_have_remarks_below() -> None:
    parts = "".join(
        f"**{name}:** {score}/100\n- Fast\n- Needs a door\n\n"
        for name, score in (("Doors", 90), ("Walls", 80), ("Roof", 40))
    )
    text = f"# House\n\n## Readiness\n\n### Overall Score: {{}}/100\n\n{parts}"
    assert [verdict for _, verdict in told(overall_statements, text.format(70))] == [GOOD]
    assert [verdict for _, verdict in told(overall_statements, text.format(75))] == [BAD]


def test_a_checklist_is_called_by_what_it_is_for() -> None:
    assert decision_of(document("# Go-live checklist - Production ready\n\n- [ ] Doors\n")) is None


def test_the_status_of_completion_is_a_score() -> None:
    text = "# House\n\n## Summary\n\n**Overall Completion Status: ~{}%**\n\n- **Doors:** 90% Complete\n- **Walls:** 30% Complete\n- **Roof:** 0% Complete\n"
    assert told(overall_statements, text.format(41)) == []
    assert [verdict for _, verdict in told(overall_statements, text.format(65))] == [BAD]


def test_shares_of_a_whole_are_no_scores() -> None:
    text = "# House\n\n## Completion\n\n**Done:** 85%\n\n**Running:** 10%\n\n**Open:** 5%\n\n**TOTAL: ~95% Complete**\n"
    assert BAD not in [verdict for _, verdict in told(overall_statements, text)]
