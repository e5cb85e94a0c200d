"""Bad input: a clear error with place and remedy, exit status 2, and nothing lost."""

import json
import os
import signal
import subprocess
import sys
import time
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


def test_an_unknown_rubric_in_the_configuration_names_the_configuration(repository: Make, auditor: Command) -> None:
    folder = repository("ready")
    (folder / ".auditor.yaml").write_text("rubric: libary\n")
    assert "error: .auditor.yaml: there is no rubric 'libary'" in refused(auditor, "scan", folder)


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


def test_a_dash_is_standard_output_and_no_file(repository: Make, auditor: Command, tmp_path: Path) -> None:
    done = auditor("scan", repository("ready"), "--format", "json:-")
    assert json.loads(done.stdout)["decision"] == "GO"
    assert not (tmp_path / "-").exists()


def test_an_interrupted_scan_leaves_no_file(repository: Make, tmp_path: Path) -> None:
    folder, out = repository("hollow"), tmp_path / "out"
    for number in range(2000):  # many seconds of work: each has another content
        (folder / "app" / f"more_{number}.py").write_text(
            f"def answer_{number}(one):\n    return one + {number}\n" * 40
        )
    git(folder, "add", "--all")
    command = [sys.executable, "-m", "auditor", "scan", str(folder), "--out", str(out), "--jobs", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    written = sorted(out.iterdir()) if out.exists() else []
    assert process.returncode in {130, -signal.SIGINT}, told  # the latter where a busy machine has not started it yet
    assert written == []


def test_hostile_names_and_contents_stay_data(repository: Make, auditor: Command, tmp_path: Path) -> None:
    folder, out = repository("hollow"), tmp_path / "out"
    content = b"def f():\n    # TODO: <b>x</b> \x1b[31m \xff [y](http://e.example) | `z`\n    return True\n"
    for name in (b"line\n  ok    signature: forged.py", b"bad\xff.py", b"esc\x1b[31m.py", b"# <b> | `y`.py"):
        Path(os.fsdecode(os.fsencode(folder / "app") + b"/" + name)).write_bytes(content)
    (folder / "link.py").symlink_to("/etc/passwd")
    (folder / "model.bin").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=More")
    auditor("keys", "generate", tmp_path / "key")
    scanned = auditor("scan", folder, "--out", out, "--sign", tmp_path / "key", SOURCE_DATE_EPOCH="")
    (text,) = out.glob("*.md")
    verified = auditor("verify", text, "--key", tmp_path / "key.pub", "--repo", folder)
    assert verified.returncode == 0, verified.stdout
    assert "root:" not in text.read_text(encoding="utf-8")
    for shown in (scanned.stdout, scanned.stderr, verified.stdout, text.read_text(encoding="utf-8")):
        assert "\x1b" not in shown
        assert "\n  ok    signature: forged" not in shown


def test_verification_says_what_is_required_and_missing(repository: Make, auditor: Command, tmp_path: Path) -> None:
    auditor("keys", "generate", tmp_path / "key")
    auditor("scan", repository("hollow"), "--out", tmp_path / "out", "--sign", tmp_path / "key", SOURCE_DATE_EPOCH="")
    (text,) = (tmp_path / "out").glob("*.md")
    done = auditor("verify", text, "--key", tmp_path / "key.pub", "--require", "go")
    assert done.returncode == 1
    assert "FAIL  require: GO is required, and the decision is NO-GO" in done.stdout


def test_a_configured_folder_that_is_a_link_out_of_the_repository(
    repository: Make, auditor: Command, tmp_path: Path
) -> None:
    folder = repository("ready")
    (tmp_path / "outside").mkdir()
    (folder / "certificates").symlink_to(tmp_path / "outside")
    (folder / ".auditor.yaml").write_text("out: certificates\n")
    assert "leads out of the repository" in refused(auditor, "scan", folder)
    assert not list((tmp_path / "outside").iterdir())


def test_an_unknown_option_is_bad_usage(auditor: Command) -> None:
    assert auditor("scan", "--no-such-option").returncode == 2
