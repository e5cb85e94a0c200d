"""Which lines of a document are its decision, and which are the decision of one of its parts."""

from __future__ import annotations

import pytest

from auditor.check.decision import decision_of
from auditor.model.outcome import Decision
from tests.check.cases import document

GO, CONDITIONAL, NO_GO = Decision.GO, Decision.CONDITIONAL, Decision.NO_GO
TESTS = "".join(
    f"#### Test {number}\n\n- **Name:** Case {number}\n- **Status:** ❌ Failed\n\n" for number in range(1, 8)
)
CHAPTERS = "".join(
    f"# {topic} part\n\n## Findings\n\nA word on it.\n\n**{topic} verdict:** ✅ Pass\n\n"
    for topic in ("Storage", "Payment", "Search", "Mail")
)


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        # a sentence that was broken for its length
        (
            "## Readiness\n\nThe shop grew from a sketch to a service. Today it is **not yet ready\nto hold orders in production**.\n",
            NO_GO,
        ),
        ("## Summary\n\nThe shop has now reached the state of full production readiness.\n", GO),
        # a sentence below a title that asks, wherever the chapter stands
        (
            "## Scope\n\nAll.\n\n## Parts\n\nMany.\n\n## Production readiness\n\nAll seven parts are production-ready.\n",
            GO,
        ),
        # not to go on before something is done, as the last word of a review
        (
            "## Scope\n\nAll.\n\n## Conclusion\n\n**Do NOT proceed with the launch until:**\n\n1. The data is real\n",
            NO_GO,
        ),
        ("## Approval criteria\n\n**Do not approve until:**\n\n1. The data is real\n", None),
        # not ready without some more work, which is a condition
        ("## Summary\n\nIt is not yet ready for large-scale production without further work.\n", CONDITIONAL),
        # what has to be done first
        ("## Verdict: APPROVED FOR PRODUCTION - with 2 mandatory pre-merge fixes\n", CONDITIONAL),
        ("## Verdict\n\n**READY FOR PRODUCTION** with all fixes applied.\n", GO),
        ("## 1. Can Lantern be deployed today?\n\n**Yes - with caveats.**\n\nIt serves a few.\n", CONDITIONAL),
        ("## Final verdict\n\n### YES - THE SHOP CAN LAUNCH - WITH CAVEATS\n\nIt serves a few.\n", CONDITIONAL),
        ("**Verdict:** GO conditional\n", CONDITIONAL),
        ("**Recommendation:** Promote to staging behind the flag\n", GO),
        ("## Verdict\n\n# ALL 25 LISTINGS READY\n", GO),
        # a title that answers the one above it, and what would have to come for another answer
        (
            "## Final decision\n\n# NOT READY\n\n**What would change this decision:** Two repairs make it READY FOR A BETA.\n",
            NO_GO,
        ),
        # an example that a guide gives
        ("## Scope\n\nAll.\n\n## Common scenarios\n\n**Decision:** Approve the order\n\n## More\n\nText.\n", None),
        # what a check came to, and rows on topics of their own
        ("## Scope\n\nAll.\n\n## Preparation\n\n- **Release readiness:** PASSED - `make ready now`\n", None),
        (
            "## Discovery\n\n| What | Planned | Made | Mark |\n|---|---|---|---|\n| Layout decision | Yes | Folders | No |\n",
            None,
        ),
        ("## Overall\n\n| Question | Answer |\n|---|---|\n| Ready to ship v1? | No - blockers remain |\n", NO_GO),
        ("## Final verdict: READY FOR THE PRESENTATION\n", GO),
        ("**Approval:** Not granted\n", NO_GO),
        # when each would be chosen, and what nobody ticked
        ("**Decision:** \u2610 SHIP \u2705 \u2610 NO-SHIP \u274c\n", None),
        ("## Go / no-go\n\n**Go** if: all is green.\n\n**No-go** if: anything is red.\n", None),
        # the last word, behind a rule that ends the list of what is next
        (
            "## Scope\n\nAll.\n\n## Next steps\n\n1. Rest\n\n---\n\n**Status**: Complete\n\nThe shop is now production-ready.\n",
            GO,
        ),
        ("**Status:** 98% ready - deploy now!\n", GO),
        ("**Status:** Ready for launch phase execution\n", None),
        # somebody is still to decide, or to act
        ("## Scope\n\nAll.\n\n## Ready for user action\n\nOne thing.\n", None),
        ("**Verdict:** READY FOR THOROUGH TESTING\n", None),
        ("**Status:** 🚨 REQUIRES APPROVAL\n", None),
        # what was approved once
        ("**Approved visual direction:** Plain and quiet\n", None),
        ("**Approved for production:** Yes\n", GO),
    ],
)
def test_what_decides(text: str, decision: Decision | None) -> None:
    assert decision_of(document(f"# Readiness review\n\n{text}")) is decision


def test_the_states_of_many_tests_below_the_chapters_are_no_decision() -> None:
    assert decision_of(document(f"# Test report\n\n## Summary of requirements\n\n{TESTS}")) is None


def test_a_verdict_on_one_topic_among_many_is_no_decision() -> None:
    assert decision_of(document(f"# Audit of the shop\n\nAll of it.\n\n{CHAPTERS}")) is None


def test_a_verdict_on_the_topic_of_the_document_is_its_decision() -> None:
    text = "# Payment audit\n\nAll of it.\n\n## Scope\n\nThe cards.\n\n## Findings\n\nFew.\n\n**Payment verdict:** ✅ Pass\n"
    assert decision_of(document(text)) is GO


def test_what_some_of_many_parts_came_to_is_no_decision() -> None:
    verdicts = ("Acceptable.", "A little loose.", "Acceptable.", "Fine.")
    parts = "".join(f"### Part {number}\n\n**Verdict:** {one}\n\n" for number, one in enumerate(verdicts))
    assert decision_of(document(f"# Audit of parts\n\nAll.\n\n## Scope\n\nAll.\n\n## Parts\n\n{parts}")) is None


def test_what_all_of_many_parts_came_to_is_the_decision() -> None:
    parts = "".join(f"## Part {number}\n\nIt holds.\n\n**Verdict:** READY\n\n" for number in range(4))
    assert decision_of(document(f"# Audit of parts\n\nAll.\n\n## Scope\n\nAll.\n\n{parts}")) is GO
