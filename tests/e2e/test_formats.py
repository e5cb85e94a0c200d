"""Formats of a scan through the command: several from one run, and never a change of the exit status."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.cli.output import FORMATS
from tests.e2e.conftest import Command
from tests.formats.test_schemas import REPORT, SARIF, departures

Make = Callable[[str], Path]


def options(folder: Path) -> list[str]:
    return [word for name in FORMATS for word in ("--format", f"{name}:{folder / name}")]


@pytest.mark.parametrize(
    ("name", "gate", "status"), [("hollow", "no-go", 1), ("hollow", "never", 0), ("ready", "no-go", 0)]
)
def test_all_formats_from_one_run_change_no_exit_status(  # noqa: PLR0913, PLR0917 - three of them are fixtures
    name: str, gate: str, status: int, repository: Make, auditor: Command, tmp_path: Path
) -> None:
    folder, out = repository(name), tmp_path / "out"
    plain = auditor("scan", folder, "--fail-on", gate)
    done = auditor("scan", folder, "--fail-on", gate, *options(out))
    assert (plain.returncode, done.returncode) == (status, status)
    assert done.stdout == plain.stdout
    assert {one.name for one in out.iterdir()} == set(FORMATS)
    assert all(one.stat().st_size for one in out.iterdir())
    assert departures((out / "sarif").read_bytes(), SARIF) == []
    assert departures((out / "sarif-upload").read_bytes(), SARIF) == []
    assert departures((out / "json").read_bytes(), REPORT) == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_on_standard_output_is_alone_there_and_changes_no_exit_status(
    name: str, repository: Make, auditor: Command, tmp_path: Path
) -> None:
    done = auditor("scan", repository("hollow"), "--format", name, "--format", f"{name}:{tmp_path / 'file'}")
    assert done.returncode == 1
    assert done.stdout.encode() == (tmp_path / "file").read_bytes().replace(b"\r\n", b"\n")


def test_the_same_audit_gives_the_same_bytes(repository: Make, auditor: Command, tmp_path: Path) -> None:
    folder = repository("hollow")
    for out in ("a", "b"):
        auditor("scan", folder, *options(tmp_path / out), "--no-cache")
    for name in FORMATS:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize(
    "second", ["report", "./report", "sub/../report", "linked/report", "{absolute}/report"], ids=lambda text: text
)
def test_two_reports_at_one_place_are_refused_before_the_scan(
    second: str, repository: Make, auditor: Command, tmp_path: Path
) -> None:
    (tmp_path / "linked").symlink_to(tmp_path)
    (tmp_path / "sub").mkdir()
    path = second.format(absolute=tmp_path)
    done = auditor("scan", repository("ready"), "--format", "json:report", "--format", f"csv:{path}")
    assert done.returncode == 2
    assert "two reports go to one place" in done.stderr
    assert not (tmp_path / "report").exists()


def test_two_reports_of_a_check_at_one_place_are_refused(auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "audit.md").write_text("# Audit\n\nDecision: GO\n")
    done = auditor("check", tmp_path / "audit.md", "--format", "json:report", "--format", "sarif:./report")
    assert done.returncode == 2
    assert "two reports go to one place" in done.stderr
    assert not (tmp_path / "report").exists()


def test_a_report_in_place_of_a_symbolic_link_is_refused(repository: Make, auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    done = auditor("scan", repository("ready"), "--format", f"sarif:{tmp_path / 'link'}")
    assert done.returncode == 2
    assert "is a symbolic link" in done.stderr
    assert (tmp_path / "mine").read_text() == "mine"


def test_an_unknown_format_names_those_that_there_are(repository: Make, auditor: Command) -> None:
    done = auditor("scan", repository("ready"), "--format", "sariff")
    assert done.returncode == 2
    assert "gitlab" in done.stderr


def test_hostile_file_names_reach_standard_output_as_one_line_each(
    repository: Make, auditor: Command, tmp_path: Path
) -> None:
    folder = repository("hollow")
    for name in (b"x\n::error::forged.py", b"esc\x1b[31m.py", b"=cmd.py", b"bad\xff.py"):
        path = Path(os.fsdecode(os.fsencode(folder / "app") + b"/" + name))
        path.write_text("def check():\n    # TODO: do it\n    return True\n")
    done = auditor("scan", folder, "--format", "github", *options(tmp_path / "out"))
    lines = done.stdout.splitlines()
    assert "\x1b" not in done.stdout
    assert not any(line.startswith("::error::") for line in lines)
    results = json.loads((tmp_path / "out" / "sarif").read_bytes())["runs"][0]["results"]
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results}
    assert {"app/x%0A%3A%3Aerror%3A%3Aforged.py", "app/%3Dcmd.py"} <= uris
