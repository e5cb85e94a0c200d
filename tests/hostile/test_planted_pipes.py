"""Pipes that nobody writes into, where a file is expected: no command waits for them."""

import os
import shutil
from pathlib import Path

import pytest

from auditor.certificate.write import certificate_files
from tests.e2e.conftest import Completed, make_repository, run_auditor
from tests.formats.build import audit

NAME = audit().certificate_id


def planted(tmp_path: Path, *names: str) -> None:
    for name, content in certificate_files(audit()).items():
        (tmp_path / name).write_bytes(content)
    for name in names:
        (tmp_path / name).unlink(missing_ok=True)
        os.mkfifo(tmp_path / name)


@pytest.mark.parametrize(
    "arguments",
    [
        ("badge", f"{NAME}.md"),
        ("report", f"{NAME}.md", "--format", "json"),
        ("diff", f"{NAME}.json", f"{NAME}.json"),
        ("history", f"{NAME}.json"),
    ],
    ids=lambda arguments: str(arguments[0]),
)
def test_a_report_that_is_a_pipe_is_refused(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    planted(tmp_path, f"{NAME}.json")
    done = run_auditor(tmp_path, *arguments)
    assert done.returncode == 2
    assert "error: " in done.stderr


def test_a_certificate_beside_a_pipe_is_not_verified(tmp_path: Path) -> None:
    planted(tmp_path, f"{NAME}.json")
    assert run_auditor(tmp_path, "verify", f"{NAME}.md").returncode == 1


def refused(done: Completed) -> str:
    assert done.returncode == 2, done.stderr
    return done.stderr


def test_evidence_and_what_lies_beside_it(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, "ready")
    (tmp_path / "stated.json").write_text("{}")
    os.mkfifo(tmp_path / "stated.json.sig")
    os.mkfifo(tmp_path / "junit.xml")
    for evidence in ("attestation:stated.json", "junit:junit.xml"):
        told = refused(run_auditor(tmp_path, "scan", folder, "--evidence", evidence))
        assert "this is no regular file" in told


def test_the_list_of_an_earlier_site(tmp_path: Path) -> None:
    (tmp_path / "certificates").mkdir()
    (tmp_path / "site").mkdir()
    os.mkfifo(tmp_path / "site" / ".auditor-site")
    assert run_auditor(tmp_path, "site", "certificates", "--out", "site").returncode == 2


@pytest.mark.parametrize(
    "name", [".gitattributes", ".auditor.yaml", ".github/CODEOWNERS", ".auditor/waivers.yaml", "app.py"]
)
def test_pipes_in_a_folder_without_git(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "project"
    shutil.copytree(Path(__file__).parents[1] / "e2e" / "repositories" / "ready", folder)
    target = folder / name
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    os.mkfifo(target)
    done = run_auditor(tmp_path, "scan", folder, "--quiet", "--fail-on", "never", "--format", "json")
    assert done.returncode in {0, 2}
    assert name in done.stdout + done.stderr
