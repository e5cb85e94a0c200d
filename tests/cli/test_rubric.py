"""``auditor rubric``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from auditor.cli.main import run
from auditor.rubric.load import shipped_rubrics


def _printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["rubric", *arguments]) == 0
    return capsys.readouterr().out


def test_the_shipped_rubrics_are_listed_and_valid(capsys: pytest.CaptureFixture[str]) -> None:
    names = [line.split()[0] for line in _printed(capsys, "show").splitlines()]
    assert names == list(shipped_rubrics())
    assert {"production-readiness", "operational-readiness", "implementation-review", "library"} <= set(names)
    assert len(_printed(capsys, "validate", *names).splitlines()) == len(names)


@pytest.mark.parametrize("name", shipped_rubrics())
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_is_shown_is_a_rubric_that_gives_the_same_points(
    name: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.yaml"
    copy.write_text(_printed(capsys, "show", name, "--format", form), encoding="utf-8")
    digest = _printed(capsys, "validate", name).split()[-1]
    assert _printed(capsys, "validate", str(copy)).split()[-1] == digest


def test_the_numbers_of_the_decision_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(_printed(capsys, "show", "production-readiness", "--format", "json"))
    assert shown["thresholds"] == {"go_score": 90, "go_coverage": 80, "no_go_below": 60, "blocker_cap": 59}


def test_a_mistake_names_file_line_and_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("id: mine\nversion: 1.0.0\nextends: library\ntresholds: {}\n", encoding="utf-8")
    assert run(["rubric", "validate", str(mine)]) == 2
    printed = capsys.readouterr().err
    assert printed.startswith(f"error: {mine}:4: unknown key 'tresholds'")
    assert "did you mean thresholds?" in printed


def test_unknown_names_and_files_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"title: \xe9\n")
    for name, message in (
        ("libary", "did you mean library?"),
        (str(tmp_path / "none.yaml"), "No such file"),
        (str(tmp_path / "latin.yaml"), "not UTF-8"),
        (f"{tmp_path}/", "directory"),
    ):
        assert run(["rubric", "validate", name]) == 2
        assert message in capsys.readouterr().err


def test_the_schema_accepts_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    validator = Draft202012Validator(json.loads(_printed(capsys, "schema")))
    shown = json.loads(_printed(capsys, "show", "library", "--format", "json"))
    assert list(validator.iter_errors(shown)) == []
    assert list(validator.iter_errors(shown | {"tresholds": {}}))
