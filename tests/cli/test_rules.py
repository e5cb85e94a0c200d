"""``auditor rules``."""

from __future__ import annotations

import json

import pytest

from auditor.cli.main import run
from auditor.rules.registry import rules

RULE = next(rule for rule in rules() if rule.id == "AUD901")


@pytest.mark.parametrize(("columns", "titles"), [(40, 2), (80, 4), (160, 7)])
def test_every_rule_is_listed_in_any_width(
    columns: int, titles: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert run(["rules"]) == 0
    printed = capsys.readouterr().out
    assert len(printed.splitlines()[0].split()) >= titles
    for rule in rules():
        assert rule.id in printed
        assert rule.name in printed
    assert f"{len(rules())} rules" in printed


@pytest.mark.parametrize("wanted", [RULE.id, RULE.id.lower(), RULE.name])
def test_a_rule_is_explained_by_id_or_name(wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", wanted]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    for text in (RULE.question, RULE.why, RULE.fix, RULE.limits):
        assert " ".join(text.split()) in printed
    assert all(f"eported: {example.title}" in printed for example in RULE.examples)


def test_an_unknown_rule_brings_the_closest_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "unreadable-fil"]) == 2
    assert "did you mean AUD901 (unreadable-file)" in capsys.readouterr().err


def test_nothing_close_points_to_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "?????"]) == 2
    assert "`auditor rules` lists all rules" in capsys.readouterr().err


def test_json_holds_everything_that_a_page_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in listed] == [rule.id for rule in rules()]
    assert run(["rules", RULE.id, "--format", "json"]) == 0
    described = json.loads(capsys.readouterr().out)
    assert described == next(one for one in listed if one["id"] == RULE.id)
    assert described["question"] == RULE.question
    assert [example["found"] for example in described["examples"]] == [list(example.found) for example in RULE.examples]


def test_each_rule_says_which_languages_it_sees(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "AUD201", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["languages"] == ["go", "javascript", "python", "tsx", "typescript"]
    assert run(["rules", "AUD201"]) == 0
    assert "Languages\ngo, javascript, python, tsx, typescript\n" in capsys.readouterr().out
    assert run(["rules"]) == 0
    assert "languages" in capsys.readouterr().out.splitlines()[0]


def test_neither_colours_nor_escapes_reach_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", RULE.id]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_a_page_sets_what_is_found_beside_the_near_miss_most_like_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for columns, together in ((130, True), (80, False)):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert run(["rules", "AUD203"]) == 0
        lines = capsys.readouterr().out.splitlines()
        before = next(line for line in lines if "Reported: no report, no problem" in line)
        assert ("Not reported: a missing file fails" in before) is together
        changed = [line.strip() for line in lines if '"coverage.json not found"' in line and "+   7" in line]
        assert len(changed) == 1


def test_a_page_has_its_parts_in_the_order_in_which_they_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "AUD203"]) == 0
    lines = capsys.readouterr().out.splitlines()
    parts = ["Question", "Why", "Before and after", "Fix", "Measured precision", "Languages", "Limits"]
    assert [line for line in lines if line in parts] == parts
