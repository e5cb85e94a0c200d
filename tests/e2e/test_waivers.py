"""Waivers through the real command, on a small repository with owners."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Command, Completed, git

Make = Callable[[str], Path]
NOW = 1_790_000_000
"""The day of the audits here: 2026-09-21."""


@pytest.fixture
def shop(repository: Make) -> Path:
    """The repository whose checks are hollow; `.auditor/` belongs to @lead."""
    folder = repository("hollow")
    (folder / ".github" / "CODEOWNERS").write_text("*  @dev\n/.auditor/  @lead\n")
    return folder


def waive(folder: Path, *entries: str) -> None:
    (folder / ".auditor").mkdir(exist_ok=True)
    (folder / ".auditor" / "waivers.yaml").write_text("waivers:\n" + "".join(f"  - {{{one}}}\n" for one in entries))
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Waive")


def entry(about: str, **values: str) -> str:
    given = {"reason": "known", "approver": "'@lead'", "expires": "2027-01-31"} | values
    return ", ".join([about, *(f"{key}: {value}" for key, value in given.items())])


def audited(auditor: Command, folder: Path, *options: object, **variables: str) -> dict[str, Any]:
    done = auditor("scan", folder, "--quiet", "--format", "json", *options, **variables)
    assert done.stderr == ""
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def text_of(auditor: Command, folder: Path, *options: object) -> tuple[Completed, str]:
    done = auditor("scan", folder, "--out", folder.parent / "out", *options)
    (text,) = (folder.parent / "out").glob("*.md")
    return done, text.read_text(encoding="utf-8")


def test_a_waiver_stands_in_every_output_with_both_scores(shop: Path, auditor: Command) -> None:
    before = audited(auditor, shop)["score"]
    waive(shop, entry("criterion: MET-1, path: scripts/**"), entry("criterion: DR-2, component: deployment"))
    report = audited(auditor, shop)
    done, text = text_of(auditor, shop)
    score = report["score"]
    assert score["as_found"] == before["overall"] < score["overall"]
    assert [len(one["findings"]) + len(one["requirements"]) for one in report["waivers"]] == [3, 1]
    assert {one["waived_by"] for one in report["findings"]} == {None, report["waivers"][0]["id"]}
    both = f"as found {score['as_found']}/100, with 2 waivers {score['overall']}/100"
    assert both in done.stdout
    assert f"with 2 waivers, {score['as_found']}/100 as found" in text.split("\n")[2]
    assert f"Score as found {score['as_found']}/100, with waivers {score['overall']}/100." in text
    assert ".auditor/waivers.yaml" in {one["path"] for one in report["evidence_files"]}
    assert "DR-2 of deployment" in text.partition("## Waivers")[2]


def test_without_waivers_the_raw_truth_is_shown(shop: Path, auditor: Command) -> None:
    waive(shop, entry("criterion: MET-1, path: scripts/**"))
    report = audited(auditor, shop, "--no-waivers")
    assert report["waivers"] == []
    assert report["score"]["overall"] == report["score"]["as_found"]
    assert [one["standing"] for one in report["void_waivers"]] == ["ignored"]
    assert "waiver ignored" in auditor("scan", shop, "--no-waivers").stdout


def test_the_repository_cannot_silence_its_own_blocker(shop: Path, auditor: Command) -> None:
    before = audited(auditor, shop)
    waive(
        shop,
        entry("criterion: DEL-1, path: .github/workflows/deploy.yml"),
        entry("rule: AUD110, path: .github/workflows/deploy.yml"),
        entry("rule: AUD201, path: '**'"),
    )
    done, text = text_of(auditor, shop)
    report = audited(auditor, shop)
    assert done.returncode == 1
    assert report["decision"] == "NO-GO"
    assert report["score"] == before["score"]
    assert [one["standing"] for one in report["void_waivers"]] == ["refused"] * 3
    assert done.stdout.count("waiver refused: ") == 3
    assert text.partition("## Waivers")[2].count("**refused**") == 3


def test_somebody_who_does_not_own_the_waiver_file_approves_nothing_grave(shop: Path, auditor: Command) -> None:
    waive(shop, entry("criterion: MET-1, path: scripts/**", approver="'@dev'"))
    report = audited(auditor, shop)
    assert report["waivers"] == []
    assert (
        "MET-1 needs the approval of an owner of .auditor/waivers.yaml: @dev is none of @lead"
        in (report["void_waivers"][0]["note"])
    )


def test_the_certificate_ends_with_its_first_waiver_and_warns_of_it(shop: Path, auditor: Command) -> None:
    waive(shop, entry("criterion: MET-1, path: scripts/**", expires="2026-09-25"), entry("rule: AUD103, path: docs/**"))
    done, text = text_of(auditor, shop)
    assert "waiver ends soon: " in done.stdout
    assert "**valid until** 2026-09-25" in text
    assert "- **Ends soon**: W-" in text


def test_an_expired_and_a_stale_waiver_are_loud_and_cost(shop: Path, auditor: Command) -> None:
    waive(shop, entry("criterion: MET-1, path: scripts/**", expires="2026-09-20"), entry("rule: AUD103, path: app/**"))
    done, text = text_of(auditor, shop)
    report = audited(auditor, shop)
    assert "waiver expired: " in done.stdout
    assert "waiver stale: " in done.stdout
    assert "it ended on 2026-09-20" in text
    about = [one for one in report["findings"] if one["path"] == ".auditor/waivers.yaml"]
    assert [one["rule"] for one in about] == ["AUD903", "AUD904"]
    costs = [
        one for part in report["components"] for one in part["criteria"] if one["id"] == "AUD-1" and one["deduction"]
    ]
    assert [one["deduction"] for one in costs] == [6]


def test_the_same_time_gives_the_same_bytes_and_a_later_one_another_answer(shop: Path, auditor: Command) -> None:
    waive(shop, entry("criterion: MET-1, path: scripts/**", expires="2026-09-21"))
    first, second = (audited(auditor, shop) for _ in range(2))
    later = audited(auditor, shop, SOURCE_DATE_EPOCH=str(NOW + 86_400))
    assert first == second
    assert len(first["waivers"]) == 1
    assert [one["standing"] for one in later["void_waivers"]] == ["expired"]


def test_a_comment_waives_what_stands_beside_it(shop: Path, auditor: Command) -> None:
    module = shop / "app" / "pay.py"
    comment = '# auditor: ignore[AUD101] until=2027-01-31 reason="the bank is not ready" by=@dev'
    module.write_text(re.sub(r"(?m)^( *)(# ?TODO.*)$", rf"\1{comment}\n\1\2", module.read_text()))
    report, again = audited(auditor, shop, "--no-cache"), [audited(auditor, shop) for _ in range(2)]
    assert again == [report, report]
    (one,) = report["waivers"]
    assert (one["declared_in"], one["approver"], len(one["findings"])) == ("app/pay.py", "@dev", 1)


def test_a_malformed_comment_is_a_finding_and_the_audit_goes_on(shop: Path, auditor: Command) -> None:
    module = shop / "app" / "pay.py"
    module.write_text(module.read_text() + "\nRATE = 1  # auditor: ignore\n")
    report = audited(auditor, shop)
    (found,) = (one for one in report["findings"] if one["rule"] == "AUD905")
    assert found["message"].startswith("This waiver counts as absent: it names no rule")


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (
            "waivers:\n  - rule: AUD203\n    path: a\n    path: b\n",
            "waivers.yaml:4",
            "the key 'path' stands here twice",
        ),
        ("waivers:\n  - {rule: AUD203, path: a, reason: x, expires: 2027-01-31}\n", "waivers.yaml:2", "no `approver`"),
        ("a: &a [1]\nwaivers: [*a]\n", "waivers.yaml:1", "anchors and aliases"),
    ],
)
def test_a_malformed_file_is_bad_input(text: str, place: str, told: str, shop: Path, auditor: Command) -> None:
    (shop / ".auditor").mkdir()
    (shop / ".auditor" / "waivers.yaml").write_text(text)
    done = auditor("scan", shop)
    assert done.returncode == 2
    assert f"error: .auditor/{place}: " in done.stderr
    assert told in done.stderr
    assert "remedy: " in done.stderr


def test_a_waiver_file_that_is_a_link_is_refused(shop: Path, auditor: Command, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text("waivers: []\n")
    (shop / ".auditor").mkdir()
    (shop / ".auditor" / "waivers.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert "this file cannot be read" in auditor("scan", shop).stderr


def test_hostile_text_in_waivers_stays_text(shop: Path, auditor: Command) -> None:
    hostile = '"x | **GO** <script> \\e[31m \\u202E ## Waivers\\n\\n**Decision: GO**"'
    waive(
        shop,
        entry("criterion: MET-1, path: scripts/**", reason=hostile),
        entry("rule: AUD103, path: '**'", reason=hostile),
    )
    done, text = text_of(auditor, shop)
    lines = text.split("\n")
    assert [number for number, line in enumerate(lines) if line.startswith("**Decision: ")] == [2]
    assert lines.count("## Waivers") == 1
    assert "\x1b" not in text + done.stdout + done.stderr
    assert "\u202e" not in text + done.stdout
    assert "<script>" not in re.sub(r"`[^`]*`", "", text)


def test_a_signed_certificate_with_waivers_is_verified_and_one_with_a_longer_end_is_not(
    shop: Path, auditor: Command, tmp_path: Path
) -> None:
    waive(
        shop,
        entry("criterion: MET-1, path: scripts/**", expires="2099-01-31"),
        entry("rule: AUD103, path: docs/**", expires="2020-01-31"),
        entry("criterion: DEL-1, path: .github/**"),
    )
    rubric = tmp_path / "mine.yaml"
    rubric.write_text(
        "extends: production-readiness\nid: mine\nversion: 1.0.0\npolicy: {waivers: {longest_days: 3650}}\n"
    )
    (shop / ".auditor" / "waivers.yaml").write_text(
        (shop / ".auditor" / "waivers.yaml").read_text().replace("2099", "2030")
    )
    git(shop, "commit", "--quiet", "--all", "--message=Sooner")
    auditor("keys", "generate", tmp_path / "key")
    done = auditor(
        "scan", shop, "--quiet", "--rubric", rubric, "--out", tmp_path / "out", "--sign", tmp_path / "key", SOURCE_DATE_EPOCH=""
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    (text,) = (tmp_path / "out").glob("*.md")
    asked = ("verify", text, "--key", tmp_path / "key.pub", "--repo", shop)
    verified = auditor(*asked)
    assert verified.returncode == 0, verified.stdout
    report = text.with_suffix(".json")
    report.write_text(report.read_text().replace("2030-01-31", "2010-01-31"))
    tampered = auditor(*asked)
    assert tampered.returncode == 1
    assert "FAIL  report: " in tampered.stdout
