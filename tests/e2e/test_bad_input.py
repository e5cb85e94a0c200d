"""Bad input: a clear error with place and remedy, exit status 2, and nothing lost."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.e2e.conftest import Command, git

Make = Callable[[str], Path]


def refused(auditor: Command, *arguments: object) -> str:
    done = auditor(*arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "remedy: " in done.stderr
    return done.stderr


def test_a_folder_that_is_not_there(auditor: Command, tmp_path: Path) -> None:
    assert "absent: no such folder" in refused(auditor, "scan", tmp_path / "absent")


def test_an_unknown_revision(repository: Make, auditor: Command) -> None:
    assert "'v9'" in refused(auditor, "scan", repository("ready"), "--at", "v9")


def test_an_empty_repository(auditor: Command, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    git(folder, "init", "--quiet")
    assert "nothing to audit" in refused(auditor, "scan", folder)


def test_an_unknown_rubric_and_the_one_that_was_meant(repository: Make, auditor: Command) -> None:
    assert "did you mean library?" in refused(auditor, "scan", repository("ready"), "--rubric", "libary")


def test_a_rubric_with_an_unknown_key(repository: Make, auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: library\nid: mine\nversion: 1.0.0\ncriterias: []\n")
    told = refused(auditor, "scan", repository("ready"), "--rubric", tmp_path / "mine.yaml")
    assert "mine.yaml:4" in told
    assert "criteria" in told


def test_rubrics_that_extend_one_another(repository: Make, auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: ./b.yaml\nid: a\n")
    (tmp_path / "b.yaml").write_text("extends: ./a.yaml\nid: b\n")
    assert "extends itself" in refused(auditor, "scan", repository("ready"), "--rubric", tmp_path / "a.yaml")


def test_a_broken_configuration_names_file_and_line(repository: Make, auditor: Command) -> None:
    folder = repository("ready")
    (folder / ".auditor.yaml").write_text("rubric: library\ncomponent: {}\n")
    assert ".auditor.yaml:2" in refused(auditor, "scan", folder)


def test_an_unknown_component_and_those_that_there_are(repository: Make, auditor: Command) -> None:
    assert "delivery" in refused(auditor, "scan", repository("ready"), "--components", "delivry")


def test_an_output_that_is_a_folder(repository: Make, auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    assert "taken" in refused(auditor, "scan", repository("ready"), "--format", f"json:{tmp_path / 'taken'}")


def test_an_output_folder_that_is_a_file(repository: Make, auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    assert "taken" in refused(auditor, "scan", repository("ready"), "--out", tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_device_is_written_to_and_not_replaced(repository: Make, auditor: Command) -> None:
    assert auditor("scan", repository("ready"), "--quiet", "--format", "json:/dev/null").returncode == 0
    assert Path("/dev/null").is_char_device()


def test_a_key_of_another_kind(repository: Make, auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("no key at all\n")
    assert "key" in refused(auditor, "scan", repository("ready"), "--sign", tmp_path / "key")


def test_a_wrong_passphrase(repository: Make, auditor: Command, tmp_path: Path) -> None:
    made = auditor("keys", "generate", tmp_path / "key", "--encrypt", AUDITOR_SIGNING_PASSPHRASE="right")
    assert made.returncode == 0, made.stderr
    done = auditor("scan", repository("ready"), "--sign", tmp_path / "key", AUDITOR_SIGNING_PASSPHRASE="wrong")
    assert done.returncode == 2
    assert "passphrase" in done.stderr


def test_a_key_that_others_can_read_is_used_with_a_warning(repository: Make, auditor: Command, tmp_path: Path) -> None:
    auditor("keys", "generate", tmp_path / "key")
    (tmp_path / "key").chmod(0o644)
    done = auditor("scan", repository("ready"), "--sign", tmp_path / "key", "--quiet")
    assert "warning" in done.stderr
    assert done.returncode == 0


def test_broken_files_are_findings_and_the_scan_goes_on(repository: Make, auditor: Command) -> None:
    folder = repository("ready")
    (folder / ".github" / "workflows" / "broken.yml").write_text("on: push\njobs:\n  test: [unclosed\n")
    (folder / "service" / "broken.py").write_text("def main(:\n")
    (folder / "service" / "old.py").write_text("print 'hello'\n")
    (folder / "deploy" / "chart.yaml").write_text("{{ if .Values.on }}\na: 1\n{{ end }}\n")
    done = auditor("scan", folder, "--quiet", "--format", "json")
    report = json.loads(done.stdout)
    unjudged = {one["path"] for one in report["inventory"]["unjudged"]}
    assert {".github/workflows/broken.yml", "service/broken.py", "service/old.py"} <= unjudged
    named = {one["path"] for one in report["findings"] if one["rule"] == "AUD901"}
    assert {".github/workflows/broken.yml", "service/broken.py", "service/old.py"} <= named
    assert done.stderr == ""


def test_an_unknown_option_is_bad_usage(auditor: Command) -> None:
    assert auditor("scan", "--no-such-option").returncode == 2
