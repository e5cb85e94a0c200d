"""What a planted `.git` names of the reviewer's other repositories is not shown as the audited one's."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.errors import UserError
from auditor.repo import git as git_runner
from auditor.repo.reader import ReadFailure
from auditor.repo.snapshot import open_snapshot
from tests.repo.conftest import MakeRepository, git, write

Plant = Callable[[Path, Path], None]


@pytest.fixture
def private(make_repository: MakeRepository) -> Path:
    folder = make_repository({"plan.py": "PLAN = 'nobody may see this'\n"}, "private")
    git(folder, "remote", "add", "origin", "https://git.example/secret-name.git")
    return folder


def a_git_file(folder: Path, private: Path) -> None:
    (folder / ".git").rename(folder.parent / "away")
    (folder / ".git").write_text(f"gitdir: {private / '.git'}\n")


def a_link(folder: Path, private: Path) -> None:
    (folder / ".git").rename(folder.parent / "away")
    (folder / ".git").symlink_to(private / ".git")


def a_common_folder(folder: Path, private: Path) -> None:
    (folder / ".git" / "commondir").write_text(f"{private / '.git'}\n")


def a_common_folder_below_worktrees(folder: Path, private: Path) -> None:
    own = folder / "data" / "worktrees" / "x"
    (folder / "data" / "worktrees").mkdir(parents=True)
    (folder / ".git").rename(own)
    (folder / ".git").write_text("gitdir: data/worktrees/x\n")
    (own / "commondir").write_text(f"{private / '.git'}\n")
    (own / "gitdir").write_text(f"{folder / '.git'}\n")


def linked_branches_and_objects(folder: Path, private: Path) -> None:
    for name in ("refs", "objects"):
        (folder / ".git" / name).rename(folder.parent / f"away-{name}")
        (folder / ".git" / name).symlink_to(private / ".git" / name)


def a_linked_branch_and_an_alternate(folder: Path, private: Path) -> None:
    (folder / ".git" / "objects" / "info" / "alternates").write_text(f"{private / '.git' / 'objects'}\n")
    branch = folder / ".git" / "refs" / "heads" / "main"
    branch.unlink()
    branch.symlink_to(private / ".git" / "refs" / "heads" / "main")


def somebody_elses_work_tree(folder: Path, private: Path) -> None:
    git(private, "worktree", "add", "-q", str(private.parent / "tree"))
    (folder / ".git").rename(folder.parent / "away")
    (folder / ".git").write_text(f"gitdir: {private / '.git' / 'worktrees' / 'tree'}\n")


PLANTS: list[Plant] = [
    a_git_file, a_link, a_common_folder, a_common_folder_below_worktrees, linked_branches_and_objects,
    a_linked_branch_and_an_alternate, somebody_elses_work_tree,
]  # fmt: skip


@pytest.mark.parametrize("revision", [None, "HEAD", "main"])
@pytest.mark.parametrize("plant", PLANTS)
def test_git_data_of_another_repository_is_refused(
    make_repository: MakeRepository, private: Path, plant: Plant, revision: str | None
) -> None:
    folder = make_repository({"app.py": "x = 1\n"})
    plant(folder, private)
    with pytest.raises(UserError, match="belongs to another repository, which does not name it") as raised:
        open_snapshot(folder, revision)
    assert "--no-local" in raised.value.remedy
    assert "plan.py" not in str(raised.value)


def test_a_plain_git_does_show_it(make_repository: MakeRepository, private: Path) -> None:
    """Or the tests above would prove nothing."""
    folder = make_repository({"app.py": "x = 1\n"})
    linked_branches_and_objects(folder, private)
    assert git(folder, "ls-tree", "--name-only", "HEAD") == "plan.py"


def test_work_trees_and_submodules_that_are_known_are_read(make_repository: MakeRepository, tmp_path: Path) -> None:
    folder, inner = make_repository({"app.py": ""}), make_repository({"inner.py": ""}, "inner")
    git(folder, "worktree", "add", "-q", str(tmp_path / "linked"))
    git(folder, "submodule", "add", "-q", str(inner), "sub")
    for path, name in ((tmp_path / "linked", "app.py"), (folder / "sub", "inner.py")):
        for revision in (None, "HEAD"):
            assert [file.path for file in open_snapshot(path, revision).inventory.files] == [name]


def test_links_within_git_s_own_data_are_followed(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": ""})
    (folder / ".git" / "refs" / "heads" / "other").symlink_to("main")
    assert open_snapshot(folder, "other").identity.commit == git(folder, "rev-parse", "main")


def test_an_included_configuration_gives_no_name(make_repository: MakeRepository, private: Path) -> None:
    folder = make_repository({"app.py": ""})
    git(folder, "config", "include.path", str(private / ".git" / "config"))
    assert git(folder, "config", "--get", "remote.origin.url").endswith("secret-name.git")
    assert open_snapshot(folder).identity.name == "project"


@pytest.mark.parametrize("name", ["blob", "tree", "index", "HEAD", "config"])
def test_a_git_that_waits_for_a_planted_pipe_is_ended(
    make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = make_repository({"app.py": "x = 1\n", "sub/b.py": ""})
    names = {"blob": "HEAD:app.py", "tree": "HEAD:sub"}
    target = folder / ".git" / name
    if name in names:
        identifier = git(folder, "rev-parse", names[name])
        target = folder / ".git" / "objects" / identifier[:2] / identifier[2:]
    target.unlink()
    os.mkfifo(target)
    monkeypatch.setattr(git_runner, "SECONDS", 1)
    with pytest.raises(UserError):
        open_snapshot(folder, None if name == "index" else "HEAD")


def test_a_pipe_that_is_put_there_later_is_named(
    make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_repository({"app.py": "x = 1\n", "b.py": "y = 2\n"})
    snapshot = open_snapshot(folder, "HEAD")
    identifier = git(folder, "rev-parse", "HEAD:app.py")
    target = folder / ".git" / "objects" / identifier[:2] / identifier[2:]
    target.unlink()
    os.mkfifo(target)
    monkeypatch.setattr(git_runner, "SECONDS", 1)
    with pytest.raises(ReadFailure, match="git does not answer"):
        snapshot.reader.read("app.py")
    assert snapshot.reader.read("b.py") == b"y = 2\n"


def test_a_name_that_looks_like_an_option_is_a_revision_that_is_not_there(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": ""})
    write(folder, {"x": ""})
    for revision in (
        "--output=pwned",
        "-h",
        "--all",
        "--git-dir=/",
        "HEAD..main",
        "HEAD\n--help",
        "",
        ":/first",
        "@{u}",
    ):
        with pytest.raises(UserError):
            open_snapshot(folder, revision)
    assert not (folder / "pwned").exists()
