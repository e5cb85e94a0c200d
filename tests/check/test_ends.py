"""Decisions and scores that stand at the end of something: behind the last rule, at the end of a chapter, in another word."""

from __future__ import annotations

import pytest

from auditor.check.consistency import condition_statements, decision_statements
from auditor.check.decision import decision_of
from auditor.check.overall import overall_statements
from auditor.check.statement import Verdict
from auditor.model.outcome import Decision
from tests.check.cases import document, told

GO, CONDITIONAL, NO_GO = Decision.GO, Decision.CONDITIONAL, Decision.NO_GO
BAD, GOOD = Verdict.CONTRADICTED, Verdict.SUPPORTED

_BEHIND_RULE = "# Package for auditors\n\n## 1. Controls\n\nAll.\n\n## 2. Requests\n\nThey are answered.\n\n{rule}\n**{said}**\n*Date: 2026-04-29*"


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        (_BEHIND_RULE.format(rule="---", said="Certified production ready"), GO),
        (_BEHIND_RULE.format(rule="They are short.\n", said="Certified production ready"), None),
        (_BEHIND_RULE.format(rule="---", said="Requests and answers"), None),
        ("**Status: Near Production Ready**", CONDITIONAL),
        ("- **Build Status**: Production Ready", GO),
        ("- **Build Status**: Passed", None),
        (
            "# Informe\n\nEl motor que se probó está en uso con una cuenta.\n\n---\n**Veredicto:** Funciona. **NO VIABLE PARA PRODUCCIÓN AÚN.**",
            NO_GO,
        ),
        (
            "# 测试报告\n\n本次测试是在本地的环境中进行的\uff0c所有的问题已修复了\uff0c结果为通过的。\n\n**结论**: 测试通过\uff0c可以合并到主分支。",
            GO,
        ),
        (
            "# 测试报告\n\n本次测试是在本地的环境中进行的\uff0c所有的问题已修复了\uff0c结果为通过的。\n\n**结论**: 测试通过\uff0c不可以合并到主分支。",
            NO_GO,
        ),
    ],
)
def test_what_is_decided_in_other_words_and_places(text: str, decision: Decision | None) -> None:
    text = text if text.startswith("# ") else f"# Readiness of the shop\n\n{text}\n"
    assert decision_of(document(text)) is decision


_CHAPTERS = (
    "# Review\n\n## Findings\n\n"
    "### Design\n\nGood.\n\n**Configuration quality**: 10/10\n- one file\n\n"
    "### Coherence\n\n**Integration quality**: 9/10\n\n"
    "### Growth\n\n**Extensibility score**: 8/10\n\n"
    "## Decision\n\n**Overall score**: {score}/10\n"
)


def test_scores_that_end_their_chapters_are_parts_of_the_overall_score() -> None:
    assert told(overall_statements, _CHAPTERS.format(score="8.8")) == [(22, BAD)]
    assert told(overall_statements, _CHAPTERS.format(score="9.0")) == [(22, GOOD)]


def test_a_score_with_more_said_behind_it_is_none_of_its_chapter() -> None:
    text = _CHAPTERS.replace("**Integration quality**: 9/10", "**Integration quality**: 9/10\n\nIt was 7 before.")
    assert told(overall_statements, text.format(score="8.8")) == []


def test_what_was_only_documented_is_no_open_condition() -> None:
    text = "# Certificate\n\n**Decision:** GO\n\n**Conditions:**\n- \u2705 No blockers\n- {one}\n"
    assert told(condition_statements, text.format(one="Sprint 2 follow-ups documented")) == [(3, GOOD)]
    assert told(condition_statements, text.format(one="Sprint 2 follow-ups to be documented")) == [(5, BAD)]


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("**Status:** ACCEPTANCE CRITERIA FAILED", NO_GO),
        ("**Status:** READY FOR STAGING ONLY", CONDITIONAL),
        ("**Recommendation:** **Deploy with modifications** (see section 9)", CONDITIONAL),
        ("**Status:** Complete - Production-Ready Knowledge Base", None),
        (
            "## Conclusion\n\n**Recommendation:** Deploy to staging now to learn. Complete the rest before production launch.",
            CONDITIONAL,
        ),
        ("## Final verdict\n\n### ORDERS UAT \u2014 APPROVED FOR CONTROLLED DEMO\n\nIt works.", GO),
        ("## Final verdict\n\n### ORDERS UAT \u2014 what we saw\n\nIt works.", None),
        (
            "Of March.\n\n## 8.1 Handling of errors \u2014 PASS\n\nIt works.\n\n## 8.2 Names \u2014 mostly alike\n\nThey are.",
            None,
        ),
    ],
)
def test_what_is_decided_for_a_stage_or_behind_a_dash(text: str, decision: Decision | None) -> None:
    assert decision_of(document(f"# Readiness of the shop\n\n{text}\n")) is decision


def test_a_line_that_the_next_one_explains_contradicts_nothing() -> None:
    text = "# Report\n\n## Final verdict\n\n### **READY FOR STAGING ONLY**\n\n**{}**\n\n## Parts\n\nText.\n"
    assert BAD not in [one.verdict for one in decision_statements(document(text.format("NOT YET for production.")))]
    apart = "# Report\n\n## Final verdict\n\n### **APPROVED**\n\nText.\n\n## Decision\n\n### **NOT APPROVED**\n"
    assert BAD in [one.verdict for one in decision_statements(document(apart))]


def test_the_coverage_of_files_is_not_put_together_by_their_mean() -> None:
    block = "```\nOverall:   67.9%\nOrders:    94.6%\nStock:     96.0%\nServer:    71.4%\n```\n"
    assert told(overall_statements, f"# Report\n\n### Test coverage\n{block}") == []
    assert told(overall_statements, f"# Report\n\n### Readiness\n{block}") == [(5, BAD)]


def test_points_of_fewer_than_there_are_may_be_told_as_points_of_all() -> None:
    table = "| Domain | Score |\n|---|---|\n| Login | 20/20 |\n| Access | 18/18 |\n| Data | 16/18 |\n| **Total score** | **{}/100** |\n"
    assert told(overall_statements, f"# Audit\n\n## Scores\n\n{table.format(54)}") == [(10, GOOD)]
    assert told(overall_statements, f"# Audit\n\n## Scores\n\n{table.format(64)}") == [(10, BAD)]
