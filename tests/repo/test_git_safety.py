"""Nothing that an audited repository configures is run, in any way a snapshot is opened."""

import os
import subprocess
from pathlib import Path

import pytest

from auditor.errors import UserError
from auditor.repo.components import load_components
from auditor.repo.snapshot import open_snapshot
from tests.repo.conftest import ENVIRONMENT, MakeRepository, git, write


def plant(folder: Path, marker: Path) -> None:
    """Configure everything that git can be made to run, each command leaving its name in `marker`."""

    def command(name: str) -> str:
        passing_on = "cat" if name in ("clean", "smudge", "pager") else "exit 1"
        script = folder.parent / f"plant-{name}"
        script.write_text(f"#!/bin/sh\necho {name} >> {marker}\n{passing_on}\n")
        script.chmod(0o755)
        return str(script)

    settings = {
        "core.fsmonitor": command("fsmonitor"),
        "core.hooksPath": str(folder / ".git" / "planted-hooks"),
        "core.sshCommand": command("ssh"),
        "core.pager": command("pager"),
        "core.editor": command("editor"),
        "core.askPass": command("askpass"),
        "core.gitProxy": command("proxy"),
        "core.alternateRefsCommand": command("refs"),
        "credential.helper": f"!{command('credential')}",
        "filter.evil.clean": command("clean"),
        "filter.evil.smudge": command("smudge"),
        "filter.evil.process": command("process"),
        "filter.evil.required": "true",
        "diff.evil.textconv": command("textconv"),
        "diff.evil.command": command("diff"),
        "diff.external": command("external"),
        "gpg.program": command("gpg"),
        "log.showSignature": "true",
        "pager.ls-files": command("pager-ls"),
        "pager.ls-tree": command("pager-tree"),
        "pager.cat-file": command("pager-cat"),
        "uploadpack.packObjectsHook": command("pack"),
        **{
            f"alias.{name}": f"!{command('alias')}"
            for name in ("ls-files", "ls-tree", "cat-file", "rev-parse", "config", "rev-list")
        },
    }
    for name, value in settings.items():
        git(folder, "config", name, value)
    hooks = folder / ".git" / "planted-hooks"
    hooks.mkdir()
    for hook in ("post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc"):
        (hooks / hook).write_text(f"#!/bin/sh\necho hook-{hook} >> {marker}\n")
        (hooks / hook).chmod(0o755)


def planted(make_repository: MakeRepository, marker: Path) -> Path:
    files = {".gitattributes": "* filter=evil diff=evil\n", "app.py": "x = 1\n", "sub/b.py": "y = 2\n"}
    folder = make_repository(files)
    plant(folder, marker)
    write(folder, {"app.py": "x = 3\n", "new.py": ""})
    os.utime(folder / "sub" / "b.py", (5, 5))
    return folder


def run_plainly(folder: Path, *arguments: str) -> None:
    environment = {name: value for name, value in ENVIRONMENT.items() if name != "GIT_ALLOW_PROTOCOL"}
    subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, check=False, timeout=30)


def test_what_is_planted_does_run_in_a_plain_git(make_repository: MakeRepository, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    folder = planted(make_repository, marker)
    run_plainly(folder, "status")
    git(folder, "config", "--unset", "filter.evil.process")  # goes before clean
    for arguments in (["status"], ["diff"], ["add", "app.py"]):
        run_plainly(folder, *arguments)
    assert {"fsmonitor", "hook-post-index-change", "diff", "process", "clean"} <= set(marker.read_text().split())


def test_nothing_planted_runs(make_repository: MakeRepository, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    folder = planted(make_repository, marker)
    for revision in (None, "HEAD", "main"):
        snapshot = open_snapshot(folder, revision)
        load_components(snapshot.inventory, snapshot.reader)
        assert snapshot.reader.read("sub/b.py") == b"y = 2\n"
    assert open_snapshot(folder).identity.dirty_paths == ("app.py", "new.py")
    assert not marker.exists()


def test_nothing_planted_in_a_bare_repository_runs(make_repository: MakeRepository, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    folder = planted(make_repository, marker)
    git(folder, "config", "core.bare", "true")
    (folder / ".git").rename(tmp_path / "bare.git")
    assert open_snapshot(tmp_path / "bare.git").reader.read("app.py") == b"x = 1\n"
    assert not marker.exists()


def lose(folder: Path, address: str, name: str) -> None:
    """Remove an object, and promise that the remote has it."""
    git(folder, "config", "core.repositoryformatversion", "1")
    git(folder, "config", "extensions.partialClone", "origin")
    git(folder, "config", "remote.origin.promisor", "true")
    git(folder, "config", "remote.origin.url", address)
    blob = git(folder, "rev-parse", name)
    (folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()


def test_a_plain_git_does_ask_a_planted_promisor_remote(make_repository: MakeRepository, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    folder = planted(make_repository, marker)
    lose(folder, "ssh://example.invalid/x", "HEAD:sub/b.py")
    run_plainly(folder, "cat-file", "-p", "HEAD:sub/b.py")
    assert "ssh" in marker.read_text().split()


@pytest.mark.parametrize(
    "address", ["ssh://example.invalid/x", "ext::{marker}-ext", "https://example.invalid/x", "git://example.invalid/x"]
)
def test_a_promisor_remote_is_never_asked(make_repository: MakeRepository, tmp_path: Path, address: str) -> None:
    marker = tmp_path / "marker"
    folder = planted(make_repository, marker)
    helper = tmp_path / "marker-ext"
    helper.write_text(f"#!/bin/sh\necho ext >> {marker}\n")
    helper.chmod(0o755)
    git(folder, "config", "protocol.ext.allow", "always")
    git(folder, "config", "protocol.ssh.allow", "always")
    lose(folder, address.format(marker=marker), "HEAD:sub/b.py")
    snapshot = open_snapshot(folder, "HEAD")
    assert [path for path, _ in snapshot.inventory.unreadable] == ["sub/b.py"]
    open_snapshot(folder)
    tree = git(folder, "rev-parse", "HEAD:sub")
    (folder / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(UserError):
        open_snapshot(folder, "HEAD")
    assert not marker.exists()


def test_a_configured_work_tree_elsewhere_is_not_read(make_repository: MakeRepository, tmp_path: Path) -> None:
    write(tmp_path / "outside", {"secret.py": "SECRET\n"})
    folder = make_repository({"app.py": "x = 1\n"})
    git(folder, "config", "core.worktree", str(tmp_path / "outside"))
    snapshot = open_snapshot(folder)
    assert [file.path for file in snapshot.inventory.files] == ["app.py"]
    assert not snapshot.identity.dirty


def test_replaced_objects_are_read_as_they_were(make_repository: MakeRepository) -> None:
    folder = make_repository({"app.py": "x = 1\n", "b.py": "y = 2\n"})
    git(folder, "replace", "-f", git(folder, "rev-parse", "HEAD:app.py"), git(folder, "rev-parse", "HEAD:b.py"))
    assert open_snapshot(folder, "HEAD").reader.read("app.py") == b"x = 1\n"


def test_opening_writes_nothing_into_the_repository(make_repository: MakeRepository, tmp_path: Path) -> None:
    folder = planted(make_repository, tmp_path / "marker")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    open_snapshot(folder)
    open_snapshot(folder, "HEAD")
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
