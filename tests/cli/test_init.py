"""``auditor init``."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from auditor.cli.main import run
from auditor.repo.configuration import parse_configuration

FILES = {
    ".github/workflows/ci.yml": "on: push\njobs: {}\n",
    "service/app.py": "print(1)\n",
    "tests/test_app.py": "def test_one():\n    assert 1 + 1 == 2\n",
    "README.md": "# Service\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with a few files."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    _write(tmp_path, FILES)
    return tmp_path


def _write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def _names(repository: Path) -> list[str]:
    return list(parse_configuration((repository / ".auditor.yaml").read_bytes()).components)


def test_what_is_discovered_is_written(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(repository)]) == 0
    assert capsys.readouterr().out.startswith(f"wrote {repository}/.auditor.yaml\n  delivery ")
    assert _names(repository) == ["delivery", "tests", "documentation", "application"]


def test_run_again_it_keeps_every_byte(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(repository)]) == 0
    written = (repository / ".auditor.yaml").read_bytes()
    assert run(["init", str(repository)]) == 0
    assert "describes every component already" in capsys.readouterr().out
    assert (repository / ".auditor.yaml").read_bytes() == written


def test_only_files_that_nobody_owns_make_new_components(repository: Path) -> None:
    mine = "components:\n  pipelines:  # ours\n    kind: delivery\n    paths: [/.github/]\n    weight: 3\n"
    _write(repository, {".auditor.yaml": mine})
    assert run(["init", str(repository)]) == 0
    assert "# ours" in (repository / ".auditor.yaml").read_text(encoding="utf-8")
    assert _names(repository) == ["pipelines", "tests", "documentation", "application"]


def test_a_folder_without_git_is_described_too(tmp_path: Path) -> None:
    _write(tmp_path, FILES)
    assert run(["init", str(tmp_path)]) == 0
    assert "delivery" in _names(tmp_path)


def test_where_there_is_nothing_to_write_into(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "bare"], check=True)
    assert run(["init", str(tmp_path / "bare")]) == 2
    assert "no work tree" in capsys.readouterr().err
    assert run(["init", str(tmp_path / "absent")]) == 2
    assert "no such folder" in capsys.readouterr().err


def test_a_broken_configuration_is_left_alone(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(repository, {".auditor.yaml": "components:\n  a:\n    kid: tests\n"})
    assert run(["init", str(repository)]) == 2
    assert ".auditor.yaml:3: unknown key 'kid'" in capsys.readouterr().err
    assert (repository / ".auditor.yaml").read_text(encoding="utf-8") == "components:\n  a:\n    kid: tests\n"


def test_a_link_in_its_place_is_not_written_through(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    target = tmp_path_factory.mktemp("elsewhere") / "file"
    target.write_text("mine", encoding="utf-8")
    (repository / ".auditor.yaml").symlink_to(target)
    assert run(["init", str(repository)]) == 2
    assert target.read_text(encoding="utf-8") == "mine"
