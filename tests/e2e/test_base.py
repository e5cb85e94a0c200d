"""``scan --base``: the gate and the report are about what a change adds, resolves and moves."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.e2e.conftest import Command, Completed, git

Make = Callable[[str], Path]
PRETENDS = """name: release
on: {push: {tags: ["v*"]}}
permissions: {contents: read}
jobs:
  deploy:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    environment: production
    steps:
      - name: Deploy to production
        run: echo "Deployed to production"
"""


def branch(folder: Path, name: str = "change") -> None:
    git(folder, "checkout", "--quiet", "-b", name)


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message={path}")


def head(folder: Path, revision: str = "HEAD") -> str:
    asked = ["git", "-C", str(folder), "rev-parse", revision]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def changed(auditor: Command, folder: Path, *options: object) -> tuple[Completed, dict[str, object]]:
    done = auditor("scan", folder, "--base", "main", "--format", "json", *options)
    change = json.loads(done.stdout)["change"]
    assert isinstance(change, dict)
    return done, change


def refused(done: Completed) -> str:
    assert done.returncode == 2, done.stdout + done.stderr
    assert "remedy: " in done.stderr
    return done.stderr


def test_a_change_that_only_pretends_to_deploy_fails_the_gate(repository: Make, auditor: Command) -> None:
    folder = repository("ready")
    branch(folder)
    write(folder, ".github/workflows/release.yml", PRETENDS)
    done, change = changed(auditor, folder)
    assert done.returncode == 1
    assert "this change fails the gate: the decision was GO and is NO-GO" in done.stderr
    added = change["findings_added"]
    assert isinstance(added, list)
    assert added
    assert {one["path"] for one in added} == {".github/workflows/release.yml"}
    assert change["findings_resolved"] == []
    assert isinstance(change["old"], dict)
    assert change["old"]["commit"] == head(folder, "main")


def test_a_change_of_a_repository_that_is_no_go_passes_where_it_adds_nothing(
    repository: Make, auditor: Command
) -> None:
    folder = repository("hollow")
    branch(folder)
    write(folder, "NOTES.md", "# Notes\n\nNothing yet.\n")
    assert auditor("scan", folder, "--quiet").returncode == 1
    for gate in ("no-go", "conditional"):
        assert auditor("scan", folder, "--quiet", "--base", "main", "--fail-on", gate).returncode == 0


def test_what_a_change_resolves_is_told_and_the_score_moves(repository: Make, auditor: Command) -> None:
    folder = repository("hollow")
    branch(folder)
    write(folder, "docs/incident.md", "# Incidents\n\nWho is paged rolls back first, then writes down what happened.\n")
    done = auditor("scan", folder, "--base", "main", "--fail-on", "no-go")
    assert done.returncode == 0, done.stderr
    told = done.stdout.partition("what this change does\n")[2]
    assert "  Documentation and runbooks: 78 -> 83 (+5), changed: code\n" in told
    assert "resolved: Write down the incident response (documentation): OPS-6 is met" in told
    assert "findings    0 added, 0 resolved" in told


def test_the_strict_gate_fails_on_a_condition_that_is_new(repository: Make, auditor: Command) -> None:
    folder = repository("ready")
    branch(folder)
    (folder / "docs" / "operations.md").unlink()
    write(folder, "docs/other.md", "# Other\n\nSome words that say something.\n")
    done, change = changed(auditor, folder, "--fail-on", "conditional")
    assert change["raised"]
    assert done.returncode == 1
    assert " is new: " in done.stderr


def test_what_the_base_has_gained_since_is_no_part_of_the_change(repository: Make, auditor: Command) -> None:
    folder = repository("ready")
    began = head(folder)
    branch(folder)
    write(folder, "NOTES.md", "# Notes\n\nNothing yet.\n")
    git(folder, "checkout", "--quiet", "main")
    write(folder, ".github/workflows/release.yml", PRETENDS)
    git(folder, "checkout", "--quiet", "change")
    done, change = changed(auditor, folder)
    assert done.returncode == 0
    assert isinstance(change["old"], dict)
    assert change["old"]["commit"] == began
    assert (change["findings_added"], change["findings_resolved"]) == ([], [])


def test_uncommitted_work_is_part_of_the_change(repository: Make, auditor: Command) -> None:
    folder = repository("ready")
    (folder / ".github" / "workflows" / "release.yml").write_text(PRETENDS)
    done, change = changed(auditor, folder)
    assert done.returncode == 1
    assert change["findings_added"]


def test_a_revision_is_compared_as_its_checkout_is(repository: Make, auditor: Command) -> None:
    folder = repository("ready")
    branch(folder)
    write(folder, ".github/workflows/release.yml", PRETENDS)
    _, here = changed(auditor, folder)
    git(folder, "checkout", "--quiet", "main")
    _, there = changed(auditor, folder, "--at", "change")
    assert there["findings_added"] == here["findings_added"]


def test_both_sides_are_judged_by_one_rubric_and_its_change_is_noted(repository: Make, auditor: Command) -> None:
    folder = repository("hollow")
    branch(folder)
    write(folder, ".auditor.yaml", "rubric: library\n")
    _, change = changed(auditor, folder)
    assert isinstance(change["old"], dict)
    assert isinstance(change["new"], dict)
    assert change["old"]["rubric"] == change["new"]["rubric"] == "library"
    assert change["notes"] == ["this change also changes how it is judged: .auditor.yaml"]


def test_a_certificate_holds_no_comparison_that_nobody_can_check(
    repository: Make, auditor: Command, tmp_path: Path
) -> None:
    folder = repository("ready")
    branch(folder)
    write(folder, "NOTES.md", "# Notes\n\nNothing yet.\n")
    changed(auditor, folder, "--out", tmp_path / "out")
    (report,) = (tmp_path / "out").glob("*.json")
    assert json.loads(report.read_bytes())["change"] is None


def test_nothing_is_checked_out_and_the_cache_changes_nothing(repository: Make, auditor: Command) -> None:
    folder = repository("hollow")
    branch(folder)
    write(folder, "scripts/rollback.py", "")
    before = sorted(str(path) for path in folder.rglob("*"))
    first, again = (auditor("scan", folder, "--base", "main", "--format", "json") for _ in range(2))
    without = auditor("scan", folder, "--base", "main", "--format", "json", "--no-cache")
    assert first.stdout == again.stdout == without.stdout
    assert sorted(str(path) for path in folder.rglob("*")) == before


def test_bad_input(repository: Make, auditor: Command, tmp_path: Path) -> None:
    folder = repository("ready")
    assert "there is no commit 'v9'" in refused(auditor("scan", folder, "--base", "v9"))
    git(folder, "checkout", "--quiet", "--orphan", "alone")
    git(folder, "commit", "--quiet", "--message=Alone")
    assert "'main' and 'HEAD' have no commit in common" in refused(auditor("scan", folder, "--base", "main"))
    (folder / ".git").rename(tmp_path / "moved")
    assert "no git repository" in refused(auditor("scan", folder, "--base", "main"))


def test_a_shallow_clone_is_told_how_to_fetch_more(repository: Make, auditor: Command, tmp_path: Path) -> None:
    folder = repository("ready")
    branch(folder)
    write(folder, "NOTES.md", "# Notes\n\nNothing yet.\n")
    git(folder, "checkout", "--quiet", "main")
    write(folder, "MORE.md", "# More\n\nNothing yet.\n")
    clone = tmp_path / "shallow"
    address = f"file://{folder}"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=change", address, str(clone))
    told = refused(auditor("scan", clone, "--base", "origin/main"))
    assert "in this shallow clone" in told
    assert "git fetch --unshallow" in told
