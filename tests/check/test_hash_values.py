"""What stands in the place of a digest, and what is given as one."""

from __future__ import annotations

import hashlib

import pytest

from auditor.check.digest import hash_statements
from auditor.check.statement import Verdict
from tests.check.cases import case, verdicts

BAD, OPEN = Verdict.CONTRADICTED, Verdict.UNCHECKABLE
REAL = hashlib.sha256(b"elsewhere").hexdigest()


def test_a_name_in_a_block_below_its_label_is_no_hash() -> None:
    text = "# Report\n\n**Certification Hash:**\n```\n0xShadowUnbreakable (kept=yes, for=ever)\nDate: 2025-11-06\n```\n"
    assert verdicts(hash_statements(case(text))) == [(5, BAD)]


@pytest.mark.parametrize(
    "text",
    [
        "**Certification Hash:** A cryptographic digest of a record, made by a named algorithm.",
        "- **Signature hash:** Digest made from the context of a check.",
        "**Evidence Hash:** `SHA-256(metrics + time + code)`",
        "## Demo data\n\n- **Certificate Hash**: `cert123`",
    ],
)
def test_what_tells_of_a_hash_gives_none(text: str) -> None:
    assert verdicts(hash_statements(case(f"# Report\n\n{text}\n"))) == []


def test_a_digest_that_several_runs_gave_is_none_of_the_document() -> None:
    rows = f"| Run | Certificate |\n|---|---|\n| 1 | `{REAL[:8]}...` |\n| 2 | `{REAL[:8]}...` |\n"
    assert verdicts(hash_statements(case(f"# Report\n\n{rows}\n**Certificate Hash**: `{REAL}`\n"))) == [(8, OPEN)]


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256"])
def test_a_digest_of_nothing_is_told(algorithm: str) -> None:
    empty = hashlib.new(algorithm, usedforsecurity=False).hexdigest()
    (one,) = hash_statements(case(f"# Report\n\n- **Signature Hash:** `{empty}`\n"))
    assert one.message == "`Signature Hash` is the hash of no data at all."


@pytest.mark.parametrize(
    "text",
    [
        f"**Certificate Hash:** `sha256:{REAL}` (example only)",
        f"**Certificate Hash:** `{REAL}`\n**Transaction Hash:** `0x{REAL[::-1]}`",
    ],
)
def test_a_digest_of_an_example_or_beside_others_is_left_open(text: str) -> None:
    assert [verdict for _, verdict in verdicts(hash_statements(case(f"# Report\n\n{text}\n")))] == [OPEN]


@pytest.mark.parametrize(
    "text",
    [
        f"- **Team ID:** 9SXL4GJ4TZ\n- **Certificate Hash:** {REAL[:40].upper()}",
        f"**Package Name:** `com.example.app`\n**Current Certificate Hash:** `{REAL[:40]}`",
        "Integrity hash: same. Pass.",
    ],
)
def test_certificates_of_apps_and_states_of_a_hash_are_no_hash_of_a_document(text: str) -> None:
    assert verdicts(hash_statements(case(f"# Report\n\n{text}\n"))) == []


def test_a_variable_stands_for_a_hash_that_is_left_open() -> None:
    text = "# Report\n\n- **Report hash:** `$REPORT_HASH`\n"
    assert [verdict for _, verdict in verdicts(hash_statements(case(text)))] == [OPEN]


def test_a_hash_of_this_report_is_one_of_the_document() -> None:
    text = f"# Report\n\n**Verification Hash** (of this report):\n```\nsha256:{REAL}\n```\n"
    assert [verdict for _, verdict in verdicts(hash_statements(case(text)))] == [BAD]


@pytest.mark.parametrize(
    "text",
    [
        f"| Contract | `0x{REAL[:40]}` |\n| Certificate hash | `{REAL}` |",
        f"- **Run ID:** `run-7`\n- **Document fingerprint:** `{REAL}`",
        f"- **Issuer:** R3 (Let's Encrypt)\n- **Certificate Hash:** {REAL}",
        "- **Report File:** `result.txt`\n- **Integrity Hash:** `hash_of_result.txt` (SHA-256)",
        "**Document Hash**: `sha3-256:` (computed when it is released)",
        "| Integrity Hash | `[AUTO]` | Proof |",
        "```\naudit_trail_hash: 'hmac_...'\n```",
        "| Authorization Hash | 16 hex chars (8 bytes) | Public |",
        "**Attestation Hash**: `SHA256(THE_REPORT) = <computed when it is sealed>`",
        "- **Document Hash**: Digital fingerprint (SHA-256)",
        "**Certificate hash:** SHA-256 of the whole text from its header on",
        "| Name | Before | After |\n|---|---|---|\n| Certificate hash | `78678c40...` | `2431878b...` |",
        "| Name | Where | Why |\n|---|---|---|\n| Certificate hash | On paper | It proves something |",
    ],
)
def test_what_is_no_hash_of_the_document_accuses_nobody(text: str) -> None:
    assert BAD not in [verdict for _, verdict in verdicts(hash_statements(case(f"# Report\n\n{text}\n")))]


@pytest.mark.parametrize(
    "text",
    [
        f"**Digital Signature**: SHA256:{REAL[:40]}",
        f"**Report Hash**: md5:{REAL}",
        "**Document Checksum:** 7 chapters, 120 lines, complete",
        "| Certificate Hash | SHA256:approved-for-release | ✅ |",
        f"| Certificate Hash | SHA256:{REAL[:20]} | ✅ |",
    ],
)
def test_a_value_that_its_algorithm_does_not_give(text: str) -> None:
    assert [verdict for _, verdict in verdicts(hash_statements(case(f"# Report\n\n{text}\n")))] == [BAD]
