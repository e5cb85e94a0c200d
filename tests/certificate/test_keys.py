"""Keys in every form that people keep them in, and clear words for those that do not fit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from auditor.certificate.keys import (
    generate,
    load_public_key,
    load_signer,
    openssh_fingerprint,
    openssh_text,
    public_text,
)
from auditor.errors import UserError
from auditor.repo.key_file import read_key_file
from auditor.repo.publish import write_new

AnyKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | dsa.DSAPrivateKey | Ed448PrivateKey | Ed25519PrivateKey
ELLIPTIC = ec.generate_private_key(ec.SECP256R1())
OF_ANOTHER_KIND = ELLIPTIC.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem(key: AnyKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


ENCRYPTED_BY_OPENSSH = b"""-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABCB8YExB1
eLOl0XLMVH51nNAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIEm8L21v091wrOQ6
7k++sBpkVfTsBCnXJCHiUMV+3iayAAAAkIyTfakbzjNAbx6/DSKM9OmWL+NA8w5YNfRiIJ
ExyNdnpJDCj7kf/VsxWtrJi7SupoEovJoDXZrT6QyA1PDTeKD9bUNUCvV8GJja0dL5+V+D
mr6EiBm01IWNDrihKp1UTiAdE1HyyOmXzJHxNcEKHhp+fYA0VXJJ8hPe7ri5O5dKaz4F0D
vq01RFKN/bFR7B+Q==
-----END OPENSSH PRIVATE KEY-----
"""
"""Made for this test with ``ssh-keygen -t ed25519 -N right``; signs nothing."""


def openssh() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


def test_a_new_pair_belongs_together() -> None:
    pair = generate()
    assert load_signer(pair.private).public_key.keyid == load_public_key(pair.public).keyid == pair.keyid
    assert generate().keyid != pair.keyid
    assert public_text(load_public_key(pair.public)) == pair.public


@pytest.mark.parametrize(
    ("content", "passphrase"),
    [(generate().private, None), (generate(b"correct horse").private, b"correct horse"), (openssh(), None)],
)
def test_both_formats_are_read(content: bytes, passphrase: bytes | None) -> None:
    for form in (content, content.replace(b"\n", b"\r\n"), content.strip().replace(b"\n", b"\\n"), b"\n" + content):
        signer = load_signer(form, passphrase=passphrase)
        assert signer.sign(b"data").keyid == signer.public_key.keyid


def test_an_openssh_public_key_is_read() -> None:
    key = Ed25519PrivateKey.generate()
    line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH) + b" ci@shop\n"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert load_public_key(line).keyid == load_signer(private).public_key.keyid


@pytest.mark.parametrize(
    ("content", "passphrase", "words"),
    [
        (OF_ANOTHER_KIND, None, "another kind than Ed25519"),
        (b"hello", None, "no private key"),
        (b"", None, "no private key"),
        (b"\xff\x00", b"x", "no private key"),
        (generate().public, None, "no private key"),
        (generate(b"right").private, b"wrong", "passphrase is wrong"),
        (generate(b"right").private, None, "needs its passphrase"),
        (generate().private, b"vain", "has no passphrase"),
        (ENCRYPTED_BY_OPENSSH, b"wrong", "passphrase is wrong"),
        (ENCRYPTED_BY_OPENSSH, None, "needs its passphrase"),
        (generate().private.replace(b"M", b"N"), None, "damaged"),
    ],
)
def test_what_does_not_sign_is_refused(content: bytes, passphrase: bytes | None, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        load_signer(content, passphrase=passphrase, source="ci.key")
    assert str(caught.value).startswith("ci.key: ")
    assert caught.value.remedy


def test_a_key_that_openssh_encrypted_opens_with_its_passphrase() -> None:
    signer = load_signer(ENCRYPTED_BY_OPENSSH, passphrase=b"right")
    assert signer.public_key.keytype == "ed25519"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (public_pem(ec.generate_private_key(ec.SECP384R1())), "of a kind that is not accepted"),
        (public_pem(ec.generate_private_key(ec.SECP256K1())), "of a kind that is not accepted"),
        (public_pem(rsa.generate_private_key(65537, 1024)), "of a kind that is not accepted"),
        (public_pem(dsa.generate_private_key(2048)), "of a kind that is not accepted"),
        (public_pem(Ed448PrivateKey.generate()), "of a kind that is not accepted"),
        (generate().private, "this is a private key"),
        (b"ssh-ed25519 AAAA", "no public key"),
        (b"\xff", "no public key"),
    ],
)
def test_what_does_not_verify_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(UserError, match=words):
        load_public_key(content)


@pytest.mark.parametrize(
    ("key", "scheme"),
    [
        (Ed25519PrivateKey.generate(), "ed25519"),
        (ELLIPTIC, "ecdsa-sha2-nistp256"),
        (rsa.generate_private_key(65537, 2048), "rsassa-pss-sha256"),
    ],
)
def test_three_kinds_of_public_keys_are_accepted_each_with_one_scheme(key: AnyKey, scheme: str) -> None:
    pem = load_public_key(public_pem(key))
    line = load_public_key(key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH) + b" ci@shop\n")
    assert pem.scheme == line.scheme == scheme
    assert pem.keyid == line.keyid
    assert public_text(pem) == public_pem(key)
    assert load_public_key(openssh_text(pem).encode()).keyid == pem.keyid


def test_the_fingerprint_is_that_of_openssh() -> None:
    # What ``ssh-keygen -l`` printed for this key.
    line = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEm8L21v091wrOQ67k++sBpkVfTsBCnXJCHiUMV+3iay"
    assert openssh_fingerprint(load_public_key(line)) == "SHA256:WfaG0VZMeUIjTzQq+5IzBqK2LAZpCiJwsZDgXJxo30w"


def test_a_key_file_that_others_can_read_is_warned_about(tmp_path: Path) -> None:
    path = tmp_path / "ci.key"
    write_new(path, generate().private, 0o600)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key_file(path).warning == ""
    path.chmod(0o644)
    assert "can be read by other users" in read_key_file(path).warning


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "ci.key"
    write_new(path, b"first", 0o600)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    for target in (path, link):
        with pytest.raises(UserError, match="there is a file already"):
            write_new(target, b"second", 0o600)
    assert path.read_bytes() == b"first"
    with pytest.raises(UserError, match="cannot write"):
        write_new(tmp_path / "missing/ci.key", b"x", 0o600)


def test_what_is_no_key_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "large").write_bytes(b"x" * 100_000)
    os.mkfifo(tmp_path / "pipe")
    for name in ("missing", "empty", "large", "."):
        with pytest.raises(UserError):
            read_key_file(tmp_path / name)
