"""A decision letter is verified through the certificate that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.cli.main import run
from tests.cli.certificates import Issued

Capture = pytest.CaptureFixture[str]


def letter_of(issued: Issued) -> Path:
    path = issued.folder / "out" / "decision.txt"
    assert run(["report", str(issued.certificate), "--format", f"letter:{path}"]) == 0
    return path


def verified(letter: Path, issued: Issued, capsys: Capture, key: str = "ci.pub") -> tuple[int, str]:
    capsys.readouterr()
    status = run(["verify", str(letter), "--key", issued.key(key)])
    return status, capsys.readouterr().out


def test_a_letter_is_verified_with_its_certificate(issued: Issued, capsys: Capture) -> None:
    status, printed = verified(letter_of(issued), issued, capsys)
    assert status == 0
    assert printed.startswith(f"VERIFIED  GO  {issued.certificate.stem}")
    assert "ok    letter: the letter is what the JSON report says, byte for byte" in printed


def test_a_changed_letter_is_found_out(issued: Issued, capsys: Capture) -> None:
    letter = letter_of(issued)
    letter.write_text(letter.read_text(encoding="utf-8").replace("/100", "/10"), encoding="utf-8")
    status, printed = verified(letter, issued, capsys)
    assert status == 1
    assert printed.startswith("NOT VERIFIED")
    assert "FAIL  letter: the letter is not what the JSON report says" in printed


def test_a_letter_is_worth_no_more_than_its_certificate(issued: Issued, capsys: Capture) -> None:
    letter = letter_of(issued)
    assert verified(letter, issued, capsys, key="rm.pub")[0] == 1
    report = issued.certificate.with_suffix(".json")
    report.write_bytes(report.read_bytes().replace(b'"GO"', b'"NO-GO"', 1))
    status, printed = verified(letter, issued, capsys)
    assert status == 1
    assert "FAIL  report:" in printed


def test_a_letter_without_its_certificate_verifies_nothing(issued: Issued, capsys: Capture) -> None:
    letter = letter_of(issued)
    report = issued.certificate.with_suffix(".json")
    report.unlink()
    status, printed = verified(letter, issued, capsys)
    assert status == 1
    assert "FAIL  letter: the JSON report that it follows from is not at hand" in printed
    certificate = issued.certificate
    certificate.unlink()
    assert run(["verify", str(letter), "--key", issued.key("ci.pub")]) == 2
    assert certificate.name in capsys.readouterr().err


def test_a_letter_cannot_name_a_certificate_elsewhere(issued: Issued, capsys: Capture, tmp_path: Path) -> None:
    letter = tmp_path / "letter.md"
    letter.write_text(
        f"<!-- auditor: decision letter of ../out/{issued.certificate.stem} -->\n# GO\n", encoding="utf-8"
    )
    status, printed = verified(letter, issued, capsys)
    assert status == 1
    assert "FAIL  form" in printed
