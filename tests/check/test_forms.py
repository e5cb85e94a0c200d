"""Digests of the wrong length, signatures that are texts, averages below tables, and titles that answer each other."""

from __future__ import annotations

import base64

import pytest

from auditor.check.absences import absence_statements
from auditor.check.averages import average_statements
from auditor.check.decision import decision_of, overall_decisions
from auditor.check.digest import hash_statements
from auditor.check.overall import overall_statements
from auditor.check.statement import Verdict
from auditor.model.outcome import Decision
from tests.check.cases import case, document, told, verdicts

GO, CONDITIONAL, NO_GO = Decision.GO, Decision.CONDITIONAL, Decision.NO_GO
BAD, GOOD, OPEN = Verdict.CONTRADICTED, Verdict.SUPPORTED, Verdict.UNCHECKABLE

_DIGITS = "5b1d8c302a1d1ff339f5d9e975ff31b22e5b58fd3ce0e46d435d2f0fd03749c4"
_TEXT = base64.b64encode(b"Certified Authentic Software\nVersion 1.0.0\n").decode()
_BYTES = base64.b64encode(bytes(range(120, 220))).decode()
_BLOCK = "# Certificate\n\nDigital Signature:\n\n```\n-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n```\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"# Report\n\n**SHA-512 root:** {_DIGITS}\n", [(3, BAD)]),
        (f"# Report\n\n**SHA-512 root:**\n```\n{_DIGITS}\n```\n", [(5, BAD)]),
        (f"# Report\n\n**SHA-256 root:** {_DIGITS}\n", []),
        (f"# Report\n\n**SHA-512 prefix:** {_DIGITS}\n", []),
        (f"# Report\n\n**SHA-512 root:** {_DIGITS[:50]}\n", []),
        (_BLOCK.format(_TEXT), [(7, BAD)]),
        (_BLOCK.format(_BYTES), []),
        ("# Audit\n\n## Tests\n\nAll.\n\n---\n\n**Signed:** the pipeline\n**Hash:** SHA256 of the scope verified\n", [(10, BAD)]),
        ("# Audit\n\n## Tests\n\nAll.\n\n---\n\n**Scope:** the pipeline\n**Hash:** SHA256 of the scope verified\n", []),
        ("# Card\n\n## Authenticity\n\nSHA-256 Fingerprint:\nSHOP-2025-CERTIFIED-AUTHENTIC\n", [(6, BAD)]),
    ],
)  # fmt: skip
def test_forms_that_no_digest_has(text: str, found: list[tuple[int, Verdict]]) -> None:
    assert verdicts(hash_statements(case(text))) == found


_LEVELS = (
    "# Review\n\n| Module | Level | Note |\n|---|---|---|\n| A | 7 | good |\n| B | 7 | - |\n| C | {} | open |\n\n{}\n"
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (_LEVELS.format("6", "**Average level: 6.7** (prototype)"), [(9, GOOD)]),
        (_LEVELS.format("6", "**Average level: 6.8** (prototype)"), [(9, BAD)]),
        (_LEVELS.format("6", "**Average grade: 6.8**"), []),
        (_LEVELS.format("-", "**Average level: 6.8**"), []),
        (_LEVELS.format("6", "So it is.\n\n**Average level: 6.8**"), []),
    ],
)
def test_averages_of_the_column_above(text: str, found: list[tuple[int, Verdict]]) -> None:
    assert told(average_statements, text) == found


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("**Release Verdict for `main`:** **GO**", GO),
        ("**Status:** APPROVED\n\n---\n\n**Classification:** Internal Use Only", GO),
        ("**Classification:** Internal use only until the audit\n\n**Classification:** production-ready", GO),
        ("**Status:** PRODUCTION READY (with noted gaps)", CONDITIONAL),
        ("**Overall status:** PASS WITH FIXES APPLIED", GO),
        ("**Overall status:** PASS WITH FIXES", CONDITIONAL),
        (
            "## Readiness\n\n### Code Status: READY\n\nYes.\n\n### Network Status: PENDING\n\nNo.\n\n### Deployment Status: READY\n\nYes.\n\n## Help\n\nNone.",
            None,
        ),
        (
            "## Readiness\n\n### Code Status: READY\n\nYes.\n\n### Deployment Status: READY\n\nYes.\n\n## Help\n\nNone.",
            GO,
        ),
        ("## Recommendations\n\n### APPROVED FOR PRODUCTION\n\n1. Stock\n\n### REQUIRES REFACTORING\n\n1. Mail", CONDITIONAL),
        ("## Recommendations\n\n### APPROVED FOR PRODUCTION\n\n1. Stock\n\n### WHAT IT COSTS\n\n1. Time", GO),
        ("## Certification\n\nCertified by the **Review Squad** and approved by **the owner**.", GO),
    ],
)  # fmt: skip
def test_decisions_beside_others(text: str, decision: Decision | None) -> None:
    assert decision_of(document(f"# Readiness of the shop\n\n{text}\n")) is decision


def test_what_is_approved_in_some_scenarios_is_no_decision() -> None:
    text = "# Certificate\n\n## Final verdict\n\n**CONDITIONAL APPROVAL**\n\n## Approval\n\n### APPROVED PRODUCTION {}\n\n- one\n"
    assert [one.line for one in overall_decisions(document(text.format("SCENARIOS")))] == [5]
    assert [one.line for one in overall_decisions(document(text.format("DEPLOYMENT")))] == [5, 9]


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("готовий до продакшна", GO),
        ("ще не готовий до продакшна", NO_GO),
    ],
)
def test_decisions_in_ukrainian(text: str, decision: Decision) -> None:
    told_in = f"# Звіт\n\nПеревірку було виконано після змін, та вони працюють як слід, що важливо для нас.\n\n## Висновок\n\n**Статус**: {text}\n"  # noqa: RUF001 - Cyrillic
    assert decision_of(document(told_in)) is decision


def test_shares_and_products_of_a_written_out_mean() -> None:
    text = "# Review\n\n## Calculation\n\n**Weighted:**\n- Structure: 0.95 x 0.25 = 0.2375\n- Content: 1.00 x 0.50 = 0.5000\n- Length: 0.9836 x 0.25 = 0.2459\n- **Overall score: 0.9834 ({}/100)**\n"
    assert BAD not in [verdict for _, verdict in told(overall_statements, text.format(98))]


def test_the_score_of_a_chapter_is_not_held_against_another() -> None:
    table = "| Dimension | Score |\n|---|---|\n| A | 100.0% |\n| B | 94.0% |\n| C | 100.0% |\n"
    text = (
        f"# Review\n\n## Patterns\n\n{table}\nText.\n\n## Edge case summary\n\n- none\n\n**Overall {{}}score:** 85%\n"
    )
    assert told(overall_statements, text.format("edge case ")) == []
    assert told(overall_statements, text.format("")) == [(17, BAD)]


def test_a_feature_that_is_missing_in_a_file_does_not_deny_the_file() -> None:
    files = {"src/hook.py": "x = 1\n"}
    text = "# Audit\n\n| Finding | Where |\n|---|---|\n| {} | src/hook.py |\n"
    assert verdicts(absence_statements(case(text.format("Deduplication missing"), files))) == []
    assert verdicts(absence_statements(case(text.format("Missing"), files))) == [(5, BAD)]
