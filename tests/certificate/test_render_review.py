"""No text of an earlier certificate or of a repository can speak for a re-audit, a comparison or a history."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from auditor.certificate.envelope import BEGIN, END
from auditor.certificate.render import render_body
from auditor.certificate.render_comparison import render_comparison
from auditor.comparison.compare import compare
from auditor.comparison.review import reviewed
from auditor.formats.comparison_text import comparison_text
from auditor.formats.history import history_svg, history_text, point_of
from auditor.model.audit import Audit
from auditor.model.comparison import EarlierCertificate, SignatureState
from auditor.model.outcome import Outcome
from tests.certificate.conftest import FINDINGS, build
from tests.certificate.test_render import HOSTILE, active, poisoned, shape
from tests.comparison.build import as_final_review


def re_audit() -> Audit:
    """A final review of the shop in which a finding is gone, another is new, and a criterion is met."""
    old = build()
    parts = list(old.components)
    criteria = tuple(
        replace(one, outcome=Outcome.MET, outcome_as_found=Outcome.MET, condition=None) if one.id == "DEL-1" else one
        for one in parts[0].criteria
    )
    parts[0] = replace(parts[0], criteria=criteria, score=80)
    new = build(
        components=tuple(parts), scanned_at="2026-12-08T09:30:00Z", conditions=old.conditions[1:],
        findings=(*FINDINGS[1:], replace(FINDINGS[0], fingerprint="f" * 32, path="new.py")),
    )  # fmt: skip
    link = EarlierCertificate(
        certificate_id=old.certificate_id, body_sha256="a" * 64, report_sha256="b" * 64,
        signature=SignatureState.NOT_CHECKED, signers=("c" * 64,),
    )  # fmt: skip
    return reviewed(as_final_review(new, "FIN-SHOP-20261208-093000"), old, link)


def test_it_shows_what_it_answers() -> None:
    text = render_body(re_audit())
    assert "It answers `PRA-SHOP-20261201-093000` of 2026-12-01 09:30:00 UTC" in text
    assert "which is signed, not checked against a key (`" in text
    assert "## Findings that are gone (1)" in text
    assert "## Findings that are new (1)" in text
    assert "`new.py:" in text
    assert not active(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_changes_no_block(text: str) -> None:
    clean = re_audit()
    kind = clean.rubric.kind
    dirty = poisoned(clean, text)
    rendered = render_body(replace(dirty, rubric=replace(dirty.rubric, kind=kind)))
    assert shape(rendered) == shape(render_body(clean))
    assert not active(rendered)
    assert not any(line in (BEGIN, END) for line in rendered.split("\n"))
    assert not set(rendered) & {"\x1b", "\u202e", "\r", "\x07"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_changes_no_line_of_a_comparison(text: str) -> None:
    old, new = build(), re_audit()
    clean = compare(old, new)
    dirty = poisoned(clean, text)
    assert shape(render_comparison(dirty)) == shape(render_comparison(clean))
    assert not active(render_comparison(dirty))
    lines = comparison_text(dirty).split("\n")
    assert len(lines) == len(comparison_text(clean).split("\n"))
    assert not set("".join(lines)) & {"\x1b", "\u202e", "\r", "\x07"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_changes_no_element_of_a_history(text: str) -> None:
    points = [point_of(one) for one in (build(), re_audit())]
    dirty = [poisoned(one, text) for one in points]
    elements = [one.tag for one in ET.fromstring(history_svg(points, "shop")).iter()]
    assert [one.tag for one in ET.fromstring(history_svg(dirty, f"shop{text}")).iter()] == elements
    assert history_text(dirty).count("\n") == 3
    assert not set(history_text(dirty)) & {"\x1b", "\u202e", "\r", "\x07"}


@pytest.mark.parametrize("count", [1, 7, 40, 1000])
def test_labels_of_a_long_history_do_not_overlap_and_every_point_is_drawn(count: int) -> None:
    picture = ET.fromstring(history_svg([point_of(build())] * count, "shop"))
    name = "{http://www.w3.org/2000/svg}"
    dates = [float(one.get("x", "")) for one in picture.iter(f"{name}text") if one.text == "2026-12-01"]
    assert all(right - left > 77.8 for left, right in pairwise(dates))
    dots = [float(one.get("cx", "")) for one in picture.iter(f"{name}circle")]
    assert len(dots) == count
    assert dates[-1] == dots[-1]
    assert all(48 <= one <= 672 for one in dots)


def test_long_lists_are_cut_and_counted() -> None:
    many = tuple(replace(FINDINGS[0], fingerprint=f"{number:032x}") for number in range(5000))
    comparison = compare(build(), build(findings=many))
    assert "and 4980 more, in the JSON" in render_comparison(comparison)
    assert len(render_comparison(comparison)) < 20_000
    assert "  and 4980 more\n" in comparison_text(comparison)
