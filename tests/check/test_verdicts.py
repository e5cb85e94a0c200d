"""Verdicts behind marks in letters, criteria that are no verdict, and scores that only look like overall ones."""

from __future__ import annotations

import pytest

from auditor.check.decision import decision_of
from auditor.check.efforts import effort_statements
from auditor.check.overall import overall_statements
from auditor.check.statement import Verdict
from auditor.model.outcome import Decision
from tests.check.cases import document, told

GO, CONDITIONAL, NO_GO = Decision.GO, Decision.CONDITIONAL, Decision.NO_GO
BAD, GOOD = Verdict.CONTRADICTED, Verdict.SUPPORTED

RATED = "| Area | Score |\n|---|---|\n| Stock | 60/100 |\n| Orders | 80/100 |\n| Mail | 90/100 |\n| Search | 70/100 |\n"
WEIGHED = "| Area | Score | Weight | Weighted score |\n|---|---|---|---|\n| Stock | 60/100 | 50% | 30 |\n| Orders | 80/100 | 30% | 24 |\n| Mail | 90/100 | 20% | 18 |\n"
STAGES = "".join(
    f"- Phase {number} ({name}): {value}%\n"
    for number, name, value in (
        (0, "Base", 100),
        (1, "Orders", 90),
        (2, "Mail", 100),
        (3, "Search", 80),
        (4, "Stock", 90),
    )
)
CHAPTERS = "## 1. Stock: 9/10\n\nText.\n\n## 2. Orders: 8/10\n\nText.\n\n## 3. Mail: 10/10\n\nText.\n"


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        # a mark in letters stands in front of the verdict
        ("**Deployment decision:** [OK] APPROVED FOR PRODUCTION\n", GO),
        ("## [TARGET] Final verdict\n\n**[FAIL] NOT READY**\n", NO_GO),
        ("**Status:** [WARN] CONDITIONAL GO\n", CONDITIONAL),
        ("**Result:** [PASS]\n", GO),
        ("**Decision:** [PASS / FAIL]\n", None),
        # what would make it a no is no verdict
        (
            "## Readiness decision\n\n### Recommendation: PROCEED WITH CAUTION\n\nIt works.\n\n### GO conditions\n\n- All green\n\n### NO-GO conditions\n\n- Anything red\n",
            CONDITIONAL,
        ),
        # leave to go on with the work
        ("**Approval status:** APPROVED for continued implementation\n", None),
        ("**Status:** BLOCKING - all work is halted until the repairs\n", NO_GO),
        ("**Status:** Blocking issues: none\n", None),
        # the verdict on a release, and what would be one after the repairs
        (
            "## Final verdict\n\n### GO/NO-GO for v1.0.0: **NO-GO**\n\nMuch is red.\n\n**After the repairs:**\n- **STRONG GO for v1.0.0**\n",
            NO_GO,
        ),
        ("**Decision:** REQUIRES HUMAN JUDGMENT\n", None),
        ("## Conclusion\n\n**AUDIT COMPLETE: CONDITIONAL PASS**\n", CONDITIONAL),
        ("**Overall assessment:** It is production-ready for a pilot but still needs tests\n", CONDITIONAL),
        (
            "## Scope\n\nAll.\n\n## Results\n\nMany.\n\n### Overall readiness assessment\n\n**Status:** PARTIALLY READY\n\n## Next\n\nMore.\n",
            CONDITIONAL,
        ),
        # what a step of the recommended plan would come to, and what is to be done at once
        (
            "## Final recommendations\n\n### Phase 1: the first month\n\n**Result:** Production-ready for a pilot\n",
            None,
        ),
        ("**Recommendation:** Proceed with P0 immediate actions, then look again\n", None),
        # the title of the next section is no value of the field above
        ("## 1. Benchmarks\n\n**Recommendation:**\n\n### 2. ❌ Insufficient warm-up\n\nText.\n", None),
        ("## Summary\n\n**Overall score: 8.7/10** - Recommend for production\n", GO),
        ("**Production readiness status:** 90/100 - now suitable for production deployment\n", GO),
    ],
)
def test_what_decides(text: str, decision: Decision | None) -> None:
    assert decision_of(document(f"# Readiness review\n\n{text}")) is decision


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        # a median is the score in the middle
        (f"# Audit\n\n{RATED}\n**Median score**: 75/100\n", [GOOD]),
        (f"# Audit\n\n{RATED}\n**Median score**: 85/100\n", [BAD]),
        # what is taken from a part is in its score
        (
            f"# Audit\n\n## 1. Stock 60/100\n\n**Stock score deduction:** -6 points\n\n## Scores\n\n{WEIGHED}\n**Overall score: 66/100**\n",
            [BAD],
        ),
        (
            f"# Audit\n\n## Scores\n\n{WEIGHED}\n**Overall score: 66/100**\n\nDeduction for the open blocker: -6 points\n",
            [GOOD],
        ),
        # the phases of a plan, whose scores go up and down
        (f"# Audit\n\n## Approved\n\n**Overall score**: 97%\n\n**Category scores**:\n{STAGES}", [BAD]),
        (f"# Audit\n\n## Approved\n\n**Overall score**: 92%\n\n**Category scores**:\n{STAGES}", [GOOD]),
        # a score of before is none of what is there now
        (f"# Audit\n\n## Summary\n\n### Before the audit\n\n**Score**: 40/100\n\n{CHAPTERS}", []),
        # a score that a sentence tells, above chapters on ten
        (f"# Audit\n\nThe shop is a GO with 80/100 overall score. It opens before long.\n\n{CHAPTERS}", [BAD]),
        (f"# Audit\n\nThe shop is a GO with 90/100 overall score. It opens before long.\n\n{CHAPTERS}", [GOOD]),
        # a share of what is ready is no mark on ten, and rates of a distribution are no parts
        (
            f"# Audit\n\n## Overview\n\n**Overall assessment**: 40% READY\n\n## Scores\n\n{RATED}| **Overall** | 75/100 |\n",
            [GOOD, BAD],
        ),
        (
            "# Audit\n\n## Overview\n\n**Overall assessment**: 40% READY\n\n## Scores\n\n| Area | Score |\n|---|---|\n| Stock | 6/10 |\n| Mail | 8/10 |\n| **Overall** | 7/10 |\n",
            [GOOD],
        ),
        (
            "# Figures\n\n```\nAverage score: 77/100\n├─ Excellent: 28%\n├─ Good: 35%\n├─ Fair: 22%\n└─ Poor: 10%\n```\n",
            [Verdict.UNCHECKABLE],
        ),
        # scores that rose, one a line, are no parts of the last
        (
            "# Audit\n\n## Conclusion\n\n- Stock: From 60/100 to **95/100**\n- Mail: From 70/100 to **85/100**\n- Search: From 50/100 to **60/100**\n- **Overall score**: From 60/100 to **90/100**\n",
            [],
        ),
        # the excellence of everything, above that of the chapters
        (f"# Audit\n\n## Summary\n\n**Current platform excellence score: 8/10**\n\n{CHAPTERS}", [BAD]),
        # weights that are written out with what they come to, and a penalty
        (
            "# Audit\n\n**Overall score: 60/100**\n\n## Computation\n\n```yaml\nParts:\n  Stock (50%): 60/100 x 0.50 = 30.0\n  Orders (30%): 80/100 x 0.30 = 24.0\n  Mail (20%): 90/100 x 0.20 = 18.0\n\nTotal weighted score: 72/100\nPenalty for blockers: -12\nFinal score: 60/100\n```\n",
            [GOOD, GOOD, GOOD],
        ),
        # a chapter that tells its score in the only title within it
        (
            f"# Audit\n\n**Overall score: 8.2/10**\n\n{CHAPTERS}## 4. Search\n\n### Its index: 6/10\n\nText.\n",
            [GOOD],
        ),
        (
            f"# Audit\n\n**Overall score: 7/10**\n\n{CHAPTERS}## 4. Search\n\n### Its index: 6/10\n\nText.\n",
            [BAD],
        ),
        # the overview of a chapter speaks of that chapter
        (
            f"# Audit\n\n## Scores\n\n{RATED}| **Overall** | 75/100 |\n\n## Security\n\n### Overview of it\n\n**Score: 92/100**\n",
            [GOOD],
        ),
    ],
)
def test_overall_scores(text: str, verdicts: list[Verdict]) -> None:
    assert [verdict for _, verdict in told(overall_statements, text)] == verdicts


def test_a_time_to_repair_within_a_chapter_is_no_total() -> None:
    part = "## Parts\n\n### Stock\n\n**Estimated remediation time**: 4-8 hours\n\n"
    text = f"# Review\n\n{part}## Verdict\n\n**Total remediation time**: 16-26 hours\n"
    assert told(effort_statements, text) == []
    whole = "# Review\n\n**Total effort**: 10 hours\n\n## Verdict\n\n**Total remediation time**: 16-26 hours\n"
    assert [verdict for _, verdict in told(effort_statements, whole)] == [BAD]
