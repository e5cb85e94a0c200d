"""The cache from outside: the same bytes with and without it, shown and cleared, and never in the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import EPOCH, REPOSITORIES, git

Completed = subprocess.CompletedProcess[bytes]


def auditor(home: Path, *arguments: object) -> Completed:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "SOURCE_DATE_EPOCH": EPOCH}
    command = [sys.executable, "-m", "auditor", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, check=False, cwd=Path(__file__).parents[2])


@pytest.fixture(params=sorted(folder.name for folder in REPOSITORIES.iterdir() if folder.is_dir()))
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    subprocess.run(["cp", "-r", str(REPOSITORIES / request.param), str(folder)], check=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Import")
    return folder


def outputs(home: Path, project: Path, *arguments: object) -> tuple[int, bytes, bytes]:
    out = home / "out"
    done = auditor(home, "scan", project, "--format", "json", "--out", out, *arguments)
    written = b"".join(path.read_bytes() for path in sorted(out.iterdir()))
    return done.returncode, done.stdout, written


def test_cached_or_not_with_one_process_or_two_the_bytes_are_the_same(project: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    plain = outputs(home, project, "--no-cache", "--jobs", 1)
    assert plain[1]
    assert not (home / ".cache").exists()
    runs = [outputs(home, project, "--jobs", jobs) for jobs in (2, 1, 2)]
    assert runs == [plain, plain, plain]
    changed = next(path for path in sorted(project.rglob("*.py")) if path.read_bytes())
    changed.write_bytes(changed.read_bytes() + b"\n# TODO: one more\n")
    assert outputs(home, project) == outputs(home, project, "--no-cache")


def test_the_cache_is_shown_and_cleared(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_text("x = 1\n")
    assert auditor(tmp_path, "scan", project, "--quiet", "--fail-on", "never").returncode == 0
    shown = auditor(tmp_path, "cache").stdout.decode()
    assert str(tmp_path / ".cache" / "auditor") in shown
    assert int(shown.split("rows")[1].split()[0]) >= 2
    assert auditor(tmp_path, "cache", "clear").stdout == b"the cache is cleared\n"
    assert list((tmp_path / ".cache" / "auditor").iterdir()) == []
    assert auditor(tmp_path, "cache", "clear").stdout == b"there is no cache\n"


def test_a_cache_inside_the_audited_repository_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    assert auditor(tmp_path, "scan", tmp_path, "--quiet", "--fail-on", "never").returncode == 0
    assert not (tmp_path / ".cache").exists()


def test_a_cache_that_others_can_write_into_is_named_and_not_used(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_text("x = 1\n")
    folder = tmp_path / ".cache" / "auditor"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    done = auditor(tmp_path, "scan", project, "--quiet")
    assert b"is not used: others can write into it" in done.stderr
    assert list(folder.iterdir()) == []


def test_a_profile_names_every_stage_and_rule_and_changes_nothing(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_text("def check_health():\n    return True\n")
    plain = auditor(tmp_path, "scan", project, "--format", "json", "--no-cache")
    told = auditor(tmp_path, "scan", project, "--format", "json", "--profile")
    assert told.stdout == plain.stdout
    names = {line.split(maxsplit=1)[1] for line in told.stderr.decode().splitlines()}
    assert {"snapshot", "map", "reduce", "rubric", "AUD201"} <= names
    assert not (tmp_path / ".cache").exists()
