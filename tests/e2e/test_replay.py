"""An audit that is run again gives the same bytes, or it is said what differs and why."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from auditor.certificate.keys import load_signer
from auditor.certificate.write import certificate_files
from auditor.model.audit import Audit
from auditor.model.codec import loads
from tests.e2e.conftest import Completed, git, make_repository, run_auditor

AGAIN = "gives the JSON report again, byte for byte"


@dataclass(frozen=True)
class Audited:
    """A repository with a signed certificate, and a clone of it under another name."""

    home: Path
    folder: Path
    text: Path
    clone: Path

    def replay(self, *options: object) -> Completed:
        asked = ("verify", self.text, "--key", self.home / "key.pub", "--replay")
        return run_auditor(self.home, *asked, "--repo", self.clone, *options)

    def reissue(self, change: Callable[[Audit], Audit]) -> None:
        """Sign another audit under the same name, as a tool of another make might."""
        audit = change(loads(self.text.with_suffix(".json").read_bytes()))
        signer = load_signer((self.home / "key").read_bytes())
        for name, content in certificate_files(audit, signer).items():
            (self.text.parent / name).write_bytes(content)


def audited(home: Path, *options: object, change: Callable[[Path], None] = lambda _: None) -> Audited:
    folder = make_repository(home, "hollow")
    change(folder)
    run_auditor(home, "keys", "generate", home / "key")
    signed = ("--out", home / "out", "--sign", home / "key", "--quiet", "--fail-on", "never")
    done = run_auditor(home, "scan", folder, *signed, *options, SOURCE_DATE_EPOCH="")
    assert done.returncode == 0, done.stderr
    (text,) = (home / "out").glob("*.md")
    git(home, "clone", "--quiet", str(folder), str(home / "elsewhere"))
    return Audited(home, folder, text, home / "elsewhere")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    return audited(tmp_path_factory.mktemp("audited"))


@pytest.fixture
def issued(original: Audited, tmp_path: Path) -> Audited:
    shutil.copytree(original.home / "out", tmp_path / "out")
    for name in ("key", "key.pub"):
        shutil.copy(original.home / name, tmp_path / name)
    return Audited(tmp_path, original.folder, tmp_path / "out" / original.text.name, original.clone)


def failure(done: Completed) -> str:
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr == ""
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("  FAIL  replay: ")]
    return line


def test_a_clean_work_tree_gives_the_same_bytes_in_any_clone(issued: Audited) -> None:
    done = issued.replay()
    assert done.returncode == 0, done.stdout
    assert AGAIN in done.stdout


def test_later_commits_and_changes_of_the_clone_do_not_matter(issued: Audited, tmp_path: Path) -> None:
    clone = tmp_path / "later"
    git(tmp_path, "clone", "--quiet", str(issued.folder), str(clone))
    (clone / "app" / "pay.py").write_text("PAID = True\n")
    git(clone, "commit", "--quiet", "--all", "--message=Later")
    (clone / "app" / "pay.py").write_text("PAID = False\n")
    (clone / ".auditor.yaml").write_text("rubric: library\n")
    assert replace(issued, clone=clone).replay().returncode == 0


def test_a_shallow_clone_has_all_that_is_needed(issued: Audited, tmp_path: Path) -> None:
    clone = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth", "1", issued.folder.as_uri(), str(clone))
    assert replace(issued, clone=clone).replay().returncode == 0


OPTIONS: dict[str, tuple[object, ...]] = {
    "a revision": ("--at", "main"),
    "components": ("--components", "delivery, monitoring"),
    "rules in preview": ("--preview",),
    "another shipped rubric": ("--rubric", "library"),
}


@pytest.mark.parametrize("options", OPTIONS)
def test_the_options_of_the_scan_are_recorded(tmp_path: Path, options: str) -> None:
    one = audited(tmp_path, *OPTIONS[options])
    done = one.replay()
    assert AGAIN in done.stdout, done.stdout
    assert done.returncode == 0


def test_a_revision_and_its_checkout_differ_in_how_they_were_asked_for_alone(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, "hollow")
    first, second = (
        json.loads(run_auditor(tmp_path, "scan", folder, *at, "--format", "json").stdout)
        for at in ((), ("--at", "main"))
    )
    assert (first["invocation"]["read_from"], second["invocation"]["read_from"]) == ("work-tree", "commit")
    assert (first["repository"].pop("revision"), second["repository"].pop("revision")) == (None, "main")
    del first["invocation"]["read_from"], second["invocation"]["read_from"]
    assert first == second


def test_a_rubric_of_the_repository_is_taken_from_the_commit(tmp_path: Path) -> None:
    def configure(folder: Path) -> None:
        (folder / "policy").mkdir()
        (folder / "policy" / "ours.yaml").write_text("extends: production-readiness\nid: ours\nversion: 1.0.0\n")
        (folder / ".auditor.yaml").write_text("rubric: policy/ours.yaml\n")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message=Configure")

    assert audited(tmp_path, "--own-rubric", change=configure).replay().returncode == 0


def test_a_rubric_in_a_file_has_to_be_given_and_to_be_the_one(tmp_path: Path) -> None:
    own, other = tmp_path / "mine.yaml", tmp_path / "other.yaml"
    own.write_text("extends: production-readiness\nid: mine\nversion: 1.0.0\n")
    other.write_text("extends: production-readiness\nid: mine\nversion: 1.0.1\nthresholds: {go_score: 91}\n")
    one = audited(tmp_path, "--rubric", own)
    assert "this cannot be replayed: its rubric mine (" in failure(one.replay())
    assert one.replay("--rubric", own).returncode == 0
    told = failure(one.replay("--rubric", other))
    assert "/rubric/version: '1.0.0' -> '1.0.1'" in told
    assert "Why: its rubric was mine 1.0.0 (" in told
    assert "this cannot be replayed" in failure(one.replay("--rubric", tmp_path / "absent.yaml"))


def test_a_work_tree_that_was_dirty_cannot_be_replayed(tmp_path: Path) -> None:
    def touch(folder: Path) -> None:
        (folder / "README.md").write_text("# Other\n")

    one = audited(tmp_path, change=touch)
    assert "the audited work tree differed from its commit" in failure(one.replay())


def test_a_folder_without_git_cannot_be_replayed(tmp_path: Path) -> None:
    one = audited(tmp_path)
    shutil.rmtree(one.folder / ".git")
    for path in one.text.parent.iterdir():
        path.unlink()
    run_auditor(
        tmp_path, "scan", one.folder, "--out", tmp_path / "out", "--sign", tmp_path / "key", SOURCE_DATE_EPOCH=""
    )
    (text,) = (tmp_path / "out").glob("*.md")
    assert "no commit holds what was audited" in failure(replace(one, text=text).replay())


def test_a_commit_that_the_clone_does_not_have(issued: Audited, tmp_path: Path) -> None:
    other = make_repository(tmp_path, "ready")
    assert "this cannot be replayed: " in failure(replace(issued, clone=other).replay())


def test_another_report_is_found_out_although_it_is_signed_and_adds_up(issued: Audited) -> None:
    issued.reissue(lambda audit: replace(audit, limits=("None.",)))
    told = failure(issued.replay())
    assert "the audit gives another report: " in told
    assert "/limits/0: 'None.' -> 'Nothing of the repository was run" in told


def test_another_tool_or_rule_pack_is_the_reason_that_is_given(issued: Audited) -> None:
    def by_another(audit: Audit) -> Audit:
        pack = replace(audit.tool.rule_pack, version="2025.01.1", digest="0" * 64)
        return replace(audit, tool=replace(audit.tool, version="0.0.9", rule_pack=pack))

    issued.reissue(by_another)
    told = failure(issued.replay())
    assert "/tool/version: '0.0.9' -> " in told
    assert "Why: auditor 0.0.9 issued it, and this is " in told
    assert "it was judged by rule pack 2025.01.1 (000000000000), and this is " in told


def test_a_report_that_recorded_no_options_says_so(issued: Audited) -> None:
    issued.reissue(lambda audit: replace(audit, invocation=None))
    assert "did not record how it was asked for" in failure(issued.replay())


def test_without_its_report_there_is_nothing_to_compare(issued: Audited) -> None:
    issued.text.with_suffix(".json").unlink()
    assert "there is no JSON report that could be compared" in failure(issued.replay())


def test_nothing_of_the_machine_is_recorded(tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text("extends: production-readiness\nid: mine\nversion: 1.0.0\n")
    one = audited(tmp_path, "--rubric", own)
    assert str(tmp_path) not in one.text.with_suffix(".json").read_text(encoding="utf-8")
