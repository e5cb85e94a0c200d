"""What documents decide, in the many ways in which they say it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.check.classify import classify
from auditor.check.decision import decision_of, overall_decisions
from auditor.model.outcome import Decision
from tests.check.cases import document

GO, CONDITIONAL, NO_GO = Decision.GO, Decision.CONDITIONAL, Decision.NO_GO

VALUES = {
    "GO": GO,
    "✅ GO FOR PHASE 2 - APPROVED": GO,
    "APPROVED": GO,
    "**APPROVED FOR PRODUCTION** ✅": GO,
    "PRODUCTION_READY": GO,
    "YES - READY FOR PRODUCTION": GO,
    "✅ **YES - Ready for Production with Minor Improvements**": GO,
    "READY FOR IMMEDIATE DEPLOYMENT": GO,
    "PASS": GO,
    "APPROVED - no critical issues found": GO,
    "CONDITIONAL GO": CONDITIONAL,
    "CONDITIONALLY_APPROVED": CONDITIONAL,
    "APPROVED WITH CONDITIONS": CONDITIONAL,
    "PASS WITH CONDITIONS": CONDITIONAL,
    "GO with MANDATORY FIXES": CONDITIONAL,
    "PARTIAL PASS with Mandatory Fixes Required": CONDITIONAL,
    "Proceed to Day 3 AFTER fixing the 4 critical issues": CONDITIONAL,
    "GO (conditional)": CONDITIONAL,
    "⚠️ PROCEED WITH CAUTION": CONDITIONAL,
    "WITH CONDITIONS": CONDITIONAL,
    "PASSED WITH RESERVATIONS": CONDITIONAL,
    "Do not enter system test": NO_GO,
    "Postponed": NO_GO,
    "NO-GO": NO_GO,
    "NO (Conditional)": NO_GO,
    "NO - blockers exist": NO_GO,
    "❌ NOT READY": NO_GO,
    "NOT APPROVED FOR PRODUCTION": NO_GO,
    "REQUIRES_REMEDIATION": NO_GO,
    "EMERGENCY_STOP": NO_GO,
    "HOLD": NO_GO,
    "REJECTED": NO_GO,
    "DO NOT DEPLOY": NO_GO,
    "🚨 DEPLOYMENT BLOCKED - CRITICAL ISSUES FOUND": NO_GO,
    "FAIL": NO_GO,
}
UNDECIDED = ["TBD", "PENDING", "🟡 In Progress", "[GO/NO-GO]", "READY FOR RE-AUDIT", "Draft", "N/A"]
NO_DECISION = ["GO / NO-GO", "Completed", "120 lines", "", "Failure rationale tracking", "Passing tests: 12"]


@pytest.mark.parametrize(("value", "decision"), VALUES.items())
def test_a_value_decides(value: str, decision: Decision) -> None:
    assert classify(value) == (True, decision)


@pytest.mark.parametrize("value", UNDECIDED)
def test_a_value_says_that_nothing_is_decided(value: str) -> None:
    assert classify(value)[1] is None


@pytest.mark.parametrize("value", NO_DECISION)
def test_a_value_is_no_decision(value: str) -> None:
    assert classify(value) == (False, None)


@pytest.mark.parametrize(
    "text",
    [
        "# Certificate\n\n## DECISION/OUTCOME\n**Status**: NO-GO\n**Rationale**: none\n",
        "# Audit\n\n## Final Verdict\n\n### ❌ NOT READY\n",
        "# Audit\n\n### Go/No-Go Decision: ❌ **NO-GO**\n",
        "# Audit\n\n| | |\n|---|---|\n| **Final decision** | NO-GO |\n",
        "# Audit\n\n**Decision:**\n\nNO-GO, the backups were never restored.\n",
        "# Audit\n\n## Decision\n\n`PRODUCTION_NOT_APPROVED`\n",
        "# Audit\n\n- **Deployment Decision:** NO-GO\n",
        "# Final audit - NOT APPROVED\n\nNothing else.\n",
        "# Audit\n\n```\nDecision: NO-GO\n```\n",
        "# Audit\n\n## Conclusion\n\nThe system is not ready for production.\n",
    ],
)
def test_a_decision_is_found_wherever_it_stands(text: str) -> None:
    assert decision_of(document(text)) is NO_GO


def test_the_whole_weighs_more_than_its_parts() -> None:
    parts = "".join(f"## Component {number}: x\n\n**Verdict**: APPROVED\n\n" for number in range(1, 9))
    text = f"# Audit\n\n{parts}## Final decision\n\n**Decision**: CONDITIONAL GO\n"
    assert decision_of(document(text)) is CONDITIONAL


def test_an_alternative_and_an_expectation_decide_nothing() -> None:
    text = (
        "# Audit\n\n**Decision**: NO-GO\n\n## Alternatives considered\n\n**Decision**: GO\n\n"
        "## Plan\n\n**Expected outcome:**\n\n- **Deployment Decision:** GO\n"
    )
    assert decision_of(document(text)) is NO_GO
    assert [one.line for one in overall_decisions(document(text))] == [3]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Notes\n\nThis page tells how to deploy.\n",
        "# Task 7\n\n**Status**: Completed\n",
        "# Template\n\n**Decision**: [GO | NO-GO | CONDITIONAL]\n",
        "# Report\n\n**Decision**: TBD\n",
        "# Guide\n\nUse `approve` to go on. Tests must pass before production.\n",
    ],
)
def test_a_document_that_decides_nothing(text: str) -> None:
    assert decision_of(document(text)) is None


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("[PASS] " * 570, "PASS"),
        ("[OK] " * 700 + "NO-GO", "NO-GO"),
        ("[!]" * 1_300, "!"),
        ("[FAIL] [INFO] of the second run", "FAIL"),
        ("[FAIL] - [PASS] of the second run", "PASS"),
    ],
)
def test_marks_in_front_are_passed_however_many_they_are(text: str, behind: str) -> None:
    assert classify(text) == classify(behind)


@settings(deadline=None)  # the first call loads what the others share
@given(st.text(max_size=400))
def test_any_text_is_classified(text: str) -> None:
    decides, decision = classify(text)
    assert decides or decision is None


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("---\ntitle: Launch\ndecision: NO-GO\n---\n\n# Launch\n", NO_GO),
        ("# Audit\n\n**Production Ready: ❌**\n", NO_GO),
        ("# Audit\n\n**Go-Live Decision:** next week\n", None),
        ("# Audit\n\n**Gate status:** FAILED\n", NO_GO),
        ("# Ready to deploy - Shop\n\nAll done.\n", GO),
        ("# Audit\n\n**Decision:** Which bots are ready for production?\n", None),
        ("# Status\n\nAll done.\n\n---\n\n**Ready for deployment once compilation completes!**\n", CONDITIONAL),
        (
            "# Report\n\n## Summary\n\nFine.\n\n### Next steps\n\n1. Push\n\n---\n\n**Production Ready:** NO\n\n## Help\n\nAsk.\n",
            NO_GO,
        ),
        ("# Audit\n\n**Final sign-off: WITHHELD**\n", NO_GO),
        ("# Record\n\n### Decision\n\nWe launch on Monday. **GO.**\n", GO),
        ("# Record\n\n### Decision\n\nIt is **GO** with the following conditions:\n", None),
        ("# Review\n\nWe recommend **against** a release at this time.\n", NO_GO),
        ("# Review\n\n**TL;DR: Not ready.**\n", NO_GO),
        ("# Certificate\n\n**Agent**: one\n**Status**: REJECTED\n---\n\nNothing else.\n", NO_GO),
        ("# Audit\\n\\n## Decision\\n\\n**Status**: NO-GO\\n\\nBackups.\\n", NO_GO),
    ],
)
def test_places_in_which_decisions_stand(text: str, decision: Decision | None) -> None:
    assert decision_of(document(text)) is decision
