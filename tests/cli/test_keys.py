"""``auditor keys``."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from auditor.cli.main import run
from auditor.cli.signing import PASSPHRASE


@pytest.fixture(autouse=True)
def _no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSPHRASE, raising=False)


def _shown(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["keys", "show", str(path)]) == 0
    return capsys.readouterr().out


def test_a_pair_is_written_and_both_halves_show_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = tmp_path / "release.key"
    assert run(["keys", "generate", str(key)]) == 0
    keyid = capsys.readouterr().out.split()[-1]
    assert key.stat().st_mode & 0o777 == 0o600
    private, public = _shown(key, capsys), _shown(tmp_path / "release.key.pub", capsys)
    assert private == public
    assert private.startswith(f"key id   {keyid}\nOpenSSH  SHA256:")
    assert "scheme   ed25519\n\nssh-ed25519 " in private
    assert private.endswith((tmp_path / "release.key.pub").read_text(encoding="ascii"))
    assert "PRIVATE" not in private


@pytest.mark.parametrize("taken", ["k", "k.pub"])
def test_nothing_is_overwritten(taken: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / taken).write_text("mine", encoding="utf-8")
    assert run(["keys", "generate", str(tmp_path / "k")]) == 2
    assert f"{taken}: there is a file already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [taken]
    assert (tmp_path / taken).read_text(encoding="utf-8") == "mine"


def test_an_encrypted_key_wants_its_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "k"
    monkeypatch.setenv(PASSPHRASE, "correct horse")
    assert run(["keys", "generate", "--encrypt", str(key)]) == 0
    assert b"ENCRYPTED" in key.read_bytes()
    assert run(["keys", "show", str(key)]) == 0
    monkeypatch.setenv(PASSPHRASE, "wrong")
    assert run(["keys", "show", str(key)]) == 2
    monkeypatch.delenv(PASSPHRASE)
    assert run(["keys", "show", str(key)]) == 2
    assert PASSPHRASE in capsys.readouterr().err


def test_an_openssh_key_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = Ed25519PrivateKey.generate()
    (tmp_path / "id").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    (tmp_path / "id").chmod(0o600)
    (tmp_path / "id.pub").write_bytes(key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH))
    assert _shown(tmp_path / "id", capsys) == _shown(tmp_path / "id.pub", capsys)


def test_a_private_key_that_others_can_read_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "generate", str(tmp_path / "k")]) == 0
    (tmp_path / "k").chmod(0o644)
    assert run(["keys", "show", str(tmp_path / "k")]) == 0
    assert "can be read by other users" in capsys.readouterr().err


def test_other_keys_and_other_files_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for name, content in (("other", other), ("text", b"hello"), ("empty", b"")):
        (tmp_path / name).write_bytes(content)
        assert run(["keys", "show", str(tmp_path / name)]) == 2
        assert f"error: {tmp_path / name}: " in capsys.readouterr().err
    assert run(["keys", "show", str(tmp_path / "absent")]) == 2
    assert run(["keys", "show", str(tmp_path)]) == 2
