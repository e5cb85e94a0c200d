"""The life of a certificate: the commands of its guide, in order, and what then lies in the folder."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.docs.commands import run_page
from tests.docs.fixtures import FIXTURES
from tests.meta.checkout import ROOT

PAGE = "life.md"


@dataclass(frozen=True)
class Life:
    """What the guide left behind, and all that its commands printed."""

    folder: Path
    printed: str

    def certificate(self, kind: str, where: str = "certificates") -> Path:
        (found,) = (self.folder / where).glob(f"{kind}-*.md")
        return found

    def report(self, kind: str, where: str = "certificates") -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.certificate(kind, where).with_suffix(".json").read_bytes())
        return found


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    folder = tmp_path_factory.mktemp("life")
    printed = run_page(ROOT / "docs" / PAGE, folder, FIXTURES)
    return Life(folder / "work", "\n".join(printed.values()))


def test_every_condition_is_answered_and_keeps_its_id(life: Life) -> None:
    first, final = life.report("PRA"), life.report("FIN")
    assert (first["decision"], final["decision"]) == ("CONDITIONAL", "GO")
    answers = {one["before"]["id"]: one["state"] for one in final["review"]["comparison"]["answers"]}
    assert answers == {"C1": "resolved", "C2": "resolved", "C3": "resolved", "C4": "waived"}
    assert sorted(answers) == sorted(one["id"] for one in first["conditions"])


def test_it_is_valid_until_the_first_thing_in_it_ends(life: Life) -> None:
    final = life.report("FIN")
    [waiver] = final["waivers"]
    stated = [one["valid_until"] for one in final["outside"]["files"] if one["valid_until"]]
    assert final["valid_until"] == waiver["expires"] < stated[0]


def test_only_what_was_given_is_evidence(life: Life) -> None:
    final = life.report("FIN")
    assert [(one["kind"], one["name"], one["refused"]) for one in final["outside"]["files"]] == [
        ("junit", "junit.xml", ""),
        ("attestation", "restore.yaml", ""),
    ]
    assert life.report("PRA")["outside"]["files"] == []


def test_two_keys_signed_the_same_text(life: Life) -> None:
    text = life.certificate("FIN")
    lines = text.with_suffix(".intoto.jsonl").read_text().splitlines()
    assert [len(json.loads(line)["signatures"]) for line in lines] == [2]
    assert len(set(re.findall(r"^key id +(\w{64})$", life.printed, re.MULTILINE))) == 2


def test_one_byte_was_changed_and_that_was_enough(life: Life) -> None:
    whole, tampered = (life.certificate("FIN", where).read_bytes() for where in ("certificates", "tampered"))
    assert len(whole) == len(tampered)
    assert sum(one != other for one, other in zip(whole, tampered, strict=True)) == 1


def test_the_page_tells_of_the_waiver_the_evidence_and_the_answers(life: Life) -> None:
    text = (life.folder / "report.html").read_text(encoding="utf-8").replace("<wbr>", "")
    for told in ("replica", "restore.yaml", "junit.xml", life.certificate("PRA").stem, 'id="history"'):
        assert told in text
    assert (life.folder / "history.svg").read_text(encoding="utf-8").startswith("<svg")
    assert (life.folder / "public" / "index.html").exists()
