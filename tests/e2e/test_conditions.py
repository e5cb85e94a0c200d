"""Conditions: met or open by a command that anyone can type, overdue, and summed up the same wherever hours are printed."""

import json
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auditor.certificate.render import kinds
from tests.e2e.conftest import Completed, git, make_repository, run_auditor

ONE_DAY = 86_400
Json = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """A repository, its signed certificate, and the folder that both lie in."""

    home: Path
    folder: Path
    text: Path

    @property
    def report(self) -> Json:
        found: Json = json.loads(self.text.with_suffix(".json").read_bytes())
        return found

    def ask(self, condition: str, *options: object) -> Completed:
        return run_auditor(self.home, "verify", self.text, "--condition", condition, "--repo", self.folder, *options)

    def copy(self, home: Path) -> "Scene":
        shutil.copytree(self.home, home, dirs_exist_ok=True)
        return Scene(home, home / self.folder.name, home / "out" / self.text.name)


def make_scene(home: Path, *options: object, days_ago: int = 0) -> Scene:
    folder = make_repository(home, "hollow")
    run_auditor(home, "keys", "generate", home / "key")
    when = str(int(time.time()) - days_ago * ONE_DAY)
    signed = ("--out", home / "out", "--sign", home / "key")
    done = run_auditor(home, "scan", folder, *signed, *options, SOURCE_DATE_EPOCH=when)
    assert done.returncode == 1, done.stderr
    (text,) = (home / "out").glob("*.md")
    return Scene(home, folder, text)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("scene"))


def condition_of(report: Json, criterion: str, component: str) -> Json:
    found: Json = next(
        one for one in report["conditions"] if (one["criterion"], one["component"]) == (criterion, component)
    )
    return found


def test_every_condition_is_open_with_the_findings_that_it_lists(original: Scene) -> None:
    conditions = original.report["conditions"]
    assert len(conditions) > 20
    for one in conditions[:: len(conditions) // 6]:
        done = original.ask(one["id"], "--format", "json")
        told = json.loads(done.stdout)
        assert done.returncode == 1
        assert not told["met"]
        assert sorted(found["fingerprint"] for found in told["findings"]) == sorted(one["findings"])


def test_a_condition_is_met_once_its_cause_is_gone_and_the_others_stay_open(original: Scene, tmp_path: Path) -> None:
    scene = original.copy(tmp_path)
    metrics = condition_of(scene.report, "MET-1", "monitoring")
    opened = scene.ask(metrics["id"])
    assert opened.returncode == 1
    assert opened.stdout.startswith(f"OPEN  {metrics['id']}  {metrics['title']}")
    by_key = {one["fingerprint"]: one for one in scene.report["findings"]}
    for path in {by_key[key]["path"] for key in metrics["findings"]}:
        (scene.folder / path).write_text('"""Nothing is measured here any more."""\n')
    done = scene.ask(metrics["id"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("MET  ")
    assert scene.ask(metrics["id"], "--at", "HEAD").returncode == 1, "the commit is as it was"
    assert scene.ask(condition_of(scene.report, "DEL-1", "delivery")["id"]).returncode == 1


def test_the_acceptance_test_can_be_typed_as_it_is_printed(original: Scene, tmp_path: Path) -> None:
    scene = original.copy(tmp_path)
    shutil.copy(scene.text, scene.folder)
    shutil.copy(scene.text.with_suffix(".json"), scene.folder)
    printed = re.findall(r"`auditor (verify [^`]+)` exits with 0", scene.text.read_text(encoding="utf-8"))
    assert len(printed) == len(scene.report["conditions"])
    done = run_auditor(scene.folder, *printed[0].split())
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("OPEN  C1  ")


def test_a_condition_of_a_component_that_is_gone_is_open(original: Scene, tmp_path: Path) -> None:
    scene = original.copy(tmp_path)
    metrics = condition_of(scene.report, "MET-1", "monitoring")
    git(scene.folder, "rm", "-rq", "monitoring", "scripts/health_check.py")
    done = scene.ask(metrics["id"])
    assert done.returncode == 1
    assert "is not asked of monitoring any more" in done.stdout


def test_a_condition_needs_its_rubric(original: Scene, tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text("extends: production-readiness\nid: mine\nversion: 1.0.0\n")
    scene = make_scene(tmp_path, "--rubric", own)
    refused = scene.ask("C1")
    assert refused.returncode == 2
    assert "the certificate was decided by rubric mine 1.0.0" in refused.stderr
    assert "remedy: give the file of that rubric with --rubric" in refused.stderr
    assert scene.ask("C1", "--rubric", own).returncode == 1
    assert original.ask("C1", "--rubric", own).returncode == 2


def test_what_keeps_a_condition_from_being_asked_about(original: Scene, tmp_path: Path) -> None:
    assert "there is no condition 'C99'" in original.ask("C99").stderr
    scene = original.copy(tmp_path)
    stranger = tmp_path / "stranger"
    run_auditor(tmp_path, "keys", "generate", stranger)
    done = scene.ask("C1", "--key", tmp_path / "stranger.pub")
    assert done.returncode == 2
    assert "it does not verify: signature: the signature is by key" in done.stderr
    assert scene.ask("C1", "--key", tmp_path / "key.pub").returncode == 1
    report = scene.text.with_suffix(".json")
    report.write_bytes(report.read_bytes().replace(b'"id": "C1"', b'"id": "C0"'))
    assert "it does not verify: report: the JSON report is not what was signed" in scene.ask("C0").stderr
    report.unlink()
    assert "the JSON report is not there" in scene.ask("C1").stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--condition", "C1"), "--condition needs a clone to look into: --repo PATH"),
        (("--partial",), "--partial needs a clone to look into: --repo PATH"),
        (("--replay",), "--replay needs a clone to look into: --repo PATH"),
        (("--at", "main"), "--at needs a clone to look into: --repo PATH"),
        (("--components", "delivery"), "--components needs --partial"),
        (("--rubric", "library"), "--rubric needs --replay or --condition"),
    ],
)
def test_options_that_need_another_say_so(original: Scene, options: tuple[str, ...], told: str) -> None:
    done = run_auditor(original.home, "verify", original.text, *options)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_due_date_that_has_passed_makes_it_no_go(tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text(
        "extends: production-readiness\nid: mine\nversion: 1.0.0\n"
        "thresholds: {no_go_below: 0}\npolicy: {due_days: {P0: 20, P1: 20, P2: 1, P3: 90}}\n"
        "criteria:\n"
        "  - {id: DEL-1, blocker: false}\n  - {id: MET-1, blocker: false}\n"
    )
    folder = make_repository(tmp_path, "hollow")
    run_auditor(tmp_path, "keys", "generate", tmp_path / "key")
    signed = ("--out", tmp_path / "out", "--sign", tmp_path / "key", "--rubric", own)
    when = str(int(time.time()) - 5 * ONE_DAY)
    assert run_auditor(tmp_path, "scan", folder, *signed, SOURCE_DATE_EPOCH=when).returncode == 0
    (text,) = (tmp_path / "out").glob("*.md")
    asked = ("verify", text, "--key", tmp_path / "key.pub")
    done = run_auditor(tmp_path, *asked)
    assert done.returncode == 1
    assert done.stdout.startswith("NOT VERIFIED  NO-GO (certified CONDITIONAL)  ")
    report = json.loads(text.with_suffix(".json").read_bytes())
    late = next(one for one in report["conditions"] if one["priority"] == "P2")
    assert f"FAIL  due: {late['id']} was due on {late['due']}" in done.stdout
    (plain,) = json.loads(run_auditor(tmp_path, *asked, "--format", "json").stdout)
    assert (plain["decision"], plain["certified"]) == ("NO-GO", "CONDITIONAL")
    assert report["valid_until"] == late["due"], "nothing is valid beyond the first date that runs out"
    assert f"**valid until** {late['due']}, when {late['id']}, " in text.read_text(encoding="utf-8")


def minutes(shown: str) -> int:
    """``1 h 30 min`` as a number."""
    numbers = re.fullmatch(r"(?:(\d+) h)? ?(?:(\d+) min)?", shown)
    assert numbers, shown
    return int(numbers[1] or 0) * 60 + int(numbers[2] or 0)


def rows(text: str) -> list[list[str]]:
    """The cells of all rows of the table of conditions."""
    table = text.partition("## Conditions\n")[2].partition("\n## ")[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]


def printed_totals(text: str) -> tuple[dict[str, tuple[int, int]], tuple[int, int]]:
    """Number and minutes of the conditions of each priority, and of all, as the table prints them."""
    bold = [[cell.strip("*") for cell in row] for row in rows(text) if row[0].startswith("**")]
    found = {row[0]: (int(row[1].partition(" ")[0]), minutes(row[5])) for row in bold}
    total = found.pop("All")
    return found, total


@pytest.mark.parametrize("kind", kinds())
def test_hours_add_up_everywhere_in_every_template(kind: str, tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text(f"extends: production-readiness\nid: mine\nversion: 1.0.0\nkind: {kind}\n")
    text = make_scene(tmp_path, "--rubric", own).text.read_text(encoding="utf-8")
    counted: Counter[str] = Counter()
    summed: Counter[str] = Counter()
    priority = ""
    for row in rows(text):
        if row[0].startswith("**"):
            priority = row[0].strip("*")
        elif re.fullmatch(r"C\d+", row[0]):
            counted[priority] += 1
            summed[priority] += minutes(row[5])
    by_priority, total = printed_totals(text)
    assert by_priority == {key: (counted[key], summed[key]) for key in counted}
    assert total == (counted.total(), summed.total())
    head = re.search(r"· (\d+) conditions, ([^·]+) of work", text)
    assert head
    assert (int(head[1]), minutes(head[2])) == total
    line = re.search(r"^\*\*Conditions\*\* (.+)$", text, re.MULTILINE)
    assert line
    groups = re.findall(r"(P\d): (\d+)(?: \(([^)]+)\))?", line[1])
    assert {key: (int(number), minutes(hours)) for key, number, hours in groups if hours} == by_priority
    steps = re.findall(r"(C\d+) → \d+", text.partition("## Why this decision")[2].partition("\n## ")[0])
    efforts = {row[0]: minutes(row[5]) for row in rows(text)[2:] if not row[0].startswith("**")}
    for shown in re.findall(r"; ([^;.]+) of work\.", text):
        assert minutes(shown) == sum(efforts[step] for step in steps)
    boxes = re.findall(r"^- \[ \] (C\d+) \((P\d), ([^,]+),", text, re.MULTILINE)
    assert {key: minutes(hours) for key, _, hours in boxes} == efforts


def test_the_summary_on_the_screen_has_the_same_total(tmp_path: Path, repository: Callable[[str], Path]) -> None:
    folder = repository("hollow")
    shown = run_auditor(tmp_path, "scan", folder)
    report = json.loads(run_auditor(tmp_path, "scan", folder, "--format", "json").stdout)
    total = re.search(r"(\d+) conditions.*, (\d+):(\d\d) h", shown.stdout)
    assert total
    assert int(total[1]) == len(report["conditions"])
    assert int(total[2]) * 60 + int(total[3]) == sum(one["effort"] for one in report["conditions"])
