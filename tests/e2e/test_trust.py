"""Two signatures through the real entry point: given, required, taken away."""

from collections.abc import Callable
from pathlib import Path

from auditor.certificate.envelope import section, split
from tests.e2e.conftest import Command

Make = Callable[[str], Path]
NOW = {"SOURCE_DATE_EPOCH": ""}  # verification asks the real clock


def test_a_release_needs_the_machine_and_the_person(repository: Make, auditor: Command, tmp_path: Path) -> None:
    folder, out, trust = repository("ready"), tmp_path / "out", tmp_path / "trust.yaml"
    trust.write_text("version: 1\nkeys:\n")
    for role in ("ci", "release-manager"):
        assert auditor("keys", "generate", tmp_path / role).returncode == 0
        entry = auditor("keys", "trust", tmp_path / f"{role}.pub", "--name", f"The {role}", "--role", role)
        trust.write_text(trust.read_text() + entry.stdout)
    trust.write_text(trust.read_text() + "require:\n- {role: ci, count: 1}\n- {role: release-manager, count: 1}\n")
    assert auditor("scan", folder, "--out", out, "--sign", tmp_path / "ci", "--quiet", **NOW).returncode == 0
    (certificate,) = out.glob("*.md")
    asked = ("verify", certificate, "--trust", trust, "--repo", folder, "--require", "go")

    short = auditor(*asked)
    assert short.returncode == 1
    assert "FAIL  trust: role release-manager: 0 of 1 signed" in short.stdout

    signed = auditor("sign", certificate, "--key", tmp_path / "release-manager")
    assert signed.returncode == 0, signed.stderr
    verified = auditor(*asked)
    assert verified.returncode == 0, verified.stdout
    assert "ok    trust: role release-manager: 1 of 1 signed: The release-manager (key " in verified.stdout

    parts = split(certificate.read_bytes())
    assert parts.envelope is not None
    ci = auditor("keys", "show", tmp_path / "ci.pub").stdout.split()[2]
    del parts.envelope.signatures[ci]
    certificate.write_bytes(parts.body + section(parts.envelope).encode())
    stripped = auditor(*asked)
    assert stripped.returncode == 1
    assert "FAIL  trust: role ci: 0 of 1 signed" in stripped.stdout
