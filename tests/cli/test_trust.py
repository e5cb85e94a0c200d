"""``auditor verify --trust``: who signed for which role, and every way to pretend that somebody did."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.dsse import Envelope
from securesystemslib.signer import Signature

from auditor.certificate.envelope import BEGIN
from auditor.certificate.keys import load_public_key
from auditor.cli.main import run
from tests.cli.certificates import BOTH, EPOCH, Issued

TODAY = datetime.fromtimestamp(int(EPOCH), UTC).date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
ANY = "require: [{role: ci, count: 1}]\n"


@pytest.fixture
def both(issued: Issued) -> Issued:
    """A certificate that both keys signed."""
    assert run(["sign", str(issued.certificate), "--key", issued.key("rm")]) == 0
    return issued


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Verifies against a trust file; gives what was printed, and the status in its last line."""

    def verify(issued: Issued, trust: str, *options: str) -> str:
        capsys.readouterr()
        status = run(["verify", str(issued.certificate), "--trust", issued.trust(trust), *options])
        captured = capsys.readouterr()
        return f"{captured.out}{captured.err}status {status}"

    return verify


Told = Callable[..., str]


def test_it_says_which_signature_counted_for_which_role(both: Issued, told: Told) -> None:
    shown = told(both, BOTH)
    assert f"ok    trust: role ci: 1 of 1 signed: CI (key {both.keyid('ci')})" in shown
    assert f"ok    trust: role release-manager: 1 of 1 signed: Release (key {both.keyid('rm')})" in shown
    assert shown.endswith("status 0")


def test_trust_that_is_short_fails(issued: Issued, told: Told) -> None:
    shown = told(issued, BOTH)
    assert "FAIL  trust: role release-manager: 0 of 1 signed" in shown
    assert shown.endswith("status 1")


def test_it_is_told_to_machines_too(issued: Issued, told: Told) -> None:
    shown = told(issued, BOTH, "--format", "json")
    (report,) = json.loads(shown.removesuffix("status 1"))
    assert [one["status"] for one in report["checks"] if one["name"] == "trust"] == ["pass", "fail"]
    assert report["verified"] is False


def test_a_signature_that_was_stripped_is_missed(both: Issued, told: Told) -> None:
    envelope = both.envelope()
    del envelope.signatures[both.keyid("rm")]
    both.put(envelope)
    shown = told(both, BOTH)
    assert "ok    form" in shown
    assert "FAIL  trust: role release-manager: 0 of 1 signed" in shown
    assert shown.endswith("status 1")


def test_a_signature_under_the_id_of_another_key_is_wrong(issued: Issued, told: Told) -> None:
    envelope = issued.envelope()
    (own,) = envelope.signatures.values()
    keyid = issued.keyid("rm")
    both = sorted([(own.keyid, own), (keyid, Signature(keyid, own.signature))], key=lambda pair: pair[0])
    issued.put(Envelope(envelope.payload, envelope.payload_type, dict(both)))
    shown = told(issued, BOTH)
    assert f"FAIL  signature: wrong signature: it is not what key Release (key {keyid}) signed" in shown
    assert shown.endswith("status 1")


def test_a_stranger_beside_them_neither_helps_nor_harms(both: Issued, told: Told) -> None:
    assert run(["keys", "generate", both.key("stranger")]) == 0
    assert run(["sign", str(both.certificate), "--key", both.key("stranger")]) == 0
    shown = told(both, BOTH)
    assert f"counts for nothing: {both.keyid('stranger')}, which is not trusted" in shown
    assert shown.endswith("status 0")
    del (envelope := both.envelope()).signatures[both.keyid("rm")]
    both.put(envelope)
    assert told(both, BOTH).endswith("status 1")


ELLIPTIC, RSA = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
PSS = padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH)
ELSEWISE: dict[str, tuple[ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, Callable[[bytes], bytes], bool]] = {
    "ecdsa as it must be": (ELLIPTIC, lambda data: ELLIPTIC.sign(data, ec.ECDSA(SHA256())), True),
    "ecdsa with another digest": (ELLIPTIC, lambda data: ELLIPTIC.sign(data, ec.ECDSA(SHA512())), False),
    "rsa as it must be": (RSA, lambda data: RSA.sign(data, PSS, SHA256()), True),
    "rsa with the older padding": (RSA, lambda data: RSA.sign(data, padding.PKCS1v15(), SHA256()), False),
    "rsa with another digest": (
        RSA,
        lambda data: RSA.sign(data, padding.PSS(padding.MGF1(SHA512()), padding.PSS.DIGEST_LENGTH), SHA512()),
        False,
    ),
}


@pytest.mark.parametrize("way", ELSEWISE)
def test_the_key_alone_says_with_which_algorithm(issued: Issued, told: Told, way: str) -> None:
    key, sign, accepted = ELSEWISE[way]
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (issued.folder / "other.pub").write_bytes(pem)
    keyid = load_public_key(pem).keyid
    envelope = issued.envelope()
    issued.put(Envelope(envelope.payload, envelope.payload_type, {keyid: Signature(keyid, sign(envelope.pae()).hex())}))
    shown = told(issued, "version: 1\nkeys: [{name: KMS, role: ci, path: other.pub}]\n" + ANY)
    assert shown.endswith("status 0") is accepted
    assert ("wrong signature" in shown) is not accepted


@pytest.mark.parametrize("field", ["scheme", "keytype", "alg", "cert"])
def test_an_envelope_cannot_name_an_algorithm(issued: Issued, told: Told, field: str) -> None:
    envelope = issued.envelope()
    for signature in envelope.signatures.values():
        signature.unrecognized_fields[field] = "none"
    issued.put(envelope)
    shown = told(issued, BOTH)
    assert "FAIL  form: the envelope cannot be read" in shown or "FAIL  form: the envelope holds more" in shown
    assert shown.endswith("status 1")


def rewritten(issued: Issued, change: Callable[[bytes], bytes]) -> None:
    """Put a changed JSON of the envelope into the certificate, folded as it must be."""
    text = issued.certificate.read_bytes()
    start = text.index(BEGIN.encode())
    before, encoded, behind = text[start:].split(b"\n```\n")
    raw = change(base64.b64decode(encoded.replace(b"\n", b"")))
    again = base64.b64encode(raw)
    folded = b"\n".join(again[at : at + 100] for at in range(0, len(again), 100))
    issued.certificate.write_bytes(text[:start] + b"\n```\n".join((before, folded, behind)))


WAYS: dict[str, Callable[[bytes], bytes]] = {
    "base64 with letters that urls use": lambda raw: raw.replace(b"+", b"-").replace(b"/vnd", b"!").replace(b"/", b"_").replace(b"!", b"/vnd"),
    "base64 with bits behind its end": lambda raw: raw.replace(b'=="}]', b'=="}]').replace(b'Q=="}', b'R=="}').replace(b'w=="}', b'x=="}').replace(b'g=="}', b'h=="}').replace(b'A=="}', b'B=="}'),
    "payload twice": lambda raw: raw.replace(b'"payloadType"', b'"payload":"e30=","payloadType"'),
    "signatures twice": lambda raw: raw.replace(b'"signatures":', b'"signatures":[],"signatures":'),
    "a key id twice in one signature": lambda raw: raw.replace(b'"keyid":', b'"keyid":"' + b"0" * 64 + b'","keyid":'),
    "one key with two signatures": lambda raw: raw.replace(b"]}", b"," + raw[raw.index(b"[") + 1 : -2] + b"]}"),
    "blanks": lambda raw: raw.replace(b'":"', b'": "'),
    "another field": lambda raw: raw.replace(b'{"payload"', b'{"a":1,"payload"'),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_there_is_one_way_to_write_an_envelope(issued: Issued, told: Told, way: str) -> None:
    envelope = issued.envelope()  # a signature that needs every odd letter of base64 makes it the same test each time
    stranger = "f" * 64
    envelope.signatures[stranger] = Signature(stranger, "ff" * 64)
    issued.put(envelope)
    before = issued.certificate.read_bytes()
    rewritten(issued, lambda raw: raw)
    assert issued.certificate.read_bytes() == before
    rewritten(issued, WAYS[way])
    assert issued.certificate.read_bytes() != before
    shown = told(issued, BOTH)
    assert "FAIL  form: " in shown
    assert shown.endswith("status 1")


def test_a_key_is_trusted_for_certificates_of_its_days(issued: Issued, told: Told) -> None:
    for valid, status in (
        (f"from: {TODAY}, until: {TODAY}", 0),
        (f"until: {YESTERDAY}", 1),
        (f"from: {TOMORROW}", 1),
    ):
        entry = f'version: 1\nkeys: [{{name: CI, role: ci, key: "{{ci}}", valid: {{{valid}}}}}]\n{ANY}'
        assert told(issued, entry).endswith(f"status {status}"), valid


def test_a_new_key_takes_over_from_an_old_one(both: Issued, told: Told) -> None:
    rotated = f"""version: 1
keys:
  - {{name: CI until yesterday, role: ci, key: "{{ci}}", valid: {{until: {YESTERDAY}}}}}
  - {{name: CI from today, role: ci, key: "{{rm}}", valid: {{from: {TODAY}}}}}
{ANY}"""
    shown = told(both, rotated)
    assert "role ci: 1 of 1 signed: CI from today" in shown
    assert f"counts for nothing: CI until yesterday (key {both.keyid('ci')}): valid until {YESTERDAY}" in shown
    assert shown.endswith("status 0")


@pytest.mark.parametrize(
    ("day", "compromised", "status"), [(TODAY, "", 1), (TOMORROW, "", 0), (TOMORROW, ", compromised: true", 1)]
)
def test_a_revoked_key(issued: Issued, told: Told, day: object, compromised: str, status: int) -> None:
    revoked = f"revoked: {{on: {day}, reason: laptop lost{compromised}}}"
    shown = told(issued, f'version: 1\nkeys: [{{name: CI, role: ci, key: "{{ci}}", {revoked}}}]\n{ANY}')
    assert shown.endswith(f"status {status}")
    assert ("laptop lost" in shown) is (status == 1)


def test_one_key_fills_two_roles_only_where_that_is_said(issued: Issued, told: Told) -> None:
    twice = "require: [{role: ci, count: 1}, {role: release-manager, count: 1}]\n"
    alone = 'version: 1\nkeys:\n- {name: CI, role: ci, key: "{ci}"}\n- {name: R, role: release-manager, key: "{rm}"}\n'
    assert told(issued, alone + twice).endswith("status 1")
    said = 'version: 1\nkeys: [{name: CI, roles: [ci, release-manager], key: "{ci}"}]\n'
    shown = told(issued, said + twice)
    assert shown.count(f"1 of 1 signed: CI (key {issued.keyid('ci')})") == 2
    assert shown.endswith("status 0")


CYRILLIC = "\u0421\u0406"
"""Looks like CI."""


def test_a_name_in_another_script_is_shown_with_its_code_points(issued: Issued, told: Told) -> None:
    shown = told(issued, f'version: 1\nkeys: [{{name: "{CYRILLIC}", role: ci, key: "{{ci}}"}}]\n{ANY}')
    assert rf"{CYRILLIC} [\u0421\u0406] (key " in shown


def test_a_trust_file_of_the_audited_repository_is_not_looked_for(
    issued: Issued, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = issued.folder / "repository" / ".auditor"
    own.mkdir()
    Path(issued.trust(f'version: 1\nkeys: [{{name: CI, role: ci, key: "{{ci}}"}}]\n{ANY}')).rename(own / "trust.yaml")
    monkeypatch.chdir(own.parent)
    asked = ["verify", str(issued.certificate), "--repo", "."]
    assert run(asked) == 1
    assert "which is not trusted" in capsys.readouterr().out
    assert run([*asked, "--trust", ".auditor/trust.yaml"]) == 0


def test_a_key_and_a_trust_file_do_not_go_together(issued: Issued, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["verify", str(issued.certificate), "--key", issued.key("ci.pub"), "--trust", issued.trust(BOTH)]
    assert run(asked) == 2
    assert "do not go together" in capsys.readouterr().err


def test_a_trust_file_that_is_not_there_or_no_file(issued: Issued, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (issued.folder / "absent.yaml", issued.folder):
        assert run(["verify", str(issued.certificate), "--trust", str(path)]) == 2
        assert f"error: {path}: " in capsys.readouterr().err


def test_an_entry_is_written_for_a_key(issued: Issued, told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    asked = ["keys", "trust", issued.key("ci.pub"), "--name", 'The "CI"', "--role", "ci", "--until", str(TODAY)]
    assert run(asked) == 0
    entry = capsys.readouterr().out
    assert told(issued, f"version: 1\nkeys:\n{entry}{ANY}").endswith("status 0")


@pytest.mark.parametrize("wrong", [("--role", "CI"), ("--role", "ci", "--until", "soon")])
def test_an_entry_that_a_trust_file_would_refuse_is_refused(issued: Issued, wrong: tuple[str, ...]) -> None:
    assert run(["keys", "trust", issued.key("ci.pub"), "--name", "CI", *wrong]) == 2
