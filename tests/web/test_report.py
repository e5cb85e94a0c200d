"""The HTML report without a browser: through the commands, its bytes, its data."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.certificate.view import View
from auditor.cli.main import run
from auditor.model.codec import dumps
from auditor.model.finding import Severity
from auditor.web.data import embedded, page_data
from auditor.web.figures import FULL, component_bar
from auditor.web.reach import MOST_PLACES, MOST_STEPS, Node, blockers
from auditor.web.report import render_report
from tests.certificate.conftest import FINDINGS, build
from tests.scoring.audits import audit as scored_audit

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_data_comes_back_and_cannot_end_its_block(value: object) -> None:
    text = str(embedded(value))
    assert json.loads(text) == value
    assert not re.search("[<>&\u2028\u2029]", text)


def test_the_policy_names_the_style_and_the_script_that_are_there() -> None:
    text = render_report(build()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    rules = policy[1].replace("&#39;", "'")
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in rules
    assert rules.startswith("default-src 'none'")
    assert "unsafe" not in rules


def test_the_same_audit_gives_the_same_bytes() -> None:
    assert render_report(build()) == render_report(build())


def test_names_without_utf8_are_written() -> None:
    audit = build()
    torn = replace(FINDINGS[0], path="a/\udcff.py", message="\udcff", excerpt="\udcff")
    assert render_report(replace(audit, findings=(torn,))).decode("utf-8")


def test_a_bar_is_as_long_as_what_was_lost() -> None:
    for part in scored_audit().components:
        bar = component_bar(part)
        assert sum(one.width for one in bar) == (FULL * (100 - part.score) // 100 if bar else 0)
        assert sum(one.points for one in bar) == sum(one.deduction for one in part.criteria)


def nodes(roots: tuple[Node, ...]) -> list[Node]:
    return [found for one in roots for found in (one, *nodes(tuple(one.steps.values())))]


def test_ways_to_a_blocker_share_their_beginning_and_are_bounded() -> None:
    audit = build()
    first = FINDINGS[0]
    start = "deploy.yml job release, step 2 -> a.sh"
    ways = [f"{start} -> b.py", f"{start} -> c.py", " -> ".join(f"step{number}" for number in range(5000)), None]
    found = [
        replace(first, fingerprint=f"{number:032x}", reached_from=way, path=way.split(" -> ")[-1] if way else "d.py")
        for number, way in enumerate(ways)
    ]
    many = [replace(first, fingerprint=f"{number:032x}") for number in range(100, 150)]
    part = audit.components[0]
    unmet = next(one for one in part.criteria if one.blocker)
    criteria = tuple(
        replace(one, findings=tuple(each.fingerprint for each in (*found, *many))) if one is unmet else one
        for one in part.criteria
    )
    changed = replace(
        audit, findings=(*found, *many), components=(replace(part, criteria=criteria), *audit.components[1:])
    )
    (blocker,) = blockers(View(changed))
    assert blocker.more == len(found) + len(many) - MOST_PLACES
    drawn = nodes(blocker.roots)
    assert sum(len(one.findings) for one in drawn) == MOST_PLACES
    shared = next(one for one in blocker.roots if one.name.startswith("deploy.yml"))
    assert list(shared.steps["a.sh"].steps) == ["b.py", "c.py"]
    assert len(nodes((next(one for one in blocker.roots if one.name == "step0"),))) <= MOST_STEPS
    assert b"step0" in render_report(changed)


def test_an_earlier_certificate_is_reported_in_any_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    audit = build()
    (tmp_path / "A-1.json").write_bytes(dumps(audit))
    assert run(["report", str(tmp_path / "A-1.md"), "--format", f"html:{tmp_path / 'a.html'}", "--format", "json"]) == 0
    assert capsys.readouterr().out.encode() == dumps(audit)
    assert (tmp_path / "a.html").read_bytes() == render_report(audit)


def test_history_is_what_was_certified_of_this_repository_before(tmp_path: Path) -> None:
    audit = build()
    for number, (name, when) in enumerate([("shop", "01"), ("shop", "02"), ("shop", "28"), ("other", "01")]):
        other = replace(
            audit,
            certificate_id=f"PRA-SHOP-20261201-00000{number}",
            scanned_at=f"2026-12-{when}T00:00:00Z",
            repository=replace(audit.repository, name=name),
        )
        (tmp_path / f"A-{number}.json").write_bytes(dumps(other))
        (tmp_path / f"A-{number}.md").write_bytes(b"")
    (tmp_path / "A-9.json").write_bytes(b"{")
    (tmp_path / "A-9.md").write_bytes(b"")
    page = tmp_path / "page.html"
    assert run(["report", str(tmp_path / "A-1.md"), "--format", f"html:{page}", "--history", str(tmp_path)]) == 0
    text = page.read_text(encoding="utf-8")
    rows = text.partition('id="history"')[2].partition("</table>")[0]
    assert re.findall("PRA-SHOP-[0-9]{8}-0+([0-9])", rows) == ["1", "0"]


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (None, [], "cannot be read: No such file or directory\nremedy: "),
        (b"{", [], "not JSON"),
        (b"{}", [], "this is no report of schema"),
        (dumps(build()), ["--source", "javascript:alert(1)"], "leads to no lines"),
        (dumps(build()), ["--format", "pdf"], "unknown format 'pdf'"),
    ],
)
def test_bad_input_is_said(
    content: bytes | None, options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.json"
    if content is not None:
        path.write_bytes(content)
    assert run(["report", str(path), "--format", "html", *options]) == 2
    assert said in capsys.readouterr().err


def test_of_many_findings_the_worst_are_kept() -> None:
    mild = [replace(FINDINGS[4], fingerprint=f"{number:032x}", severity=Severity.LOW) for number in range(6000)]
    audit = replace(build(), findings=(*mild, FINDINGS[0]))
    kept: Any = page_data(audit, None)["findings"]
    assert (len(kept), kept[0]["severity"]) == (5000, "critical")
    large = replace(build(), findings=tuple(replace(one, excerpt="x" * 100_000) for one in mild[:100]))
    fewer: Any = page_data(large, None)["findings"]
    assert 30 < len(fewer) < 50
