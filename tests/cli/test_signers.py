"""Keys that are named by a URI: what each scheme gives, and what it says where it cannot."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from auditor.cli.cloud_keys import CLOUDS
from auditor.cli.main import run
from tests.cli.certificates import Issued

REGION = "eu-central-1"
ROOT = Path(__file__).parents[2]


def answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def kms_port() -> Iterator[int]:
    """The key management of AWS as moto imitates it, on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, str(Path(__file__).with_name("kms_server.py")), str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(port):
            assert server.poll() is None
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture
def kms(kms_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - boto3 has no types
    for name, value in {
        "AWS_ENDPOINT_URL_KMS": f"http://127.0.0.1:{kms_port}",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_MAX_ATTEMPTS": "1",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    return boto3.client("kms", region_name=REGION)


def made(kms: Any, spec: str) -> str:  # noqa: ANN401 - as above
    return str(kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"])


def public_file(key: str, path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Write the public key that `keys show` prints of a key into a file."""
    capsys.readouterr()
    assert run(["keys", "show", key]) == 0
    shown = capsys.readouterr().out
    path.write_text(shown[shown.index("-----BEGIN") :], encoding="ascii")
    return str(path)


@pytest.mark.parametrize(
    ("spec", "scheme"),
    [
        ("ECC_NIST_P256", "ecdsa-sha2-nistp256"),
        ("RSA_2048", "rsassa-pss-sha256"),
        ("RSA_3072", "rsassa-pss-sha256"),
    ],
)
def test_aws_signs_and_its_public_key_verifies(
    kms: Any,  # noqa: ANN401 - as above
    issued: Issued,
    capsys: pytest.CaptureFixture[str],
    spec: str,
    scheme: str,
) -> None:
    key = f"awskms:{made(kms, spec)}"
    assert run(["sign", str(issued.certificate), "--key", key]) == 0
    public = public_file(key, issued.folder / "kms.pub", capsys)
    assert run(["keys", "show", public]) == 0
    shown = capsys.readouterr().out
    assert f"scheme   {scheme}" in shown
    keyid = shown.split()[2]
    assert sorted(issued.envelope().signatures) == sorted([keyid, issued.keyid("ci")])
    assert run(["verify", str(issued.certificate), "--key", public]) == 0
    script = ROOT / "docs" / "verify_certificate.py"
    command = [sys.executable, str(script), str(issued.certificate), public, issued.key("ci.pub")]
    assert subprocess.run(command, check=False, capture_output=True, text=True).stdout.startswith("OK: ")


def test_a_scan_signs_with_an_alias(
    kms: Any,  # noqa: ANN401 - as above
    issued: Issued,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kms.create_alias(AliasName="alias/ci", TargetKeyId=made(kms, "ECC_NIST_P256"))
    out = issued.folder / "second"
    options = ["--no-cache", "--quiet", "--jobs=1", "--out", str(out), "--sign", "awskms:alias/ci"]
    assert run(["scan", str(issued.folder / "repository"), *options]) == 0
    (certificate,) = out.glob("*.md")
    public = public_file("awskms:alias/ci", issued.folder / "kms.pub", capsys)
    assert run(["verify", str(certificate), "--key", public]) == 0
    assert run(["verify", str(certificate), "--key", issued.key("ci.pub")]) == 1


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("ECC_NIST_P384", "of a kind that is not accepted"),
        ("ECC_SECG_P256K1", "of a kind that is not accepted"),  # signs with the same digest as P-256
    ],
)
def test_keys_of_other_kinds_are_refused(
    kms: Any,  # noqa: ANN401 - as above
    issued: Issued,
    capsys: pytest.CaptureFixture[str],
    spec: str,
    words: str,
) -> None:
    assert run(["sign", str(issued.certificate), "--key", f"awskms:{made(kms, spec)}"]) == 2
    assert words in capsys.readouterr().err


def test_a_key_that_aws_does_not_have(
    kms: Any,  # noqa: ANN401 - as above
    issued: Issued,
    capsys: pytest.CaptureFixture[str],
) -> None:
    del kms
    assert run(["sign", str(issued.certificate), "--key", "awskms:alias/nobody"]) == 2
    told = capsys.readouterr().err
    assert "error: awskms:alias/nobody: the signing service failed: " in told
    assert "remedy: " in told


def test_a_service_that_does_not_answer(
    kms: Any,  # noqa: ANN401 - as above
    issued: Issued,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = made(kms, "ECC_NIST_P256")
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:9")
    before = issued.certificate.read_bytes()
    assert run(["sign", str(issued.certificate), "--key", f"awskms:{key}"]) == 2
    assert "the signing service failed" in capsys.readouterr().err
    assert issued.certificate.read_bytes() == before


@pytest.mark.parametrize("form", ["{path}", "file:{path}", "env:RELEASE_KEY"])
def test_a_private_key_is_found_in_a_file_or_a_variable(
    issued: Issued, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("RELEASE_KEY", Path(issued.key("rm")).read_text(encoding="ascii"))
    key = form.format(path=issued.key("rm"))
    assert run(["sign", str(issued.certificate), "--key", key]) == 0
    assert issued.keyid("rm") in issued.envelope().signatures


def test_a_file_that_is_named_like_a_scheme_is_not_taken_for_it(
    issued: Issued, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(issued.folder)
    monkeypatch.delenv("RELEASE_KEY", raising=False)
    Path(issued.key("rm")).rename("env:RELEASE_KEY")
    assert run(["sign", str(issued.certificate), "--key", "env:RELEASE_KEY"]) == 2
    assert "error: RELEASE_KEY: this variable is empty or not set" in capsys.readouterr().err
    assert run(["sign", str(issued.certificate), "--key", "./env:RELEASE_KEY"]) == 0


def test_an_unknown_scheme_names_those_that_there_are(issued: Issued, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sign", str(issued.certificate), "--key", "awskm:alias/ci"]) == 2
    assert "awskms:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "named",
    [
        ("awskms:alias/ci", "boto3", "awskms"),
        ("gcpkms:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1", "google.cloud", "gcpkms"),
        ("azurekms://vault.vault.azure.net/keys/k", "azure", "azurekms"),
        ("hsm:2", "pkcs11", "hsm"),
        ("hv:ci/1", "hvac", "vault"),
    ],
)
def test_a_library_that_is_missing_is_named_with_its_extra(
    issued: Issued,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    named: tuple[str, str, str],
) -> None:
    key, library, extra = named
    monkeypatch.setitem(sys.modules, library, None)  # as if it were not installed
    assert run(["sign", str(issued.certificate), "--key", key]) == 2
    assert f"remedy: pip install 'auditor[{extra}]'" in capsys.readouterr().err


def test_every_extra_that_is_named_is_one_of_ours() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {cloud.extra for cloud in CLOUDS.values()} <= set(project["optional-dependencies"])


def test_verification_loads_no_library_of_a_cloud(issued: Issued) -> None:
    program = (
        "import json, sys\n"
        "from auditor.cli.main import run\n"
        "status = run(sys.argv[1:])\n"
        "print(json.dumps([status, sorted({'boto3', 'botocore', 'yaml'} & set(sys.modules))]))\n"
    )
    command = [
        sys.executable,
        "-c",
        program,
        "verify",
        str(issued.certificate),
        "--key",
        issued.key("ci.pub"),
        "--format=json",
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout.splitlines()[-1]) == [0, []]
