"""``auditor sign``: one more signature, and only on what belongs together."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.cli.main import run
from tests.cli.certificates import EPOCH, Issued, issue

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "verify_certificate.py"


def refused(issued: Issued, capsys: pytest.CaptureFixture[str], key: str = "rm") -> str:
    """What is said when the certificate is not signed; nothing may have changed."""
    before = {path: path.read_bytes() for path in issued.certificate.parent.iterdir()}
    capsys.readouterr()
    assert run(["sign", str(issued.certificate), "--key", issued.key(key)]) == 2
    assert {path: path.read_bytes() for path in issued.certificate.parent.iterdir()} == before
    told = capsys.readouterr().err
    assert "remedy: " in told
    return told


def test_both_keys_are_accepted_each_alone_and_the_envelope_beside_is_the_same(issued: Issued) -> None:
    assert run(["sign", str(issued.certificate), "--key", issued.key("rm")]) == 0
    for name in ("ci", "rm"):
        assert run(["verify", str(issued.certificate), "--key", issued.key(f"{name}.pub")]) == 0
    line = json.loads(issued.line.read_bytes())
    assert [one["keyid"] for one in line["signatures"]] == sorted([issued.keyid("ci"), issued.keyid("rm")])
    assert line == issued.envelope().to_dict()


def test_whoever_signs_first_the_bytes_are_the_same(tmp_path: Path) -> None:
    first = issue(tmp_path / "a", epoch=EPOCH)
    second = first.copy(tmp_path / "b")
    for path in (second.certificate, second.line, second.certificate.with_suffix(".json")):
        path.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        options = ["--no-cache", "--quiet", "--jobs=1", "--out", str(second.folder / "out")]
        assert run(["scan", str(first.folder / "repository"), "--sign", second.key("rm"), *options]) == 0
    assert run(["sign", str(first.certificate), "--key", first.key("rm")]) == 0
    assert run(["sign", str(second.certificate), "--key", second.key("ci")]) == 0
    assert first.certificate.read_bytes() == second.certificate.read_bytes()
    assert first.line.read_bytes() == second.line.read_bytes()


def test_the_independent_script_wants_every_key_that_it_is_given(issued: Issued) -> None:
    command = [sys.executable, str(SCRIPT), str(issued.certificate), issued.key("ci.pub"), issued.key("rm.pub")]
    before = subprocess.run(command, check=False, capture_output=True, text=True)
    assert before.returncode == 1
    assert "not signed by rm.pub" in before.stderr
    assert run(["sign", str(issued.certificate), "--key", issued.key("rm")]) == 0
    after = subprocess.run(command, check=False, capture_output=True, text=True)
    assert after.stdout.startswith(f"OK: {issued.certificate.stem}, GO"), after.stderr
    text = issued.certificate.read_text(encoding="utf-8").replace("Decision: GO", "Decision: Go")
    issued.certificate.write_text(text, encoding="utf-8")
    assert subprocess.run(command, check=False, capture_output=True).returncode == 1


def test_one_key_signs_once(issued: Issued, capsys: pytest.CaptureFixture[str]) -> None:
    assert "has signed this already" in refused(issued, capsys, "ci")


def test_an_edited_text_is_not_signed(issued: Issued, capsys: pytest.CaptureFixture[str]) -> None:
    text = issued.certificate.read_text(encoding="utf-8").replace("Decision: GO", "Decision: Go")
    issued.certificate.write_text(text, encoding="utf-8")
    assert "the text is not what was signed" in refused(issued, capsys)


def test_a_cut_text_is_not_signed(issued: Issued, capsys: pytest.CaptureFixture[str]) -> None:
    issued.certificate.write_bytes(issued.certificate.read_bytes()[:-40])
    assert "signature sections" in refused(issued, capsys)


def test_an_edited_report_is_not_signed(issued: Issued, capsys: pytest.CaptureFixture[str]) -> None:
    report = issued.certificate.with_suffix(".json")
    report.write_bytes(report.read_bytes().replace(b'"decision": "GO"', b'"decision": "NO-GO"'))
    assert "the JSON report is not what was signed" in refused(issued, capsys)


def test_without_its_report_it_is_not_signed(issued: Issued, capsys: pytest.CaptureFixture[str]) -> None:
    issued.certificate.with_suffix(".json").unlink()
    assert "the JSON report is not at hand" in refused(issued, capsys)


def test_the_envelope_of_another_beside_it_is_seen(issued: Issued, capsys: pytest.CaptureFixture[str]) -> None:
    issued.line.write_bytes(issued.line.read_bytes().replace(b'"sig":"', b'"sig":"A'))
    assert "not of this certificate" in refused(issued, capsys)


def test_an_envelope_that_was_lost_is_written_again(issued: Issued) -> None:
    issued.line.unlink()
    assert run(["sign", str(issued.certificate), "--key", issued.key("rm")]) == 0
    assert json.loads(issued.line.read_bytes()) == issued.envelope().to_dict()


def test_an_unsigned_certificate_is_not_signed_later(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unsigned = issue(tmp_path / "unsigned", "--quiet")
    assert "UNSIGNED" in refused(unsigned, capsys)


def test_an_expired_certificate_is_not_signed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "old"
    old = issue(folder, "--sign", str(folder / "ci"), epoch="1600000000")
    assert "it expired on" in refused(old, capsys)


def test_a_key_is_needed(issued: Issued, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sign", str(issued.certificate)]) == 2
    assert "there is no key to sign with" in capsys.readouterr().err


def test_the_key_may_come_from_the_environment(issued: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDITOR_SIGNING_KEY", Path(issued.key("rm")).read_text(encoding="ascii"))
    assert run(["sign", str(issued.certificate)]) == 0
    assert issued.keyid("rm") in issued.envelope().signatures
