"""Histories, names and sizes that somebody made up, through the real command."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.output import FORMATS
from auditor.repo.snapshot import open_snapshot
from tests.e2e.conftest import Completed, make_repository, run_auditor

FORGED = "forged\x1b[2J\u202e <script>alert(1)</script> ::error::forged | GO |"
COMMITS = 20_000


def fast_import(folder: Path, stream: str) -> None:
    folder.mkdir()
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=folder, env=environment, check=True)
    command = ["git", "fast-import", "--quiet"]
    subprocess.run(command, cwd=folder, env=environment, input=stream.encode(), check=True)


def commit(who: str, when: str, message: str, files: dict[str, str]) -> str:
    size = len(message.encode())
    listed = "".join(f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n" for path, text in files.items())
    return f"commit refs/heads/main\nauthor {who} {when}\ncommitter {who} {when}\ndata {size}\n{message}\n{listed}"


def audit_of(done: Completed) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    audit: dict[str, Any] = json.loads(done.stdout)
    return audit


def test_commit_messages_authors_and_branches_are_in_no_output(tmp_path: Path) -> None:
    who = f"{FORGED.replace('<', '').replace('>', '')} <forged@example.org>"
    fast_import(tmp_path / "shop", commit(who, "1790000000 +0000", FORGED, {"app.py": "x = 1\n"}))
    subprocess.run(["git", "branch", "forged-GO"], cwd=tmp_path / "shop", check=True)
    formats = [word for name in FORMATS for word in ("--format", f"{name}:{tmp_path / 'out' / name}")]
    done = run_auditor(tmp_path, "scan", "shop", "--at", "main", "--fail-on", "never", "--out", "out", *formats)
    assert done.returncode == 0, done.stderr
    written = {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
    assert written.keys() > set(FORMATS)
    for name, text in {**written, "output": done.stdout, "errors": done.stderr}.items():
        assert "forged" not in text, name


@pytest.mark.parametrize("when", ["0 +0000", "99999999999999 +0000", "253402300800 +0000"])
def test_a_commit_of_any_time_is_audited(tmp_path: Path, when: str) -> None:
    fast_import(tmp_path / "shop", commit("A <a@example.org>", when, "x", {"app.py": "x = 1\n"}))
    options = ("--quiet", "--fail-on", "never", "--format", "json")
    audit = audit_of(run_auditor(tmp_path, "scan", "shop", "--at", "main", *options))
    assert audit["repository"]["commit"]
    assert audit["decision"] != "GO"


def test_a_history_of_many_commits_takes_no_more_of_a_scan_than_one(tmp_path: Path) -> None:
    """And a document in its first commit is still held against it."""
    document = {"READINESS.md": "# Readiness\n\nStatus: GO\n\nSee `deploy.sh`.\n"}
    history = (
        commit("A <a@example.org>", f"{1_700_000_000 + number} +0000", "x", {"app.py": f"x = {number}\n"})
        for number in range(COMMITS)
    )
    first = commit("A <a@example.org>", "1690000000 +0000", "first", document)
    fast_import(tmp_path / "shop", first + "".join(history))
    assert open_snapshot(tmp_path / "shop", "main").reader.read("app.py") == f"x = {COMMITS - 1}\n".encode()
    subprocess.run(["git", "reset", "--quiet", "--hard"], cwd=tmp_path / "shop", check=True)
    assert run_auditor(tmp_path, "check", "shop/READINESS.md").returncode == 0


def test_a_name_of_255_bytes_and_a_path_near_the_limit_of_the_system_are_read(tmp_path: Path) -> None:
    folder = "/".join(["d" * 200] * 15)
    paths = ("n" * 252 + ".py", f"{folder}/app.py")
    fast_import(
        tmp_path / "shop", commit("A <a@example.org>", "1790000000 +0000", "x", dict.fromkeys(paths, "# TODO: x\n"))
    )
    options = ("--quiet", "--fail-on", "never", "--format", "json")
    audit = audit_of(run_auditor(tmp_path, "scan", "shop", "--at", "main", *options))
    assert {one["path"] for one in audit["findings"]} == set(paths)


def test_a_folder_too_deep_for_the_system_is_named(tmp_path: Path) -> None:
    at = os.open(tmp_path, os.O_RDONLY)
    for name in ["shop", *["d" * 250] * 20]:
        os.mkdir(name, dir_fd=at)
        below = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=at)
        os.close(at)
        at = below
    os.close(os.open("hidden.py", os.O_CREAT | os.O_WRONLY, dir_fd=at))
    os.close(at)
    (tmp_path / "shop" / "app.py").write_text("x = 1\n")
    audit = audit_of(run_auditor(tmp_path, "scan", "shop", "--quiet", "--fail-on", "never", "--format", "json"))
    assert [one["reason"] for one in audit["inventory"]["unjudged"]] == ["file name too long"]


def test_a_script_of_a_gigabyte_is_unknown_and_the_rest_is_judged(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, "hollow")
    with (folder / "large.sh").open("wb") as file:
        file.truncate(2**30)
    audit = audit_of(run_auditor(tmp_path, "scan", folder, "--quiet", "--fail-on", "never", "--format", "json"))
    assert ("large.sh", "larger than 5 MB") in {(one["path"], one["reason"]) for one in audit["inventory"]["unjudged"]}
    assert audit["findings"]


@pytest.mark.parametrize("limit", ["-n 24", "-v 600000", "-s 256", "-f 0"])
def test_a_scan_under_limits_gives_a_result_or_an_error(tmp_path: Path, limit: str) -> None:
    folder = make_repository(tmp_path, "hollow")
    command = f'ulimit {limit} && exec "$0" -m auditor scan "$1" --quiet --no-cache --jobs 1 --fail-on never'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, str(folder)],
        cwd=Path(__file__).parents[2],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in {0, 2}, done.stderr
