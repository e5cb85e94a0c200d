"""A scan that remembers says, after every change of a repository, what one that remembers nothing says."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.model.codec import dumps
from auditor.pipeline import audit_repository
from auditor.repo.memory_store import MemoryStore
from auditor.request import Request
from tests.e2e.conftest import REPOSITORIES, git

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(params=sorted(folder.name for folder in REPOSITORIES.iterdir() if folder.is_dir()))
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    for path in (REPOSITORIES / request.param).rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(REPOSITORIES / request.param)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Import")
    return folder


def said(project: Path, store: MemoryStore | None) -> bytes:
    return dumps(audit_repository(Request(repository=project, now=NOW, jobs=1, store=store))[0])


def edited(project: Path) -> list[Path]:
    """One file of each suffix, the longest, so that every language has a change."""
    files: dict[str, Path] = {}
    for path in sorted(project.rglob("*"), key=lambda one: (one.stat().st_size, str(one))):
        if path.is_file() and ".git" not in path.parts:
            files[path.suffix or path.name] = path
    return sorted(files.values())


def test_after_every_change_the_same_is_said(project: Path) -> None:
    store = MemoryStore(now=NOW.timestamp())
    assert said(project, store) == said(project, None)
    for path in edited(project):
        before = path.read_bytes()
        for content in (before + b"\n", b"\n" + before, before[: len(before) // 2]):
            path.write_bytes(content)
            assert said(project, store) == said(project, None), path.name
        path.rename(path.with_name(f"moved-{path.name}"))
        assert said(project, store) == said(project, None), path.name
        path.with_name(f"moved-{path.name}").rename(path)
        path.write_bytes(before)
    assert said(project, store) == said(project, None)


def test_after_several_changes_at_once_the_same_is_said(project: Path) -> None:
    store = MemoryStore(now=NOW.timestamp())
    assert said(project, store) == said(project, None)
    files = edited(project)
    for path in files[::2]:
        path.with_name(f"more-{path.name}").write_bytes(path.read_bytes())
    files[0].unlink()
    assert said(project, store) == said(project, None)
    for one, other in zip(files[1::2], files[2::2], strict=False):
        one.write_bytes(other.read_bytes() + b"\n" + one.read_bytes())
        other.unlink()
    assert said(project, store) == said(project, None)
