"""Features that were made apart, used together: evidence, waivers, baselines, re-audits, bases and pages."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.conftest import EPOCH, Command, Completed, git
from tests.e2e.test_evidence import EVIDENCE, junit, signed_by_ssh

Make = Callable[[str], Path]
THEN = datetime.fromtimestamp(int(EPOCH), UTC)
NOW = {"SOURCE_DATE_EPOCH": ""}  # verification asks the real clock


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Change")


def without_restore(repository: Make) -> Path:
    """The repository that is ready, but for a rehearsed restore: DR-3 is open, and accepts a signed attestation."""
    folder = repository("ready")
    (folder / "deploy" / "restore.sh").unlink()
    for path, pattern in (
        (".github/workflows/ci.yml", r" deploy/restore\.sh"),
        (".github/workflows/deploy.yml", r"\n      - name: Exercise the restore\n.*"),
        ("docs/operations.md", r"## Backup and restore\n.*?(?=## Capacity)"),
    ):
        text = (folder / path).read_text()
        (folder / path).write_text(re.sub(pattern, "", text, flags=re.DOTALL))
    commit(folder)
    return folder


def drilled(folder: Path, at: datetime = THEN) -> tuple[str, ...]:
    """The options that give a signed attestation of a restore ten days before this time, for ten more."""
    day = [f"{at + timedelta(days=days):%Y-%m-%d}" for days in (-10, 10)]
    stated = folder / "restore.yaml"
    stated.write_text(
        f"statement: restore-test\nby: Ada Example\ndate: {day[0]}\nexpires: {day[1]}\n"
        "link: https://wiki.example.org/restore\n"
    )
    signed_by_ssh(stated, folder / "ada")
    return ("--evidence", f"attestation:{stated}", "--evidence-key", f"{folder / 'ada'}.pub")


def certificate(folder: Path) -> Path:
    (found,) = folder.glob("*.md")
    return found


def condition(report: Path, criterion: str) -> str:
    told = json.loads(report.with_suffix(".json").read_bytes())
    return next(str(one["id"]) for one in told["conditions"] if one["criterion"] == criterion)


class TestConditions:
    """``verify --condition`` with evidence from outside."""

    def test_a_condition_that_an_attestation_meets(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        folder, out = without_restore(repository), tmp_path / "out"
        assert auditor("scan", folder, "--out", out, "--quiet", **NOW).returncode == 0
        text = certificate(out)
        asked = ("verify", text, "--repo", folder, "--condition", condition(text, "DR-3"))
        given = drilled(tmp_path, datetime.now(UTC))
        alone = auditor(*asked)
        assert (alone.returncode, alone.stdout[:4]) == (1, "OPEN")
        unsigned = auditor(*asked, *given[:2])
        assert (unsigned.returncode, unsigned.stdout[:4]) == (1, "OPEN")
        met = auditor(*asked, *given)
        assert (met.returncode, met.stdout[:3]) == (0, "MET"), met.stdout + met.stderr

    def test_one_that_a_report_opened_is_not_met_by_leaving_the_report_out(
        self, repository: Make, auditor: Command, tmp_path: Path
    ) -> None:
        folder, out = repository("ready"), tmp_path / "out"
        when = f"{datetime.fromtimestamp(time.time() - 60, UTC):%Y-%m-%dT%H:%M:%SZ}"
        bad = junit(tmp_path / "bad.xml", failed=1, when=when)
        done = auditor("scan", folder, "--out", out, "--quiet", "--evidence", f"junit:{bad}", **NOW)
        assert done.returncode == 0, done.stderr
        text = certificate(out)
        asked = ("verify", text, "--repo", folder, "--condition", condition(text, "TST-5"))
        left_out = auditor(*asked)
        assert left_out.returncode == 1
        assert left_out.stdout.startswith("OPEN")
        assert "it was decided on evidence from outside: give it with --evidence (junit)" in left_out.stdout
        assert auditor(*asked, "--evidence", f"junit:{bad}").returncode == 1
        good = junit(tmp_path / "good.xml", when=when)
        assert auditor(*asked, "--evidence", f"junit:{good}").returncode == 0


class TestBases:
    """``scan --base`` with what else a scan is given."""

    def test_what_is_attested_holds_for_the_base_too(self, repository: Make, auditor: Command, tmp_path: Path) -> None:
        folder = without_restore(repository)
        given = drilled(tmp_path)
        git(folder, "checkout", "--quiet", "-b", "change")
        (folder / "NOTES.md").write_text("# Notes\n")
        commit(folder)
        change = json.loads(auditor("scan", folder, "--base", "main", "--format", "json", *given).stdout)["change"]
        assert [one for one in change["criteria"] if one["id"].startswith("DR-")] == []

    def test_with_a_baseline_both_gates_must_pass(self, repository: Make, auditor: Command) -> None:
        folder = repository("hollow")
        assert auditor("baseline", folder).returncode == 0
        commit(folder)
        workflow = ".github/workflows/again.yml"
        (folder / workflow).write_text(
            "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n"
            "      - name: Deploy to production\n        run: echo 'Deployed'\n"
        )
        commit(folder)
        git(folder, "checkout", "--quiet", "-b", "change")
        (folder / "NOTES.md").write_text("# Notes\n")
        commit(folder)
        assert auditor("scan", folder, "--base", "main").returncode == 0
        both = auditor("scan", folder, "--base", "main", "--new-only")
        assert both.returncode == 1
        assert "this change fails the gate: what the baseline does not know does not pass it" in both.stderr
        (folder / workflow).unlink()
        commit(folder)
        assert auditor("scan", folder, "--base", "main", "--new-only").returncode == 0


def test_a_baseline_knows_what_another_tool_found(repository: Make, auditor: Command) -> None:
    folder = repository("ready")
    given = ("--evidence", f"sarif:{EVIDENCE / 'zizmor.sarif'}")
    assert auditor("baseline", folder, *given).returncode == 0
    commit(folder)
    gated: Completed = auditor("scan", folder, "--new-only", "--fail-on", "conditional", *given)
    assert gated.returncode == 0, gated.stderr
    assert "nothing is new" in gated.stdout
    bare = auditor("baseline", folder, "--check")
    assert bare.returncode == 1
    assert "gone: 0" not in bare.stdout


def waived(folder: Path) -> None:
    (folder / ".auditor").mkdir()
    entries = (
        "{id: late, rule: AUD101, path: service/server.py, reason: known, approver: '@a', expires: 2026-09-01}",
        "{id: nowhere, rule: AUD101, path: service/metrics.py, reason: known, approver: '@a', expires: 2027-01-01}",
    )
    text = (folder / "service" / "server.py").read_text()
    (folder / "service" / "server.py").write_text(text + "\n# TODO: ask the replica, too\n")
    (folder / ".auditor" / "waivers.yaml").write_text("waivers:\n" + "".join(f"  - {one}\n" for one in entries))
    commit(folder)


def test_the_page_shows_waivers_without_effect_refused_evidence_and_answers(
    repository: Make, auditor: Command, tmp_path: Path
) -> None:
    folder, out, page = repository("ready"), tmp_path / "out", tmp_path / "page.html"
    assert auditor("scan", folder, "--out", out, "--quiet", SOURCE_DATE_EPOCH="1789990000").returncode == 0
    waived(folder)
    stale = junit(tmp_path / "old.xml", when="2025-01-01T00:00:00Z")
    given = ("--evidence", f"junit:{stale}", "--since", certificate(out), "--format", f"html:{page}")
    assert auditor("scan", folder, "--quiet", *given).returncode == 0
    text = re.sub(r"<wbr>", "", page.read_text(encoding="utf-8"))
    assert re.search(
        r"<strong>late</strong> <span class=\"warn\">expired</span> AUD101 in <code>service/server.py", text
    )
    assert re.search(r"<strong>nowhere</strong> <span class=\"warn\">stale</span>", text)
    assert re.search(r"junit <code>old.xml</code>.*<span class=\"no\">no</span>, stale", text)
    assert f"It answers {certificate(out).stem}: GO, 100 of 100." in text
    for name in ("waivers", "outside"):
        assert f'href="#{name}"' in text
        assert f'id="{name}"' in text


def test_what_a_signed_statement_resolved_is_put_down_to_it(repository: Make, auditor: Command, tmp_path: Path) -> None:
    folder, out = without_restore(repository), tmp_path / "out"
    assert auditor("scan", folder, "--out", out, "--quiet", SOURCE_DATE_EPOCH="1789990000").returncode == 0
    (folder / "service" / "more.py").write_text('"""Nothing yet."""\n')
    commit(folder)
    given = drilled(tmp_path)
    done = auditor("scan", folder, "--quiet", "--since", certificate(out), "--format", "json", *given)
    told: dict[str, Any] = json.loads(done.stdout)["review"]["comparison"]
    [answer] = [one for one in told["answers"] if one["before"]["criterion"] == "DR-3"]
    assert answer["state"] == "resolved"
    assert answer["reason"].endswith("the component's files are as they were: the evidence from outside changed")
    [moved] = [one for one in told["components"] if one["component"] == answer["before"]["component"]]
    assert moved["causes"] == ["evidence"]
