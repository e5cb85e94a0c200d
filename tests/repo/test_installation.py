"""What of an installation decides results, and so is part of every key of the cache."""

from __future__ import annotations

from pathlib import Path

import pytest

import auditor
from auditor.repo.installation import installation_digest

BESIDE = (
    "bench/precision.json",
    "rubrics/one.yaml",
    "templates/web/page.css",
    "templates/one.md.j2",
    "vocabulary/words.yaml",
)


def _laid_out(folder: Path, names: tuple[str, ...]) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one\n")


def _digest(package: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setattr(auditor, "__file__", str(package / "__init__.py"))
    return installation_digest.__wrapped__()


@pytest.mark.parametrize("changed", ["auditor/__init__.py", "auditor/repo/one.py", *BESIDE])
def test_each_file_of_a_checkout_counts(changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _laid_out(tmp_path, ("auditor/__init__.py", "auditor/repo/one.py", *BESIDE))
    before = _digest(tmp_path / "auditor", monkeypatch)
    assert _digest(tmp_path / "auditor", monkeypatch) == before
    (tmp_path / changed).write_text("two\n")
    assert _digest(tmp_path / "auditor", monkeypatch) != before


@pytest.mark.parametrize("changed", BESIDE)
def test_each_file_of_a_wheel_counts(changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _laid_out(tmp_path, ("__init__.py", *(f"data/{name}" for name in BESIDE)))
    before = _digest(tmp_path, monkeypatch)
    (tmp_path / "data" / changed).write_text("two\n")
    assert _digest(tmp_path, monkeypatch) != before


def test_nothing_beside_a_wheel_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _laid_out(tmp_path, ("auditor/__init__.py", *(f"auditor/data/{name}" for name in BESIDE)))
    before = _digest(tmp_path / "auditor", monkeypatch)
    _laid_out(tmp_path, ("templates/other.md.j2",))
    assert _digest(tmp_path / "auditor", monkeypatch) == before
