"""Whole scans of two small repositories: what their certificates say, byte for byte.

Run with AUDITOR_UPDATE_GOLDEN=1 to write the golden files anew, and read the difference.
"""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.rules.registry import rule_pack_digest
from tests.e2e.conftest import Command

GOLDEN = Path(__file__).parent / "golden"
Make = Callable[[str], Path]


def certificate(auditor: Command, folder: Path, out: Path, *options: object) -> tuple[int, str, dict[str, object]]:
    done = auditor("scan", folder, "--out", out, "--quiet", *options)
    assert done.stderr == ""
    (text,) = out.glob("*.md")
    (report,) = out.glob("*.json")
    return done.returncode, text.read_text(encoding="utf-8"), json.loads(report.read_bytes())


@pytest.mark.parametrize(("name", "status"), [("hollow", 1), ("ready", 0)])
def test_a_certificate_is_its_golden_file(
    name: str, status: int, repository: Make, auditor: Command, tmp_path: Path
) -> None:
    code, text, _ = certificate(auditor, repository(name), tmp_path / "out")
    golden = GOLDEN / f"{name}.md"
    # The digest of the rule pack moves with every change of any rule, and says nothing about this repository.
    shown = text.replace(rule_pack_digest(), "(digest of the rule pack)")
    if os.environ.get("AUDITOR_UPDATE_GOLDEN"):
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")
    assert code == status


def test_the_hollow_repository_is_no_go_and_the_ready_one_go(
    repository: Make, auditor: Command, tmp_path: Path
) -> None:
    _, _, hollow = certificate(auditor, repository("hollow"), tmp_path / "a")
    _, _, ready = certificate(auditor, repository("ready"), tmp_path / "b")
    assert (hollow["decision"], ready["decision"]) == ("NO-GO", "GO")


def test_the_same_input_gives_the_same_bytes_with_one_process_and_two(
    repository: Make, auditor: Command, tmp_path: Path
) -> None:
    folder = repository("hollow")
    first = certificate(auditor, folder, tmp_path / "a", "--jobs", 1)
    second = certificate(auditor, folder, tmp_path / "b", "--jobs", 2)
    assert first == second


def test_a_revision_is_audited_as_its_checkout_is(repository: Make, auditor: Command, tmp_path: Path) -> None:
    folder = repository("hollow")
    _, _, work_tree = certificate(auditor, folder, tmp_path / "a")
    _, _, revision = certificate(auditor, folder, tmp_path / "b", "--at", "main")
    assert revision["findings"] == work_tree["findings"]
    assert revision["score"] == work_tree["score"]


def test_a_dirty_work_tree_is_never_go(repository: Make, auditor: Command, tmp_path: Path) -> None:
    folder = repository("ready")
    module = folder / "service" / "metrics.py"
    module.write_text(module.read_text() + "\n\nEXTRA = 1\n")
    code, text, report = certificate(auditor, folder, tmp_path / "out")
    assert report["decision"] == "CONDITIONAL"
    assert "service/metrics.py" in text
    assert code == 0


def test_a_folder_without_git_is_never_go(repository: Make, auditor: Command, tmp_path: Path) -> None:
    folder = repository("ready")
    (folder / ".git").rename(tmp_path / "moved")
    _, _, report = certificate(auditor, folder, tmp_path / "out")
    assert report["decision"] == "CONDITIONAL"


def test_a_signed_certificate_is_verified_and_a_changed_byte_is_not(
    repository: Make, auditor: Command, tmp_path: Path
) -> None:
    folder, out = repository("ready"), tmp_path / "out"
    assert auditor("keys", "generate", tmp_path / "key").returncode == 0
    today = {"SOURCE_DATE_EPOCH": ""}  # verification asks the real clock whether a certificate has expired
    scanned = auditor("scan", folder, "--out", out, "--sign", tmp_path / "key", "--quiet", **today)
    assert scanned.returncode == 0
    (text,) = out.glob("*.md")
    asked = ("verify", text, "--key", tmp_path / "key.pub", "--repo", folder, "--require", "go")
    verified = auditor(*asked)
    assert "?" not in verified.stdout
    assert verified.returncode == 0, verified.stdout
    text.write_text(text.read_text(encoding="utf-8").replace("Decision: GO", "Decision: Go"), encoding="utf-8")
    changed = auditor(*asked)
    assert "FAIL  body" in changed.stdout
    assert changed.returncode == 1


def test_an_unsigned_certificate_says_so_and_is_not_verified(
    repository: Make, auditor: Command, tmp_path: Path
) -> None:
    _, text, _ = certificate(auditor, repository("ready"), tmp_path / "out")
    assert "UNSIGNED" in text
    (path,) = (tmp_path / "out").glob("*.md")
    assert auditor("verify", path).returncode == 1


def test_the_gate_is_as_strict_as_asked(repository: Make, auditor: Command) -> None:
    hollow = repository("hollow")
    statuses = [auditor("scan", hollow, "--quiet", "--fail-on", gate).returncode for gate in ("no-go", "never")]
    assert statuses == [1, 0]


def test_the_summary_shows_ids_and_dates_of_conditions_whole(repository: Make, auditor: Command) -> None:
    shown = auditor("scan", repository("hollow")).stdout
    rows = [line for line in shown.splitlines() if re.match(r"P\d C\d", line)]
    assert len(rows) == 8
    assert all(re.search(r" \d+:\d\d  2026-\d\d-\d\d *$", row) for row in rows)
