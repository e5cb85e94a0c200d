"""Scans that are killed, that find no room or no right to write, and that run at once: nothing half-written stays."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from auditor.repo.store import CACHE_FILE
from tests.e2e.conftest import EPOCH, REPOSITORIES, git

ROOT = Path(__file__).parents[2]
POINTS = 20


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    subprocess.run(["cp", "-r", str(REPOSITORIES / "hollow"), str(folder)], check=True)
    for number in range(40):
        (folder / f"module_{number}.py").write_text("".join(f"value_{one} = {one}\n" for one in range(number * 40)))
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Import")
    return folder


def start(home: Path, project: Path, out: Path, limit: int | None = None) -> subprocess.Popen[bytes]:
    home.mkdir(exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "auditor",
        "scan",
        str(project),
        "--out",
        str(out),
        "--jobs",
        "2",
        "--quiet",
        "--fail-on",
        "never",
    ]
    if limit is not None:  # in blocks of 512 bytes, as POSIX has it
        command = ["sh", "-c", f'ulimit -f {limit // 512} && exec "$@"', "sh", *command]
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "SOURCE_DATE_EPOCH": EPOCH}
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def written(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()} if out.is_dir() else {}


def finish(process: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    _, errors = process.communicate(timeout=300)
    return process.returncode, errors


def test_killed_at_twenty_points_it_leaves_whole_files_or_none_and_the_next_scan_is_right(
    project: Path, tmp_path: Path
) -> None:
    began = time.monotonic()
    assert finish(start(tmp_path / "fresh", project, tmp_path / "expected"))[0] == 0
    lasted = time.monotonic() - began
    expected = written(tmp_path / "expected")
    chance = random.Random(4)
    out = tmp_path / "out"
    for _ in range(POINTS):
        process = start(tmp_path / "home", project, out)
        time.sleep(chance.random() * lasted)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for name, content in written(out).items():
            assert name.startswith(".auditor-") or content == expected[name]
    assert finish(start(tmp_path / "home", project, out))[0] == 0
    assert {name: content for name, content in written(out).items() if not name.startswith(".")} == expected


def test_two_scans_at_once_with_one_cache_and_one_folder_give_the_same(project: Path, tmp_path: Path) -> None:
    assert finish(start(tmp_path / "fresh", project, tmp_path / "expected"))[0] == 0
    running = [start(tmp_path / "home", project, tmp_path / "out") for _ in range(3)]
    assert {finish(one)[0] for one in running} <= {0, 1}
    assert written(tmp_path / "out") == written(tmp_path / "expected")


@pytest.mark.parametrize("limit", [0, 30_000])
def test_no_room_is_said_and_nothing_half_written_stays(project: Path, tmp_path: Path, limit: int) -> None:
    status, errors = finish(start(tmp_path / "home", project, tmp_path / "out", limit))
    assert status == 2
    assert b"cannot write here" in errors
    assert written(tmp_path / "out") == {}
    assert finish(start(tmp_path / "fresh", project, tmp_path / "expected"))[0] == 0
    assert finish(start(tmp_path / "home", project, tmp_path / "out"))[0] == 0
    assert written(tmp_path / "out") == written(tmp_path / "expected")


def test_a_cache_without_room_does_not_end_a_scan(project: Path, tmp_path: Path) -> None:
    assert finish(start(tmp_path / "fresh", project, tmp_path / "expected"))[0] == 0
    largest = max(map(len, written(tmp_path / "expected").values()))
    cache = tmp_path / "home" / ".cache" / "auditor"
    cache.mkdir(parents=True, mode=0o700)
    (cache / CACHE_FILE).write_bytes(b"")
    with closing(sqlite3.connect(cache / CACHE_FILE)) as connection:  # fills all the room that there is
        connection.execute("CREATE TABLE filler (value BLOB)")
        connection.execute("INSERT INTO filler VALUES (zeroblob(?))", (largest + 200_000,))
        connection.commit()
    full = (cache / CACHE_FILE).stat().st_size
    status, errors = finish(start(tmp_path / "home", project, tmp_path / "out", full))
    assert status == 0, errors
    assert written(tmp_path / "out") == written(tmp_path / "expected")


def test_a_cache_that_cannot_be_written_does_not_end_a_scan(project: Path, tmp_path: Path) -> None:
    assert finish(start(tmp_path / "fresh", project, tmp_path / "expected"))[0] == 0
    home = tmp_path / "home"
    home.mkdir()
    (home / ".cache").write_text("a file where the folder should be")
    assert finish(start(home, project, tmp_path / "out"))[0] == 0
    assert written(tmp_path / "out") == written(tmp_path / "expected")


def test_neither_home_nor_environment_is_in_an_output(project: Path, tmp_path: Path) -> None:
    home = tmp_path / "home-of-the-reviewer"
    assert finish(start(home, project, tmp_path / "out"))[0] == 0
    told = b"".join(written(tmp_path / "out").values())
    assert told
    for private in (str(home), str(tmp_path), os.environ["PATH"], sys.prefix):
        assert private.encode() not in told
