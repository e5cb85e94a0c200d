"""Baselines through the real command: adoption, the gate on what is new, the ratchet, renames and real merges."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Command, Completed, git

Make = Callable[[str], Path]


@pytest.fixture
def shop(repository: Make, auditor: Command) -> Path:
    """The repository whose checks are hollow, with a baseline that is committed."""
    folder = repository("hollow")
    done = auditor("baseline", folder)
    assert done.returncode == 0, done.stderr
    commit(folder, "Baseline")
    return folder


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message={message}")


def lines(folder: Path) -> list[str]:
    return (folder / ".auditor" / "baseline").read_text(encoding="ascii").splitlines()


def gated(auditor: Command, folder: Path, *options: object) -> Completed:
    return auditor("scan", folder, "--new-only", *options)


def test_a_baseline_holds_sorted_fingerprints_and_nothing_else(shop: Path) -> None:
    found = lines(shop)
    assert found == sorted(set(found))
    assert len(found) > 20
    assert all(len(one) == 40 and int(one, 16) >= 0 for one in found)


def test_nothing_new_passes_the_gate_and_the_certificate_says_what_it_says(
    shop: Path, auditor: Command, tmp_path: Path
) -> None:
    assert auditor("scan", shop).returncode == 1
    done = gated(auditor, shop, "--fail-on", "conditional", "--format", f"json:{tmp_path / 'report.json'}")
    assert done.returncode == 0
    assert done.stdout.startswith("NO-GO")
    assert "gate, about what is new alone: nothing is new; the decision about all of it stays NO-GO" in done.stdout
    assert json.loads((tmp_path / "report.json").read_bytes())["decision"] == "NO-GO"


def test_what_is_new_is_decided_by_the_rubric(shop: Path, auditor: Command) -> None:
    workflow = shop / ".github" / "workflows" / "again.yml"
    workflow.write_text(
        "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - name: Deploy to production\n        run: echo 'Deployed'\n"
    )
    done = gated(auditor, shop)
    assert done.returncode == 1
    assert "  new: AUD110 " in done.stdout
    assert "gate, about what is new alone: NO-GO" in done.stdout


def test_what_is_new_and_mild_passes_unless_the_gate_is_stricter(shop: Path, auditor: Command) -> None:
    module = shop / "scripts" / "orders.py"
    module.write_text("import time\n\n\ndef restart_service() -> None:\n    # TODO: restart it\n    time.sleep(5)\n")
    commit(shop, "More")
    done = gated(auditor, shop)
    assert done.returncode == 0, done.stdout
    assert "  new: AUD101 " in done.stdout
    assert "about what is new alone: " in done.stdout


def test_moved_lines_and_blanks_are_not_new(shop: Path, auditor: Command) -> None:
    for module in shop.rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        module.write_text("# moved\n\n" + text.replace("    ", "        "), encoding="utf-8")
    assert "new since .auditor/baseline: 0; " in gated(auditor, shop).stdout


@pytest.mark.parametrize("committed", [True, False])
def test_a_renamed_file_is_not_new(committed: bool, shop: Path, auditor: Command) -> None:
    git(shop, "mv", "app/pay.py", "app/till.py")
    till = shop / "app" / "till.py"
    till.write_text("# renamed\n" + till.read_text(encoding="utf-8"), encoding="utf-8")
    git(shop, "add", "--all")
    if committed:
        git(shop, "commit", "--quiet", "--message=Rename")
    done = gated(auditor, shop)
    assert not [line for line in done.stdout.splitlines() if line.startswith("  new: AUD101")], done.stdout
    pruned = auditor("baseline", shop, "--prune")
    assert "in renamed files: " in pruned.stdout
    assert "in renamed files" not in auditor("baseline", shop, "--prune").stdout


def test_a_shallow_clone_says_that_it_does_not_know_of_renames(shop: Path, auditor: Command, tmp_path: Path) -> None:
    git(shop, "mv", "app/pay.py", "app/till.py")
    commit(shop, "Rename")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{shop}", "shallow")
    done = gated(auditor, tmp_path / "shallow")
    assert "  new: AUD101 low app/till.py" in done.stdout
    assert "note: this clone is shallow: files that were renamed count as new" in done.stdout


def test_a_block_that_is_repeated_is_new(shop: Path, auditor: Command) -> None:
    module = shop / "app" / "pay.py"
    text = module.read_text(encoding="utf-8")
    (todo,) = (line for line in text.splitlines(keepends=True) if "TODO" in line)
    module.write_text(text.replace(todo, todo * 2), encoding="utf-8")
    assert "new since .auditor/baseline: 1; " in gated(auditor, shop).stdout


def test_it_does_not_grow_unless_it_is_told_to(shop: Path, auditor: Command) -> None:
    before = lines(shop)
    (shop / "app" / "orders.py").write_text("def pay() -> int:\n    # TODO: pay\n    return 1\n")
    refused = auditor("baseline", shop)
    assert refused.returncode == 1
    assert "nothing was written: a baseline does not grow by itself" in refused.stdout
    assert lines(shop) == before
    assert auditor("baseline", shop, "--check").returncode == 1
    assert auditor("baseline", shop, "--prune").returncode == 0
    assert lines(shop) == before
    assert auditor("baseline", shop, "--grow").returncode == 0
    assert set(lines(shop)) > set(before)
    assert auditor("baseline", shop, "--check").returncode == 0


def test_a_change_that_grows_it_is_found_against_the_revision_before(shop: Path, auditor: Command) -> None:
    git(shop, "checkout", "--quiet", "-b", "change")
    git(shop, "mv", "app/pay.py", "app/till.py")
    git(shop, "add", "--all")
    assert auditor("baseline", shop, "--grow").returncode == 0
    commit(shop, "Rename")
    renamed = auditor("baseline", shop, "--check", "--against", "main")
    assert renamed.returncode == 0, renamed.stdout
    (shop / "app" / "orders.py").write_text("def pay() -> int:\n    # TODO: pay\n    return 1\n")
    assert auditor("baseline", shop, "--grow").returncode == 0
    commit(shop, "Grow")
    grown = auditor("baseline", shop, "--check", "--against", "main")
    assert auditor("baseline", shop, "--check").returncode == 0
    assert grown.returncode == 1
    assert "more than at main, the first is " in grown.stdout
    assert auditor("baseline", shop, "--check", "--against", "v9").returncode == 2


def test_what_is_gone_is_pruned_so_that_it_cannot_come_back_unseen(shop: Path, auditor: Command) -> None:
    module, before = shop / "app" / "pay.py", lines(shop)
    text = module.read_text(encoding="utf-8")
    (todo,) = (line for line in text.splitlines(keepends=True) if "TODO" in line)
    module.write_text(text.replace(todo, ""), encoding="utf-8")
    assert auditor("baseline", shop, "--check").returncode == 1
    assert auditor("baseline", shop, "--prune").returncode == 0
    assert set(lines(shop)) < set(before)
    assert auditor("baseline", shop, "--check").returncode == 0
    module.write_text(text, encoding="utf-8")
    assert "  new: AUD101 " in gated(auditor, shop).stdout


def test_branches_that_both_grow_it_merge_without_conflict(shop: Path, auditor: Command) -> None:
    for branch in ("left", "right"):
        git(shop, "checkout", "--quiet", "-b", branch, "main")
        for number in range(6):
            text = f"def {branch}_{number}() -> int:\n    # TODO: {branch} {number}\n    return 1\n"
            (shop / "app" / f"{branch}_{number}.py").write_text(text)
        assert auditor("baseline", shop, "--grow").returncode == 0
        commit(shop, branch)
    git(shop, "merge", "--quiet", "--no-edit", "left")
    assert auditor("baseline", shop, "--check").returncode == 0
    assert "new since .auditor/baseline: 0; " in gated(auditor, shop).stdout


def test_branches_that_both_begin_one_merge_without_conflict(repository: Make, auditor: Command) -> None:
    folder = repository("hollow")
    for branch in ("left", "right"):
        git(folder, "checkout", "--quiet", "-b", branch, "main")
        (folder / "app" / f"{branch}.py").write_text(f"def {branch}() -> int:\n    # TODO: {branch}\n    return 1\n")
        assert auditor("baseline", folder).returncode == 0
        commit(folder, branch)
    git(folder, "merge", "--quiet", "--no-edit", "left")
    assert auditor("baseline", folder, "--check").returncode == 0


def test_without_the_attribute_such_a_merge_conflicts(tmp_path: Path) -> None:
    """Why `.auditor/.gitattributes` is written at all."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "bare")
    folder = tmp_path / "bare"
    (folder / "baseline").write_text(f"{'1' * 40}\n{'9' * 40}\n")
    commit(folder, "Base")
    for branch, digit in (("left", "3"), ("right", "4")):
        git(folder, "checkout", "--quiet", "-b", branch, "main")
        (folder / "baseline").write_text(f"{'1' * 40}\n{digit * 40}\n{'9' * 40}\n")
        commit(folder, branch)
    with pytest.raises(subprocess.CalledProcessError):
        git(folder, "merge", "--quiet", "--no-edit", "left")


def test_a_revision_is_held_against_its_own_baseline(shop: Path, auditor: Command) -> None:
    (shop / ".auditor" / "baseline").write_text("")
    assert "new since .auditor/baseline: 0; " in gated(auditor, shop, "--at", "main").stdout
    assert "new since .auditor/baseline: 0; " not in gated(auditor, shop).stdout


def test_another_baseline_can_be_named(shop: Path, auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    done = gated(auditor, shop, "--baseline", tmp_path / "empty")
    assert done.returncode == 1
    assert "about what is new alone: NO-GO" in done.stdout
    written = auditor("baseline", shop, "--output", tmp_path / "mine")
    assert "merge=union" in written.stdout
    assert (tmp_path / "mine").read_text().splitlines() == lines(shop)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("# a note\n", ".auditor/baseline:1: '# a note' is no fingerprint"),
        ("1" * 40 + "\n<<<<<<< ours\n", ".auditor/baseline:2: a merge left its marks here"),
        ("1" * 39 + "\n", ".auditor/baseline:1: "),
        ("A" * 40 + "\n", ".auditor/baseline:1: "),
        ("1" * 41_000_000, ".auditor/baseline: this file is too large for a baseline"),
    ],
)
def test_a_malformed_baseline_names_its_line(content: str, told: str, shop: Path, auditor: Command) -> None:
    (shop / ".auditor" / "baseline").write_text(content)
    done = gated(auditor, shop)
    assert done.returncode == 2
    assert f"error: {told}" in done.stderr
    assert "remedy: " in done.stderr


def test_without_a_baseline_nothing_is_new_only(repository: Make, auditor: Command, tmp_path: Path) -> None:
    folder = repository("ready")
    for done in (
        gated(auditor, folder),
        auditor("baseline", folder, "--prune"),
        auditor("baseline", folder, "--check"),
    ):
        assert done.returncode == 2
        assert "there is no baseline" in done.stderr
    assert auditor("scan", folder, "--baseline", tmp_path / "x").returncode == 2


def test_options_that_would_change_nothing_are_bad_usage(shop: Path, auditor: Command, tmp_path: Path) -> None:
    for options in (
        ["--check", "--grow"],
        ["--against", "main"],
        ["--check", "--output", tmp_path, "--against", "main"],
    ):
        assert auditor("baseline", shop, *options).returncode == 2
    assert "no such folder" in gated(auditor, tmp_path / "absent").stderr


def test_a_bare_repository_is_held_against_its_head(shop: Path, auditor: Command, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(shop), "bare.git")
    assert "new since .auditor/baseline: 0; " in gated(auditor, tmp_path / "bare.git").stdout
    assert "this repository has no work tree" in auditor("baseline", tmp_path / "bare.git").stderr


def test_what_is_not_scored_is_not_gone(shop: Path, auditor: Command) -> None:
    assert "; gone: 0" in gated(auditor, shop, "--components", "application").stdout


def test_a_link_in_place_of_the_folder_or_the_file_is_not_followed(
    repository: Make, auditor: Command, tmp_path: Path
) -> None:
    folder, outside = repository("ready"), tmp_path / "outside"
    outside.mkdir()
    (folder / ".auditor").symlink_to(outside)
    assert "leads out of the repository" in auditor("baseline", folder).stderr
    (folder / ".auditor").unlink()
    (folder / ".auditor").mkdir()
    (outside / "kept").write_text("mine")
    (folder / ".auditor" / "baseline").symlink_to(outside / "kept")
    assert auditor("baseline", folder).returncode == 2
    assert (outside / "kept").read_text() == "mine"


def test_a_baseline_hides_no_expired_waiver(shop: Path, auditor: Command) -> None:
    (shop / ".auditor" / "waivers.yaml").write_text(
        "waivers:\n  - {rule: AUD103, path: docs/**, reason: later, approver: lead, expires: 2020-01-31}\n"
    )
    grown = auditor("baseline", shop, "--grow")
    assert grown.returncode == 0, grown.stderr
    assert "  new: AUD903 medium .auditor/waivers.yaml:2" in gated(auditor, shop).stdout
