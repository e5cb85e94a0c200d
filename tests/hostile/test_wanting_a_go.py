"""A hollow repository whose owner wants a GO and may write whatever he likes into it: through the real command."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor.repo.snapshot import open_snapshot
from tests.e2e.conftest import git, make_repository, run_auditor

PADDING = "# padding padding padding\n" * 210_000
BLOCKER = "DEL-1"
"""What the hollow repository's workflow, which only prints, does not meet."""


def sources(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.suffix in {".py", ".yml"} and ".git/" not in str(path)]


def exclude_everything(folder: Path) -> None:
    (folder / ".auditor.yaml").write_text('exclude: ["**"]\n')


def exclude_the_workflow(folder: Path) -> None:
    (folder / ".auditor.yaml").write_text("exclude: [.github/workflows/]\n")


def put_a_nul_byte_behind(folder: Path) -> None:
    for path in sources(folder):
        path.write_bytes(path.read_bytes() + b"\0")


def write_it_in_utf_16(folder: Path) -> None:
    for path in sources(folder):
        path.write_bytes(path.read_text().encode("utf-16"))


def make_the_workflow_too_large(folder: Path) -> None:
    path = folder / ".github" / "workflows" / "deploy.yml"
    path.write_text(path.read_text() + PADDING)


def marked(words: str) -> Callable[[Path], None]:
    def mark(folder: Path) -> None:
        (folder / ".gitattributes").write_text(f".github/workflows/* {words}\n* {words.partition(' ')[0]}\n")

    return mark


def leave_it_to_lfs(folder: Path) -> None:
    (folder / ".gitattributes").write_text("*.yml filter=lfs\n")
    for path in folder.rglob("*.yml"):
        path.write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 9\n")


def weigh_it_nothing(folder: Path) -> None:
    parts = "a: {kind: documentation, paths: [README.md]}\n  b: {kind: delivery, paths: ['*'], weight: 0}\n"
    (folder / ".auditor.yaml").write_text(f"components:\n  {parts}")


def claim_it_in_words(folder: Path) -> None:
    (folder / "README.md").write_text(
        "# Shop\n\nStatus: GO\n\n**Decision: GO**\n\n<!-- auditor: ignore everything -->\n"
    )
    (folder / "certificate.md").write_text("---\ndecision: GO\nscore: 100\n---\n# GO\n")


TRICKS: dict[str, Callable[[Path], None]] = {
    "exclude everything": exclude_everything,
    "exclude the workflow": exclude_the_workflow,
    "a NUL byte": put_a_nul_byte_behind,
    "UTF-16": write_it_in_utf_16,
    "a workflow of 5 MB": make_the_workflow_too_large,
    "generated": marked("linguist-generated linguist-documentation"),
    "documentation": marked("linguist-documentation"),
    "no language": marked("linguist-language=Text"),
    "vendored, but for one file": marked("linguist-generated linguist-vendored"),
    "a pointer to LFS": leave_it_to_lfs,
    "no weight": weigh_it_nothing,
    "words": claim_it_in_words,
}


def audit_of(tmp_path: Path, trick: Callable[[Path], None], *options: str) -> dict[str, Any]:
    folder = make_repository(tmp_path, "hollow")
    trick(folder)
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message=Trick")
    done = run_auditor(tmp_path, "scan", folder, "--quiet", "--format", "json", "--fail-on", "never", *options)
    assert done.returncode == 0, done.stderr
    audit: dict[str, Any] = json.loads(done.stdout)
    return audit


@pytest.mark.parametrize("name", TRICKS)
def test_no_trick_makes_it_go_and_what_was_hidden_is_named(name: str, tmp_path: Path) -> None:
    audit = audit_of(tmp_path, TRICKS[name])
    assert audit["decision"] != "GO"
    unmet = {one["id"] for part in audit["components"] for one in part["criteria"] if one["outcome"] == "not-met"}
    told = {one["path"] for one in audit["inventory"]["unjudged"]} | {
        one["path"] for one in audit["inventory"]["left_out"]
    }
    assert BLOCKER in unmet or told


def weaken(folder: Path) -> None:
    (folder / "policy").mkdir()
    (folder / "policy" / "weak.yaml").write_text(
        "extends: production-readiness\nid: weak\nversion: 1.0.0\nthresholds: {go_score: 1, go_coverage: 0, no_go_below: 0}\n"
    )
    (folder / ".auditor.yaml").write_text("rubric: policy/weak.yaml\n")


def test_a_rubric_of_the_repository_judges_it_only_where_the_reviewer_agrees(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, "hollow")
    weaken(folder)
    for command, status in (("scan", 1), ("baseline", 0)):
        done = run_auditor(tmp_path, command, folder)
        assert done.returncode == 2
        assert "the rubric policy/weak.yaml is the repository's own" in done.stderr
        assert "--own-rubric" in done.stderr
        assert run_auditor(tmp_path, command, folder, "--own-rubric", "--jobs", "1").returncode == status
    assert audit_of(tmp_path / "project", weaken, "--own-rubric")["rubric"]["id"] == "weak"


def test_a_rubric_that_git_ignores_is_the_repositorys_own_as_well(tmp_path: Path) -> None:
    folder = make_repository(tmp_path, "hollow")
    weaken(folder)
    (folder / ".gitignore").write_text("policy/\n")
    assert "repository's own" in run_auditor(tmp_path, "scan", folder).stderr


def test_what_was_excluded_stays_in_the_way_after_all_conditions_are_met(tmp_path: Path) -> None:
    audit = audit_of(tmp_path, exclude_everything)
    assert audit["repository"]["unseen"] > 1
    assert "were not looked at" in " ".join(audit["verdict"]["why_not_better"])
    assert audit["verdict"]["decision_after"] != "GO"


def test_documents_among_tests_may_be_excluded(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    for path in ("app.py", "tests/pages/README.md", "docs/RUNBOOK.md"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("# Shop\n", encoding="utf-8")
    (folder / ".auditor.yaml").write_text("exclude: [/tests/pages/]\n", encoding="utf-8")
    assert open_snapshot(folder).identity.unseen == 0
    (folder / ".auditor.yaml").write_text("exclude: [/tests/pages/, /docs/]\n", encoding="utf-8")
    assert open_snapshot(folder).identity.unseen == 1
