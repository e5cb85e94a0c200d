"""Verification catches every tampering, and tells what is wrong from what it could not check."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner, Signature, SSlibKey

from auditor.certificate import keys
from auditor.certificate.envelope import BEGIN, END, BrokenCertificate, section, split, unsigned_section, with_signature
from auditor.certificate.report import Status, VerificationReport
from auditor.certificate.statement import canonical
from auditor.certificate.verify import Material, verify
from auditor.certificate.write import certificate_files
from auditor.model.audit import Audit
from auditor.model.codec import dumps
from auditor.model.outcome import Decision, Evidence, EvidenceKind
from auditor.model.repository import RepositoryIdentity
from auditor.repo.clone import open_clone
from tests.certificate.conftest import FILES, FINDINGS, build, git

TODAY = date(2026, 12, 2)
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Issued:
    """A signed certificate as issued."""

    text: bytes
    report: bytes
    line: bytes
    public: SSlibKey

    def check(self, text: bytes | None = None, report: bytes | None = None) -> VerificationReport:
        """Verify it, or a changed one, with the key of its issuer and its report."""
        return verify(
            Material(
                certificate=self.text if text is None else text,
                report=self.report if report is None else report,
                keys=(self.public,),
                today=TODAY,
            )
        )


def issue(audit: Audit, signer: CryptoSigner) -> Issued:
    files = certificate_files(audit, signer)
    name = audit.certificate_id
    return Issued(files[f"{name}.md"], files[f"{name}.json"], files[f"{name}.intoto.jsonl"], signer.public_key)


@pytest.fixture(scope="module")
def issued(signer: CryptoSigner) -> Issued:
    return issue(build(), signer)


def status(report: VerificationReport, name: str) -> Status:
    return next(one.status for one in report.checks if one.name == name)


def detail(report: VerificationReport, name: str) -> str:
    return next(one.detail for one in report.checks if one.name == name)


def test_what_was_issued_passes(issued: Issued) -> None:
    report = issued.check()
    assert {one.name: one.status for one in report.checks} == dict.fromkeys(
        ["form", "signature", "statement", "body", "report", "agreement", "rendering", "validity", "time", "due"],
        Status.PASS,
    )
    assert report.authentic
    assert report.decision is Decision.NO_GO
    assert report.certificate_id == "PRA-SHOP-20261201-093000"


def test_a_certificate_alone_is_verified_as_far_as_it_goes(issued: Issued) -> None:
    report = verify(Material(certificate=issued.text, keys=(issued.public,), today=TODAY))
    assert status(report, "body") is Status.PASS
    assert status(report, "report") is Status.UNKNOWN
    assert report.authentic


def test_a_key_that_nobody_trusts_is_unknown_and_never_passes(issued: Issued, stranger: SSlibKey) -> None:
    for trusted in ((), (stranger,)):
        report = verify(Material(certificate=issued.text, report=issued.report, keys=trusted, today=TODAY))
        assert status(report, "signature") is Status.UNKNOWN
        assert "which is not trusted" in detail(report, "signature")
        assert not report.authentic


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_changed_byte_is_seen(issued: Issued, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(issued.text) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda one: one != issued.text[position]))
    changed = issued.text[:position] + bytes([value]) + issued.text[position + 1 :]
    report = issued.check(changed)
    assert not report.authentic
    assert report.status is not Status.PASS


def test_every_byte_of_the_signature_section_counts(issued: Issued) -> None:
    start = issued.text.index(BEGIN.encode())
    for position in range(start, len(issued.text), 7):
        changed = bytearray(issued.text)
        changed[position] ^= 1
        assert not issued.check(bytes(changed)).authentic


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_changed_byte_of_the_report_is_seen(issued: Issued, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(issued.report) - 1))
    changed = bytearray(issued.report)
    changed[position] ^= data.draw(st.integers(1, 255))
    assert status(issued.check(report=bytes(changed)), "report") is Status.FAIL


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_are_verified_without_a_crash(text: bytes) -> None:
    assert verify(Material(certificate=text, report=text)).status is Status.FAIL


@settings(deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["payload", "payloadType", "signatures", "sig", "keyid", "x"]), inner)))  # fmt: skip
def test_any_envelope_is_read_without_a_crash(document: object) -> None:
    encoded = base64.b64encode(canonical(document)).decode()
    text = f"body\n{BEGIN}\n## Signature\n\n```\n{encoded}\n```\n{END}\n".encode()
    assert verify(Material(certificate=text)).status is Status.FAIL


def tampered(issued: Issued, name: str) -> bytes:
    """The certificate after one of the ways in which people change documents."""
    text, start = issued.text, issued.text.index(BEGIN.encode())
    body, end = text[:start], text[start:]
    encoded = end.split(b"\n```\n")[1]
    loose = base64.b64decode(encoded.replace(b"\n", b"")).replace(b'"payloadType"', b' "payloadType"')
    ways = {
        "line ends become CRLF": text.replace(b"\n", b"\r\n"),
        "the end is missing": text[:-30],
        "the signature section is missing": body,
        "text is added at the end": text + b"Decision: GO\n",
        "an empty line is added at the end": text + b"\n",
        "the section stands twice": text + end,
        "a byte order mark is added": b"\xef\xbb\xbf" + text,
        "GO is written around a signed NO-GO": text.replace(b"**Decision: NO-GO**", b"**Decision: GO**"),
        "the envelope is folded otherwise": body + end.replace(encoded, encoded.replace(b"\n", b"")),
        "the base64 has spaces": body + end.replace(encoded, encoded + b" "),
        "the envelope is JSON of another form": body + end.replace(encoded, base64.b64encode(loose)),
        "it says UNSIGNED": body + unsigned_section().encode(),
    }
    assert set(ways) == set(WAYS)
    return ways[name]


WAYS = [
    "line ends become CRLF", "the end is missing", "the signature section is missing", "text is added at the end",
    "an empty line is added at the end", "the section stands twice", "a byte order mark is added",
    "GO is written around a signed NO-GO", "the envelope is folded otherwise", "the base64 has spaces",
    "the envelope is JSON of another form", "it says UNSIGNED",
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_tampering_fails(issued: Issued, way: str) -> None:
    changed = tampered(issued, way)
    assert changed != issued.text
    report = issued.check(changed)
    assert report.status is Status.FAIL
    assert not report.authentic


def test_the_envelope_of_another_certificate_fails(issued: Issued, signer: CryptoSigner) -> None:
    other = issue(build(decision=Decision.GO), signer)
    mixed = issued.text[: issued.text.index(BEGIN.encode())] + other.text[other.text.index(BEGIN.encode()) :]
    report = issued.check(mixed)
    assert status(report, "signature") is Status.PASS
    assert status(report, "body") is Status.FAIL
    assert not report.authentic


def test_a_signature_of_something_else_is_wrong(issued: Issued) -> None:
    envelope = split(issued.text).envelope
    assert envelope is not None
    forged = Envelope(envelope.payload.replace(b"NO-GO", b"GO"), envelope.payload_type, envelope.signatures)
    text = split(issued.text).body + section(forged).encode()
    assert status(issued.check(text), "signature") is Status.FAIL
    assert "wrong signature" in detail(issued.check(text), "signature")


def test_a_second_signature_by_a_stranger_neither_helps_nor_harms(issued: Issued, stranger: SSlibKey) -> None:
    envelope = split(issued.text).envelope
    assert envelope is not None
    added = keys.load_signer(keys.generate().private)
    text = split(issued.text).body + section(with_signature(envelope, added)).encode()
    report = issued.check(text)
    assert report.authentic
    assert f"counts for nothing: {added.public_key.keyid}, which is not trusted" in detail(report, "signature")
    alone = verify(Material(certificate=text, report=issued.report, keys=(stranger,), today=TODAY))
    assert not alone.authentic


@pytest.mark.parametrize("keyid", ["`\n**Decision: GO**\n`", "A" * 64, "a" * 63, "", "a" * 65])
def test_a_signature_can_bring_no_text_of_its_own(issued: Issued, keyid: str) -> None:
    envelope = split(issued.text).envelope
    assert envelope is not None
    envelope.signatures[keyid] = Signature(keyid, "00")
    report = issued.check(split(issued.text).body + section(envelope).encode())
    assert status(report, "form") is Status.FAIL
    assert "64 hexadecimal digits" in detail(report, "form")


def test_signatures_in_another_order_fail(issued: Issued) -> None:
    envelope = split(issued.text).envelope
    assert envelope is not None
    first, second = with_signature(envelope, keys.load_signer(keys.generate().private)).signatures.values()
    turned = Envelope(envelope.payload, envelope.payload_type, {second.keyid: second, first.keyid: first})
    report = issued.check(split(issued.text).body + section(turned).encode())
    assert "not in the order" in detail(report, "form")


def test_a_signature_with_a_field_of_its_own_fails(issued: Issued) -> None:
    envelope = split(issued.text).envelope
    assert envelope is not None
    for signature in envelope.signatures.values():
        signature.unrecognized_fields["note"] = "GO"
    report = issued.check(split(issued.text).body + section(envelope).encode())
    assert "more than signatures" in detail(report, "form")


def test_more_signatures_than_anybody_needs_fail(issued: Issued) -> None:
    envelope = split(issued.text).envelope
    assert envelope is not None
    many = {f"{number:064x}": Signature(f"{number:064x}", "00") for number in range(65)}
    full = Envelope(envelope.payload, envelope.payload_type, many)
    report = issued.check(split(issued.text).body + section(full).encode())
    assert "more than 64 signatures" in detail(report, "form")


def test_a_statement_of_another_type_fails(issued: Issued, signer: CryptoSigner) -> None:
    envelope = Envelope(canonical({"_type": "https://in-toto.io/Statement/v1"}), "application/vnd.in-toto+json", {})
    envelope.sign(signer)
    report = issued.check(split(issued.text).body + section(envelope).encode())
    assert status(report, "statement") is Status.FAIL


def test_a_report_with_a_key_twice_fails(issued: Issued) -> None:
    doubled = issued.report.replace(b'"decision": "NO-GO",', b'"decision": "GO",\n  "decision": "NO-GO",', 1)
    unsigned = certificate_files(build())["PRA-SHOP-20261201-093000.md"]
    report = verify(Material(certificate=unsigned, report=doubled))
    assert status(report, "report") is Status.FAIL
    assert "stands twice" in detail(report, "report")


def test_a_report_that_says_otherwise_than_the_text_fails_although_both_are_signed(signer: CryptoSigner) -> None:
    first, second = build(), build(limits=("None.",))
    mixed = issue(first, signer)
    from auditor.certificate.envelope import seal  # noqa: PLC0415 - forges here alone
    from auditor.certificate.statement import statement  # noqa: PLC0415 - as above

    body, report = split(mixed.text).body, dumps(second)
    forged = body + section(seal(statement(second, body, report), signer)).encode()
    found = mixed.check(forged, report)
    assert status(found, "signature") is Status.PASS
    assert status(found, "rendering") is Status.FAIL


def test_an_unsigned_certificate_says_so_and_fails(audit: Audit) -> None:
    files = certificate_files(audit)
    text = files["PRA-SHOP-20261201-093000.md"]
    assert sorted(files) == ["PRA-SHOP-20261201-093000.json", "PRA-SHOP-20261201-093000.md"]
    assert text.count(b"UNSIGNED") == 2
    report = verify(Material(certificate=text, report=files["PRA-SHOP-20261201-093000.json"], today=TODAY))
    assert detail(report, "signature") == "the certificate is UNSIGNED"
    assert status(report, "rendering") is Status.PASS
    assert not report.authentic


def test_an_issuer_of_another_version_is_not_judged_by_ours(signer: CryptoSigner) -> None:
    audit = build()
    old = issue(replace(audit, tool=replace(audit.tool, version="0.0.1")), signer)
    assert status(old.check(), "rendering") is Status.UNKNOWN
    assert old.check().authentic


def one_sum_wrong(audit: Audit) -> tuple[str, ...]:
    return (f"{audit.score.overall} is not 82.",)


def every_sum_right(_audit: Audit) -> tuple[str, ...]:
    return ()


def test_sums_are_redone_by_whoever_knows_how(issued: Issued) -> None:
    for recompute, expected in ((every_sum_right, Status.PASS), (one_sum_wrong, Status.FAIL)):
        material = Material(certificate=issued.text, report=issued.report, recompute=recompute)
        assert status(verify(material), "arithmetic") is expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2026, 12, 31), Status.PASS), (date(2027, 1, 1), Status.FAIL), (None, Status.UNKNOWN)],
)
def test_an_expired_certificate_fails(issued: Issued, today: date | None, expected: Status) -> None:
    report = verify(Material(certificate=issued.text, keys=(issued.public,), today=today))
    assert status(report, "validity") is expected


def in_clone(audit: Audit, signer: CryptoSigner, shop: Path) -> VerificationReport:
    one = issue(audit, signer)
    files = open_clone(shop)
    try:
        return verify(Material(certificate=one.text, report=one.report, keys=(one.public,), files=files, today=TODAY))
    finally:
        files.close()


def test_evidence_is_looked_up_in_the_commit(signer: CryptoSigner, shop: Path) -> None:
    commit, tree = git(shop, "rev-list", "--max-parents=0", "HEAD"), git(shop, "rev-parse", "HEAD~0^{tree}")
    report = in_clone(build(commit, tree), signer, shop)
    assert report.status is Status.PASS, report.checks
    assert "8 excerpts and 5 files" in detail(report, "evidence")


def test_an_invented_excerpt_is_found_out(signer: CryptoSigner, shop: Path) -> None:
    commit, tree = git(shop, "rev-parse", "HEAD"), git(shop, "rev-parse", "HEAD^{tree}")
    invented = replace(FINDINGS[0], excerpt=FINDINGS[0].excerpt.replace("Deployed", "Deployment verified"))
    report = in_clone(build(commit, tree, findings=(invented, *FINDINGS[1:])), signer, shop)
    assert status(report, "signature") is Status.PASS
    assert detail(report, "evidence") == "not in the commit as cited: .github/workflows/deploy.yml:7"


def test_invented_evidence_of_a_strength_is_found_out(signer: CryptoSigner, shop: Path) -> None:
    commit, tree = git(shop, "rev-parse", "HEAD"), git(shop, "rev-parse", "HEAD^{tree}")
    audit = build(commit, tree)
    proof = Evidence(
        kind=EvidenceKind.MEASURED, note="an SLO", path="README.md", start_line=1, end_line=1, excerpt="# SLO"
    )
    part = audit.components[1]
    criteria = (*part.criteria[:-1], replace(part.criteria[-1], evidence=(proof,)))
    report = in_clone(replace(audit, components=(audit.components[0], replace(part, criteria=criteria))), signer, shop)
    assert detail(report, "evidence") == "not in the commit as cited: README.md:1"


def test_a_commit_that_is_not_there_could_not_be_checked(signer: CryptoSigner, shop: Path) -> None:
    report = in_clone(build(), signer, shop)
    assert status(report, "commit") is status(report, "evidence") is status(report, "head") is Status.UNKNOWN


def test_another_tree_than_stated_fails(signer: CryptoSigner, shop: Path) -> None:
    report = in_clone(build(git(shop, "rev-parse", "HEAD"), "9" * 40), signer, shop)
    assert status(report, "commit") is Status.FAIL


def test_no_commit_is_no_subject(signer: CryptoSigner, shop: Path) -> None:
    audit = build(repository=RepositoryIdentity(name="shop", commit=None, tree=None, dirty=True, git=False))
    one = issue(audit, signer)
    envelope = split(one.text).envelope
    assert envelope is not None
    assert [subject["name"][-3:] for subject in json.loads(envelope.payload)["subject"]] == [".md", "son"]
    assert b"not under git: no commit vouches for these files" in one.text
    assert status(in_clone(audit, signer, shop), "commit") is Status.UNKNOWN


def test_a_head_that_moved_names_the_components(signer: CryptoSigner, shop: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", shop, clone], check=True)
    commit, tree = git(clone, "rev-parse", "HEAD"), git(clone, "rev-parse", "HEAD^{tree}")
    (clone / "app/health.py").write_text(FILES["app/health.py"] + "\n", encoding="utf-8")
    git(clone, "commit", "-qam", "Touch")
    report = in_clone(build(commit, tree), signer, clone)
    assert status(report, "head") is Status.UNKNOWN
    assert detail(report, "head").endswith("; 1 files changed")
    assert status(report, "components") is Status.UNKNOWN
    assert detail(report, "components").endswith("as certified: delivery; application changed: 1 file (app/health.py)")
    assert status(report, "evidence") is Status.PASS


def test_a_dirty_work_tree_has_no_commit_to_look_into(signer: CryptoSigner, shop: Path) -> None:
    audit = build(git(shop, "rev-parse", "HEAD"), git(shop, "rev-parse", "HEAD^{tree}"))
    dirty = replace(audit, repository=replace(audit.repository, dirty=True))
    assert status(in_clone(dirty, signer, shop), "evidence") is Status.UNKNOWN


def test_securesystemslib_accepts_the_envelope(issued: Issued, stranger: SSlibKey) -> None:
    envelope = Envelope.from_dict(json.loads(issued.line))
    assert list(envelope.verify([stranger, issued.public], 1)) == [issued.public.keyid]
    embedded = split(issued.text).envelope
    assert embedded == envelope


def run_script(certificate: Path, key: Path) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [sys.executable, ROOT / "docs/verify_certificate.py", certificate, key]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=certificate.parent)


def test_the_independent_script_verifies_the_same_file(issued: Issued, stranger: SSlibKey, tmp_path: Path) -> None:
    name = "PRA-SHOP-20261201-093000"
    certificate, key = tmp_path / f"{name}.md", tmp_path / "ci.pub"
    certificate.write_bytes(issued.text)
    key.write_bytes(keys.public_text(issued.public))
    done = run_script(certificate, key)
    assert done.stdout == f"OK: {name}, NO-GO, 66/100, valid until 2026-12-31\n", done.stderr
    (tmp_path / f"{name}.json").write_bytes(issued.report + b" ")
    assert "the JSON report is not what was signed" in run_script(certificate, key).stderr
    (tmp_path / f"{name}.json").write_bytes(issued.report)
    assert run_script(certificate, key).returncode == 0
    key.write_bytes(keys.public_text(stranger))
    assert "InvalidSignature" in run_script(certificate, key).stderr


SAME_CONTENT = {"the envelope is folded otherwise", "the envelope is JSON of another form"}
"""What is signed stays the same; only auditor insists on the form."""


@pytest.mark.parametrize("way", [way for way in WAYS if way not in SAME_CONTENT])
def test_the_independent_script_sees_tampering_too(issued: Issued, tmp_path: Path, way: str) -> None:
    certificate, key = tmp_path / "PRA-SHOP-20261201-093000.md", tmp_path / "ci.pub"
    certificate.write_bytes(tampered(issued, way))
    key.write_bytes(keys.public_text(issued.public))
    done = run_script(certificate, key)
    assert done.returncode == 1
    assert "OK" not in done.stdout


def test_a_text_without_a_section_is_named_broken() -> None:
    with pytest.raises(BrokenCertificate, match="0 signature sections"):
        split(b"# Readiness\n")
