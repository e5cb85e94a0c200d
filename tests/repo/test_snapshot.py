"""Snapshots of real repositories, in every state that git leaves them in."""

import hashlib
import multiprocessing
import os
import pickle
import shutil
import stat
import tempfile
from pathlib import Path

import pytest

from auditor.errors import UserError
from auditor.model.source import LeftOut, Role
from auditor.repo.reader import ReadFailure
from auditor.repo.snapshot import Snapshot, open_snapshot
from tests.repo.conftest import MakeRepository, git, write

LFS = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 9\n"


def paths(snapshot: Snapshot) -> list[str]:
    return [file.path for file in snapshot.inventory.files]


def test_a_clean_work_tree_is_its_commit(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": "x = 1\n", "docs/guide.md": "# Guide\n"})
    snapshot = open_snapshot(folder)
    identity = snapshot.identity
    assert (identity.commit, identity.tree) == (
        git(folder, "rev-parse", "HEAD"),
        git(folder, "rev-parse", "HEAD^{tree}"),
    )
    assert (identity.git, identity.dirty, identity.dirty_paths, identity.shallow) == (True, False, (), False)
    assert (identity.name, identity.head_date, identity.revision) == ("project", "2026-01-02T03:04:05Z", None)
    assert paths(snapshot) == ["app.py", "docs/guide.md"]
    assert snapshot.inventory.files[0].blob == git(folder, "rev-parse", "HEAD:app.py")
    assert snapshot.reader.read("app.py") == b"x = 1\n"


def test_a_revision_is_read_without_a_checkout(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": "x = 1\n"})
    write(folder, {"app.py": "x = 2\n", "new.py": ""})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "second")
    write(folder, {"app.py": "x = 3\n"})
    snapshot = open_snapshot(folder, "HEAD~1")
    assert paths(snapshot) == ["app.py"]
    assert snapshot.reader.read("app.py") == b"x = 1\n"
    assert (snapshot.identity.dirty, snapshot.identity.revision) == (False, "HEAD~1")
    assert snapshot.identity.commit == git(folder, "rev-parse", "HEAD~1")


def test_a_work_tree_and_its_commit_give_the_same_inventory(make_repository: MakeRepository) -> None:
    files = {
        "a b.py": "1",
        "new\nline.sh": "#!/bin/sh\n",
        "img.png": b"\x89PNG\0",
        "venv/pyvenv.cfg": "",
        "venv/x.py": "1",
    }
    folder = make_repository(files)
    assert open_snapshot(folder).inventory == open_snapshot(folder, "HEAD").inventory


@pytest.mark.parametrize("change", ["edit", "delete", "untracked", "staged", "staged deletion", "link"])
def test_every_change_makes_it_dirty(make_repository: MakeRepository, change: str) -> None:
    folder = make_repository({"app.py": "x = 1\n", "other.py": ""})
    target = folder / "app.py"
    if change == "edit":
        target.write_text("x = 2\n")
    elif change == "delete":
        target.unlink()
    elif change == "untracked":
        target = folder / "new.py"
        target.write_text("")
    elif change == "staged":
        target.write_text("x = 2\n")
        git(folder, "add", "app.py")
        target.write_text("x = 1\n")
    elif change == "staged deletion":
        git(folder, "rm", "-q", "--cached", "app.py")
    else:
        target.unlink()
        target.symlink_to("other.py")
    identity = open_snapshot(folder).identity
    assert identity.dirty
    assert identity.dirty_paths == (target.name,)


def test_touching_a_file_changes_nothing(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": "x = 1\n"})
    os.utime(folder / "app.py", (1, 1))
    assert not open_snapshot(folder).identity.dirty


def test_at_most_ten_dirty_paths_are_named(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": ""})
    write(folder, {f"new{number:02}.py": "" for number in range(15)})
    assert open_snapshot(folder).identity.dirty_paths == tuple(f"new{number:02}.py" for number in range(10))


def test_ignored_files_are_no_part_of_it(make_repository: MakeRepository) -> None:
    folder = make_repository({".gitignore": "build/\n", "app.py": ""})
    write(folder, {"build/out.py": ""})
    snapshot = open_snapshot(folder)
    assert paths(snapshot) == [".gitignore", "app.py"]
    assert not snapshot.identity.dirty


def test_line_ends_that_git_converts_are_no_change(make_repository: MakeRepository) -> None:
    folder = make_repository({".gitattributes": "*.bat text eol=crlf\n", "run.bat": "@echo off\r\nexit\r\n"})
    snapshot = open_snapshot(folder)
    assert not snapshot.identity.dirty
    blob = next(file.blob for file in snapshot.inventory.files if file.path == "run.bat")
    assert blob == git(folder, "rev-parse", "HEAD:run.bat")


def test_a_bare_repository_is_read_at_its_head(make_repository: MakeRepository, tmp_path: Path) -> None:
    folder = make_repository({"app.py": "x = 1\n"})
    git(tmp_path, "clone", "-q", "--bare", str(folder), "bare.git")
    snapshot = open_snapshot(tmp_path / "bare.git")
    assert paths(snapshot) == ["app.py"]
    assert snapshot.identity.commit == git(folder, "rev-parse", "HEAD")
    assert not snapshot.identity.dirty


def test_a_linked_work_tree_is_one(make_repository: MakeRepository, tmp_path: Path) -> None:
    folder = make_repository({"app.py": "x = 1\n"})
    git(folder, "worktree", "add", "-q", str(tmp_path / "linked"))
    snapshot = open_snapshot(tmp_path / "linked")
    assert paths(snapshot) == ["app.py"]
    assert not snapshot.identity.dirty


def test_a_shallow_clone_says_so(make_repository: MakeRepository, tmp_path: Path) -> None:
    folder = make_repository({"app.py": "x = 1\n"})
    git(folder, "commit", "-qm", "second", "--allow-empty")
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{folder}", "clone")
    snapshot = open_snapshot(tmp_path / "clone", "HEAD")
    assert snapshot.identity.shallow
    assert paths(snapshot) == ["app.py"]


def test_blobs_that_a_partial_clone_lacks_are_named_and_not_fetched(
    make_repository: MakeRepository, tmp_path: Path
) -> None:
    folder = make_repository({"app.py": "x = 1\n", "sub/b.py": "y\n"})
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{folder}", "clone")
    clone = tmp_path / "clone"
    snapshot = open_snapshot(clone, "HEAD")
    missing = "its content is not in this clone"
    assert snapshot.inventory.unreadable == (("app.py", missing), ("sub/b.py", missing))
    with pytest.raises(ReadFailure, match="not in this clone"):
        snapshot.reader.read("app.py")
    assert "?" in git(clone, "rev-list", "--objects", "--no-walk", "--missing=print", "HEAD")


def test_pictures_and_logs_that_a_partial_clone_lacks_leave_nothing_unknown(
    make_repository: MakeRepository, tmp_path: Path
) -> None:
    folder = make_repository({"app.py": "x = 1\n", "docs/plan.pdf": "%PDF", "logs/app.log.1": "started\n"})
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{folder}", "clone")
    inventory = open_snapshot(tmp_path / "clone", "HEAD").inventory
    assert [path for path, _ in inventory.unreadable] == ["app.py"]
    assert [one.path for one in inventory.left_out] == ["docs/plan.pdf", "logs/app.log.1"]


def test_a_clone_without_trees_is_refused_clearly(make_repository: MakeRepository, tmp_path: Path) -> None:
    folder = make_repository({"sub/app.py": "x = 1\n"})
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=tree:0", f"file://{folder}", "clone")
    with pytest.raises(UserError, match="clone it anew and in full"):
        open_snapshot(tmp_path / "clone", "HEAD")


def test_submodules_are_left_out_and_named(make_repository: MakeRepository) -> None:
    inner = make_repository({"lib.py": ""}, "inner")
    folder = make_repository({"app.py": ""})
    git(folder, "submodule", "--quiet", "add", str(inner), "libs/inner")
    git(folder, "commit", "-qm", "second")
    for snapshot in (open_snapshot(folder), open_snapshot(folder, "HEAD")):
        assert LeftOut("libs/inner", "submodule: another repository") in snapshot.inventory.left_out
        assert paths(snapshot) == [".gitmodules", "app.py"]
        assert not snapshot.identity.dirty


def test_a_nested_repository_is_left_out(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": ""})
    nested = folder / "nested"
    nested.mkdir()
    git(nested, "init", "-q")
    write(nested, {"x.py": ""})
    git(nested, "add", "-A")
    git(nested, "commit", "-qm", "x")
    assert LeftOut("nested", "another repository") in open_snapshot(folder).inventory.left_out


def test_lfs_pointers_are_left_out(make_repository: MakeRepository) -> None:
    folder = make_repository({"model.py": LFS, "app.py": ""})
    for snapshot in (open_snapshot(folder), open_snapshot(folder, "HEAD")):
        assert paths(snapshot) == ["app.py"]
        assert [one.path for one in snapshot.inventory.left_out] == ["model.py"]


def test_lfs_content_in_a_work_tree_is_left_out_as_its_pointer_is(make_repository: MakeRepository) -> None:
    content = b"real content"
    folder = make_repository({".gitattributes": "*.txt filter=lfs\n", "big.txt": LFS, "other.txt": LFS})
    pointer = LFS.replace("a" * 64, hashlib.sha256(content).hexdigest()).replace("size 9", f"size {len(content)}")
    write(folder, {"big.txt": pointer})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "right")
    write(folder, {"big.txt": content, "other.txt": "not what its pointer names"})
    snapshot = open_snapshot(folder)
    assert snapshot.identity.dirty_paths == ("other.txt",)
    assert [one.path for one in snapshot.inventory.left_out] == ["big.txt"]


def test_links_are_never_followed(make_repository: MakeRepository, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write(outside, {"secret.py": "SECRET\n"})
    folder = make_repository({"app.py": "", "sub/x.py": ""})
    (folder / "link.py").symlink_to(outside / "secret.py")
    (folder / "folder").symlink_to(outside)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "links")
    for snapshot in (open_snapshot(folder), open_snapshot(folder, "HEAD")):
        assert paths(snapshot) == ["app.py", "sub/x.py"]
        assert {one.path: one.reason for one in snapshot.inventory.left_out} == dict.fromkeys(
            ("folder", "link.py"), "symbolic link"
        )
    snapshot = open_snapshot(folder)
    for path in ("link.py", "folder/secret.py", "../outside/secret.py", "sub/../../outside/secret.py"):
        with pytest.raises(ReadFailure):
            snapshot.reader.read(path)


def test_a_folder_exchanged_for_a_link_is_not_entered(make_repository: MakeRepository, tmp_path: Path) -> None:
    write(tmp_path / "outside", {"x.py": "SECRET\n"})
    folder = make_repository({"app.py": "", "sub/x.py": "mine\n"})
    shutil.rmtree(folder / "sub")
    (folder / "sub").symlink_to(tmp_path / "outside")
    snapshot = open_snapshot(folder)
    assert paths(snapshot) == ["app.py"]
    assert "sub/x.py" in snapshot.identity.dirty_paths


def test_special_files_are_not_opened(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": ""})
    os.mkfifo(tmp_path / "pipe.py")
    snapshot = open_snapshot(tmp_path)
    assert paths(snapshot) == ["app.py"]
    assert LeftOut("pipe.py", "special file") in snapshot.inventory.left_out


def test_a_tracked_file_exchanged_for_a_pipe_is_not_opened(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": "x\n", "b.py": ""})
    (folder / "app.py").unlink()
    os.mkfifo(folder / "app.py")
    snapshot = open_snapshot(folder)
    assert paths(snapshot) == ["b.py"]
    assert snapshot.identity.dirty_paths == ("app.py",)


def test_names_that_are_no_utf_8_stay_apart_and_readable(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "-q")
    names = (b"a\xff.py", b"a\\xff.py", b"\xff/\xfe.py", b" lead.py", b"tab\t.py", b'quo"te.py')
    for number, name in enumerate(names):
        write(folder, {os.fsdecode(name): b"%d\n" % number})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "x")
    tree, commit = open_snapshot(folder), open_snapshot(folder, "HEAD")
    assert tree.inventory == commit.inventory
    assert not tree.identity.dirty
    shown = paths(tree)
    assert {"\\xff/\\xfe.py", " lead.py", "tab\t.py", 'quo"te.py', "a\\xff.py", "a\\\\xff.py"} == set(shown)
    for snapshot in (tree, commit):
        assert sorted(snapshot.reader.read(path) for path in shown) == [b"%d\n" % number for number in range(6)]
        assert snapshot.reader.read("a\\xff.py") == b"1\n"


def test_a_folder_without_git_is_scanned_and_marked(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "x\n", "sub/b.py": "", "venv/pyvenv.cfg": "", "sub/.git/config": "x"})
    snapshot = open_snapshot(tmp_path)
    identity = snapshot.identity
    assert (identity.git, identity.dirty, identity.commit, identity.tree) == (False, True, None, None)
    assert identity.name == tmp_path.name
    assert paths(snapshot) == ["app.py", "sub/b.py"]
    assert snapshot.inventory.vendored_trees == ()
    assert snapshot.inventory.left_out == (LeftOut("venv", "vendored: virtual environment"),)
    assert snapshot.inventory.files[0].blob == "587be6b4c3f93f93c489c0111bba5596147a26cb"


def test_a_work_tree_without_a_commit_is_dirty(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"app.py": ""})
    identity = open_snapshot(tmp_path).identity
    assert (identity.git, identity.commit, identity.dirty, identity.dirty_paths) == (True, None, True, ("app.py",))


def test_an_unfinished_merge_is_dirty(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": "x = 1\n"})
    git(folder, "checkout", "-qb", "other")
    write(folder, {"app.py": "x = 2\n"})
    git(folder, "commit", "-qam", "two")
    git(folder, "checkout", "-q", "main")
    write(folder, {"app.py": "x = 3\n"})
    git(folder, "commit", "-qam", "three")
    with pytest.raises(AssertionError):
        git(folder, "merge", "other")
    snapshot = open_snapshot(folder)
    assert snapshot.identity.dirty_paths == ("app.py",)
    assert paths(snapshot) == ["app.py"]


def test_files_that_a_sparse_work_tree_lacks_are_named(make_repository: MakeRepository) -> None:
    folder = make_repository({"app/a.py": "", "web/b.py": "x\n"})
    git(folder, "sparse-checkout", "set", "app")
    snapshot = open_snapshot(folder)
    assert paths(snapshot) == ["app/a.py"]
    assert LeftOut("web/b.py", "not in this sparse work tree") in snapshot.inventory.left_out
    assert not snapshot.identity.dirty


def test_large_files_are_left_out_and_named(make_repository: MakeRepository) -> None:
    large = "x" * (5 * 1024 * 1024 + 1)
    folder = make_repository({"app.py": "", "dump.csv": large, "notes.txt": large})
    for snapshot in (open_snapshot(folder), open_snapshot(folder, "HEAD")):
        assert paths(snapshot) == ["app.py"]
        left = ("dump.csv", "larger than 5 MB"), ("notes.txt", "larger than 5 MB")
        assert snapshot.inventory.left_out == tuple(LeftOut(*one) for one in left)
        assert not snapshot.identity.dirty
    with (folder / "dump.csv").open("a") as file:
        file.write("y")
    assert open_snapshot(folder).identity.dirty_paths == ("dump.csv",)


def test_large_files_that_would_be_judged_are_unknown(make_repository: MakeRepository) -> None:
    """Or a megabyte of comments would hide whatever stands beside them."""
    folder = make_repository({"app.py": "", "deploy.sh": "#" * (5 * 1024 * 1024 + 1)})
    for snapshot in (open_snapshot(folder), open_snapshot(folder, "HEAD")):
        assert snapshot.inventory.unreadable == (("deploy.sh", "larger than 5 MB"),)
        assert not snapshot.identity.dirty


def test_repositories_with_sha_256_work(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": "x = 1\n"}, "project", "--object-format=sha256")
    tree, commit = open_snapshot(folder), open_snapshot(folder, "HEAD")
    assert not tree.identity.dirty
    assert len(tree.inventory.files[0].blob) == 64
    assert tree.inventory == commit.inventory
    assert commit.reader.read("app.py") == b"x = 1\n"


def _as_nobody(folder: str, answers: "multiprocessing.SimpleQueue[object]") -> None:
    os.setgid(65534)
    os.setuid(65534)
    inventory = open_snapshot(Path(folder)).inventory
    answers.put((inventory.unreadable, [file.path for file in inventory.files]))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can change to a user who may not read a file")
def test_a_file_without_permission_is_unreadable(make_repository: MakeRepository) -> None:
    with tempfile.TemporaryDirectory() as top:
        folder = Path(shutil.copytree(make_repository({"app.py": "", "secret.py": "x\n"}), f"{top}/project"))
        (folder / "secret.py").chmod(0)
        Path(top).chmod(stat.S_IRWXU | stat.S_IXOTH | stat.S_IROTH)
        context = multiprocessing.get_context("fork")
        answers: multiprocessing.SimpleQueue[object] = context.SimpleQueue()
        process = context.Process(target=_as_nobody, args=(str(folder), answers))
        process.start()
        process.join(30)
        assert process.exitcode == 0
        assert answers.get() == ((("secret.py", "permission denied"),), ["app.py"])


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a repository away")
def test_a_repository_of_somebody_else_is_read(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": ""})
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 65534, 65534)
    assert open_snapshot(folder).identity.commit == open_snapshot(folder, "HEAD").identity.commit


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://user:token@example.org/team/shop.git", "shop"),
        ("git@example.org:team/shop.git", "shop"),
        ("https://user:token@example.org", "example.org"),
        ("/srv/mirror/shop/", "shop"),
        ("ssh://example.org/~team/\x1b[31mred.git", "[31mred"),
    ],
)
def test_the_name_comes_from_the_origin_without_credentials(
    make_repository: MakeRepository, address: str, name: str
) -> None:
    folder = make_repository({"app.py": ""})
    git(folder, "config", "remote.origin.url", address)
    assert open_snapshot(folder).identity.name == name


def test_a_damaged_blob_is_unreadable(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": "x = 1\n", "b.py": "y\n"})
    blob = git(folder, "rev-parse", "HEAD:app.py")
    loose = folder / ".git" / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes(b"no object")
    snapshot = open_snapshot(folder, "HEAD")
    assert [path for path, _ in snapshot.inventory.unreadable] == ["app.py"]
    assert snapshot.reader.read("b.py") == b"y\n"


def test_an_object_that_lies_about_its_content_is_not_believed(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": "x = 1\n", "b.py": "y = 2\n"})
    store = folder / ".git" / "objects"
    first, second = (git(folder, "rev-parse", f"HEAD:{path}") for path in ("app.py", "b.py"))
    target = store / first[:2] / first[2:]
    target.chmod(0o644)
    target.write_bytes((store / second[:2] / second[2:]).read_bytes())
    assert [path for path, _ in open_snapshot(folder, "HEAD").inventory.unreadable] == ["app.py"]


def _read_in_child(snapshot: Snapshot) -> bytes:
    return snapshot.reader.read("app.py")


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_readers_travel_to_other_processes(make_repository: MakeRepository, method: str) -> None:
    folder = make_repository({"app.py": "x = 1\n"})
    for snapshot in (open_snapshot(folder), open_snapshot(folder, "HEAD")):
        snapshot.reader.read("app.py")  # so that a process of git may be running when the children start
        assert pickle.loads(pickle.dumps(snapshot)).reader.read("app.py") == b"x = 1\n"
        with multiprocessing.get_context(method).Pool(2) as pool:
            assert pool.map(_read_in_child, [snapshot] * 4) == [b"x = 1\n"] * 4
        assert snapshot.reader.read("app.py") == b"x = 1\n"


def test_a_subfolder_names_the_top_as_remedy(make_repository: MakeRepository) -> None:
    folder = make_repository({"sub/app.py": ""})
    with pytest.raises(UserError) as raised:
        open_snapshot(folder / "sub")
    assert f"audit {folder}" in raised.value.remedy
    with pytest.raises(UserError):
        open_snapshot(folder / ".git")


@pytest.mark.parametrize("revision", ["nowhere", "-x", "--all", "HEAD:app.py", "", "a\0b", "HEAD~9"])
def test_an_unknown_revision_is_refused(make_repository: MakeRepository, revision: str) -> None:
    folder = make_repository({"app.py": ""})
    with pytest.raises(UserError) as raised:
        open_snapshot(folder, revision)
    assert raised.value.remedy


def test_bad_paths_are_refused_with_a_remedy(tmp_path: Path, make_repository: MakeRepository) -> None:
    write(tmp_path, {"file.txt": ""})
    (tmp_path / "empty").mkdir()
    (tmp_path / "plain").mkdir()
    write(tmp_path / "plain", {"a.py": ""})
    broken = tmp_path / "broken"
    write(broken, {".git/config": "[core\n", "a.py": ""})
    no_files = make_repository({}, "no_files")
    bare = tmp_path / "bare.git"
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    cases: list[tuple[Path, str | None]] = [
        (tmp_path / "nowhere", None),
        (tmp_path / "file.txt", None),
        (tmp_path / "empty", None),
        (tmp_path / "plain", "HEAD"),
        (broken, None),
        (no_files, None),
        (no_files, "HEAD"),
        (bare, None),
    ]
    for path, revision in cases:
        with pytest.raises(UserError) as raised:
            open_snapshot(path, revision)
        assert raised.value.remedy, path


def test_what_the_configuration_excludes_is_named(make_repository: MakeRepository) -> None:
    folder = make_repository(
        {".auditor.yaml": "exclude: ['legacy/', '*.yaml']\n", "legacy/a.py": "", "legacy/b.py": "", "app.py": ""}
    )
    inventory = open_snapshot(folder).inventory
    assert [file.path for file in inventory.files] == [".auditor.yaml", "app.py"]
    assert inventory.left_out == (LeftOut("legacy/", "excluded in .auditor.yaml", 2),)
    assert "legacy/a.py" in inventory.all_paths


def test_variables_of_the_caller_are_not_heeded(
    make_repository: MakeRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_repository({"other.py": ""}, "other")
    folder = make_repository({"app.py": ""})
    for name, value in {
        "GIT_DIR": str(other / ".git"),
        "GIT_WORK_TREE": str(other),
        "GIT_INDEX_FILE": str(other / ".git/index"),
        "GIT_OBJECT_DIRECTORY": str(other / ".git/objects"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.bare",
        "GIT_CONFIG_VALUE_0": "true",
        "GIT_NAMESPACE": "x",
    }.items():
        monkeypatch.setenv(name, value)
    snapshot = open_snapshot(folder)
    assert paths(snapshot) == ["app.py"]
    assert not snapshot.identity.dirty
    assert paths(open_snapshot(folder, "HEAD")) == ["app.py"]


def test_committed_trees_are_told_from_untracked_ones(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": "", "node_modules/a/index.js": "", "node_modules/b/index.js": ""})
    write(folder, {"venv/pyvenv.cfg": "", "venv/bin/python": ""})
    inventory = open_snapshot(folder).inventory
    assert inventory.vendored_trees == (LeftOut("node_modules", "vendored: installed packages", 2),)
    assert LeftOut("venv", "vendored: virtual environment", 2) in inventory.left_out
    assert all(file.role is not Role.VENDORED for file in inventory.files)


def test_the_bytes_of_a_file_with_other_line_ends_are_told_apart(make_repository: MakeRepository) -> None:
    folder = make_repository({"a.txt": "one\ntwo\n"})
    assert open_snapshot(folder).inventory.contents == {}
    (folder / "a.txt").write_bytes(b"one\r\ntwo\r\n")
    inventory = open_snapshot(folder).inventory
    assert inventory.contents["a.txt"] != inventory.files[0].blob
