"""``auditor badge``."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from auditor.cli.main import run
from auditor.formats.badge import Badge, badge_svg


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795219200")  # 2026-11-21


def _report(path: Path, **changes: object) -> str:
    content = {"decision": "GO", "score": {"overall": 92}, "valid_until": "2026-12-21"} | changes
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("decision", "colour"), [("GO", "brightgreen"), ("CONDITIONAL", "yellow"), ("NO-GO", "red")])
def test_the_badge_tells_decision_score_and_expiry(
    decision: str, colour: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["badge", _report(tmp_path / "r.json", decision=decision)]) == 0
    expected = {"schemaVersion": 1, "label": "readiness", "message": f"{decision} 92 until 2026-12-21", "color": colour}
    assert json.loads(capsys.readouterr().out) == expected


def test_the_last_day_counts_and_the_day_after_is_expired(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["badge", _report(tmp_path / "r.json", valid_until="2026-11-21")]) == 0
    assert json.loads(capsys.readouterr().out)["message"] == "GO 92 until 2026-11-21"
    assert run(["badge", _report(tmp_path / "r.json", valid_until="2026-11-20")]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["message"], answer["color"]) == ("GO 92, expired 2026-11-20", "lightgrey")


def test_the_json_beside_a_certificate_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _report(tmp_path / "A-1.json")
    assert run(["badge", str(tmp_path / "A-1.md"), "--svg"]) == 0
    picture = ET.fromstring(capsys.readouterr().out)
    assert picture.get("aria-label") == "readiness: GO 92 until 2026-12-21"


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"decision": "MAYBE"}', '{"decision": "GO", "score": {"overall": true}, "valid_until": "2026-12-21"}', '{"decision": "GO", "score": {"overall": "92"}, "valid_until": "2026-12-21"}',
     '{"decision": "GO", "score": {"overall": 92}, "valid_until": "soon"}', "[" * 100_000, "\xff"],
)  # fmt: skip
def test_what_is_no_report_is_refused(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(content.encode("latin-1"))
    assert run(["badge", str(path)]) == 2
    assert "r.json: this is no report of auditor\nremedy: " in capsys.readouterr().err


def test_a_report_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["badge", str(tmp_path / "none.json")]) == 2
    assert "none.json: cannot be read: No such file" in capsys.readouterr().err


def test_text_cannot_break_out_of_the_picture() -> None:
    picture = ET.fromstring(badge_svg(Badge(label="<script>", message="\"&'", colour="red")))
    assert picture.get("aria-label") == "<script>: \"&'"
    assert not picture.findall(".//script")
