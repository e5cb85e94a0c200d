"""Hashes that documents give of themselves."""

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.check.case import Case
from auditor.check.digest import hash_statements
from auditor.check.statement import Verdict
from tests.check.cases import document

BODY = "# Certificate\n\n**Decision**: GO\n\n## Signature\n\nAgent: somebody\n"
SHA = hashlib.sha256(b"nothing of this document").hexdigest()


def judged(text: str) -> list[Verdict]:
    return [one.verdict for one in hash_statements(Case(document=document(text)))]


def of(value: str, label: str = "Certificate Hash") -> list[Verdict]:
    return judged(f"{BODY}{label}: {value}\n")


@pytest.mark.parametrize(
    "value",
    [
        "SHA256-CERT-REVIEW-20250831",
        "sha256-operational-readiness-assessment",
        "sha256:not-a-hash",
        "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b2",
        "0123456789abcdef" * 4,
        "deadbeef" * 8,
        "0" * 64,
        "a3f5b2c9",
        "9f86d081884c7d65...",
        SHA,
        SHA[:63],
        f"sha256:{SHA}",
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_what_is_no_hash_of_the_document_is_found(value: str) -> None:
    assert of(value) == [Verdict.CONTRADICTED]


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha384", "sha512", "sha3_256", "blake2b"])
@pytest.mark.parametrize("cut", [BODY, BODY.strip(), BODY.replace("\n", "\r\n"), BODY[: BODY.index("## Sig")].strip()])
def test_a_hash_of_an_obvious_cut_is_accepted(algorithm: str, cut: str) -> None:
    assert of(hashlib.new(algorithm, cut.encode()).hexdigest()) == [Verdict.SUPPORTED]


@settings(deadline=None)  # the first call loads what the others share
@given(st.text(alphabet="abc *#-\n", max_size=200))
def test_the_hash_of_the_text_above_it_is_never_accused(text: str) -> None:
    body = f"# Certificate\n{text}\n\n## Signature\n"
    digest = hashlib.sha256(body.encode()).hexdigest()
    assert Verdict.CONTRADICTED not in judged(f"{body}Certificate Hash: {digest}\n")


def test_the_beginning_of_a_real_hash_is_accepted() -> None:
    assert of(hashlib.sha256(BODY.encode()).hexdigest()[:16] + "...") == [Verdict.SUPPORTED]


@pytest.mark.parametrize("value", ["pending", "N/A", "[to be computed]", "UNSIGNED", "-"])
def test_a_hash_left_open_is_not_accused(value: str) -> None:
    assert of(value) == [Verdict.UNCHECKABLE]


@pytest.mark.parametrize(
    "line",
    [
        "Commit Hash: 1a2b3c4",
        "**Image digest**: sha256:" + SHA,
        "Password hash: bcrypt",
        "- File hash: " + SHA,
        "Uses SHA-256: yes",
        "The hash of the certificate is checked.",
    ],
)
def test_other_hashes_are_left_alone(line: str) -> None:
    assert judged(f"# Certificate\n\n## Security\n\n{line}\n") == []


def test_a_hash_of_something_unnamed_is_not_accused() -> None:
    assert judged(f"# Release\n\n## Verification\n\nSHA-256: {SHA}\n") == [Verdict.UNCHECKABLE]


def test_the_name_of_a_commit_is_not_accused() -> None:
    case = Case(document=document(f"{BODY}Certificate Hash: {SHA[:40]}\n"), is_object=lambda name: name == SHA[:40])
    assert [one.verdict for one in hash_statements(case)] == [Verdict.UNCHECKABLE]


@pytest.mark.parametrize(
    "text",
    [
        "```\nCertificate Hash: WORDS-ONLY\n```\n",
        "| Certificate Hash | `WORDS-ONLY` |\n",
        "- **Document hash** = `WORDS-ONLY`\n",
        "**Certificate Hash**:\n`WORDS-ONLY`\n",
    ],
)
def test_a_hash_is_found_in_blocks_tables_lists_and_next_lines(text: str) -> None:
    assert judged(f"# Certificate\n\n{text}") == [Verdict.CONTRADICTED]


def test_every_message_shows_what_was_found() -> None:
    (one,) = hash_statements(Case(document=document(f"{BODY}Certificate Hash: {'a1' * 32}\n")))
    assert re.search(r"alternate|different digits|repeats", one.message)


def test_what_a_program_would_print_and_what_a_field_is_for_are_no_hashes() -> None:
    printed = "```\nCertificate Hash: abc123def456ghi789\n```\n"
    assert judged(f"# Report\n\n## Output\n\n{printed}") == [Verdict.CONTRADICTED]
    assert judged(f"# Report\n\n## Log example\n\n{printed}") == []
    assert judged("# Report\n\n- **attestation_hash**: Integrity seal\n") == []
    assert judged("# Report\n\n- **attestation_hash**: integrity-seal\n") == [Verdict.CONTRADICTED]
