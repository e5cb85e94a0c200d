"""What must stay below a root stays there."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import UserError
from auditor.repo.confined import below, refuse_foreign_git
from tests.e2e.conftest import git


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "file.md").write_text("x", encoding="utf-8")
    (tmp_path / "secret.md").write_text("x", encoding="utf-8")
    return folder


@pytest.mark.parametrize("given_path", [".", "", "inner", "inner/file.md", "./inner//file.md"])
def test_what_lies_below_is_named(root: Path, given_path: str) -> None:
    assert below(root, given_path) == root / given_path


@pytest.mark.parametrize(
    "given_path",
    [
        "..",
        "../secret.md",
        "inner/../../secret.md",
        "inner/../inner",
        "/etc/passwd",
        "//x",
        "C:/x",
        "C:x",
        "\\x",
        "a\0b",
    ],
)
def test_what_leads_out_is_refused(root: Path, given_path: str) -> None:
    with pytest.raises(UserError, match="leads out of the root"):
        below(root, given_path)


@pytest.mark.parametrize("target", ["..", "../secret.md", "inner", "inner/file.md", "nowhere"])
def test_no_link_is_followed_wherever_it_leads(root: Path, target: str) -> None:
    (root / "link").symlink_to(target)
    for given_path in ("link", "link/file.md"):
        with pytest.raises(UserError, match="a link is not followed"):
            below(root, given_path)


def test_what_is_not_there_is_said_to_be_so(root: Path) -> None:
    with pytest.raises(UserError, match="nothing of this name"):
        below(root, "inner/other.md")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["..", ".", "a", "/", "\\", "\0", "b", "C:", "~"]), max_size=6).map("".join))
def test_whatever_is_named_it_lies_below_or_is_refused(text: str) -> None:
    root = Path(__file__).parent
    try:
        found = below(root, text)
    except UserError:
        return
    assert os.path.commonpath([os.path.realpath(found), os.path.realpath(root)]) == os.path.realpath(root)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "a.py").write_text("x = 1\n", encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Import")
    return folder


def refused(folder: Path) -> str:
    with pytest.raises(UserError, match="leads out of this folder") as caught:
        refuse_foreign_git(folder)
    return caught.value.message


def test_a_repository_of_its_own_is_none(repository: Path, tmp_path: Path) -> None:
    (repository / ".git" / "hooks").mkdir(exist_ok=True)
    (repository / ".git" / "hooks" / "pre-push").symlink_to("/bin/true")
    (repository / "link").symlink_to("/etc")
    git(tmp_path, "clone", "--quiet", "--bare", "--no-local", str(repository), "bare.git")
    (tmp_path / "plain").mkdir()
    refused_ones = []
    for folder in (repository, tmp_path / "bare.git", tmp_path / "plain"):
        try:
            refuse_foreign_git(folder)
        except UserError as error:
            refused_ones.append(error)
    assert refused_ones == []


def test_a_git_file_or_link_that_names_another_folder_is_refused(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "tree"), "-b", "other")
    assert refused(tmp_path / "tree").endswith(": .git")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / ".git").symlink_to(repository / ".git")
    assert refused(tmp_path / "linked").endswith(": .git")


def test_objects_that_lie_elsewhere_are_refused(repository: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", "--shared", repository, tmp_path / "shared"], check=True)
    assert refused(tmp_path / "shared").endswith("alternates")
    (repository / ".git" / "objects" / "pack" / "x.pack").symlink_to("/etc/hostname")
    assert refused(repository).endswith("x.pack")


@pytest.mark.parametrize("name", ["HEAD", "index", "refs", "objects"])
def test_a_link_among_the_data_of_git_is_refused(repository: Path, tmp_path: Path, name: str) -> None:
    (repository / ".git" / name).rename(tmp_path / "moved")
    (repository / ".git" / name).symlink_to(tmp_path / "moved")
    assert refused(repository).endswith(name)


def test_a_bare_repository_with_linked_objects_is_refused(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", "--no-local", str(repository), "bare.git")
    (tmp_path / "bare.git" / "objects").rename(tmp_path / "moved")
    (tmp_path / "bare.git" / "objects").symlink_to(tmp_path / "moved")
    assert refused(tmp_path / "bare.git").endswith("objects")
