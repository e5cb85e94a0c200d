"""The decision letter: short whatever the audit, inert whatever its text, and nothing without its certificate."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.certificate.letter import check_letter, named_certificate, render_letter
from auditor.certificate.report import Status
from auditor.errors import UserError
from auditor.model.audit import Audit
from auditor.model.codec import dumps
from auditor.model.outcome import Priority
from tests.certificate.conftest import build
from tests.certificate.test_render import HOSTILE, active, poisoned, shape

TWO_PAGES = 110
"""Lines of a letter at most; a page of A4 holds about 55."""


def poisoned_by(text: str) -> Audit:
    clean = build()
    hostile: Audit = poisoned(clean, text)
    return replace(hostile, certificate_id=clean.certificate_id)


def test_it_says_what_is_decided_why_and_what_is_to_be_done() -> None:
    made = build()
    letter = render_letter(made)
    assert f"# {made.decision.value}: " in letter
    assert f"**{made.score.overall}/100 ({made.score.grade})**" in letter
    assert all(f"| {part.title}" in letter for part in made.components)
    pressing = [one for one in made.conditions if one.priority in {Priority.P0, Priority.P1}]
    assert pressing
    for one in pressing:
        row = next(line for line in letter.split("\n") if line.startswith(f"| {one.priority} {one.id} |"))
        assert one.due in row
    assert "**The shortest way to " in letter


def test_it_names_its_certificate_by_the_digest_that_is_signed() -> None:
    made = build()
    letter = render_letter(made)
    assert named_certificate(letter.encode()) == made.certificate_id
    assert f"`{hashlib.sha256(dumps(made)).hexdigest()}`" in letter


def test_a_thousand_of_everything_is_two_pages() -> None:
    made = build()
    many = replace(
        made,
        components=made.components * 500,
        conditions=tuple(replace(one, id=f"C{at}", priority=Priority.P0) for at in range(1000) for one in made.conditions[:1]),
        waivers=made.waivers * 1000,
        void_waivers=made.waivers * 1000,
        verdict=replace(made.verdict, why_not_better=made.verdict.why_not_better * 500, path_to_go=made.verdict.path_to_go * 500),
    )  # fmt: skip
    letter = render_letter(many)
    assert letter.count("\n") <= TWO_PAGES
    assert "and 980 more conditions of these priorities, in the certificate." in letter
    assert f"and {len(many.components) - 15} more components, in the certificate." in letter
    assert f"and {len(many.verdict.why_not_better) - 5} more, in the certificate" in letter


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_changes_no_block(text: str) -> None:
    letter = render_letter(poisoned_by(text))
    assert shape(letter) == shape(render_letter(build()))
    assert not active(letter)
    assert not set(letter) & {"\x1b", "\u202e", "\r", "\x07"}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=20))
def test_any_text_changes_no_block(text: str) -> None:
    assert shape(render_letter(poisoned_by(text))) == shape(render_letter(build()))


@pytest.mark.parametrize("name", ["PRA-X-20261201-093000 --> # GO", "../../x", "", "<b>"])
def test_an_id_that_no_certificate_has_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="the id of no certificate"):
        render_letter(replace(build(), certificate_id=name))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_a_letter_or_none(data: bytes) -> None:
    assert named_certificate(data) is None
    framed = named_certificate(b"<!-- auditor: decision letter of " + data + b" -->\n")
    assert framed is None or framed.encode() == data


def test_only_the_letter_that_follows_from_the_report_passes() -> None:
    made = build()
    letter, report = render_letter(made).encode(), dumps(made)
    assert check_letter(letter, report).status is Status.PASS
    assert check_letter(letter.replace(b"NO-GO", b"GO"), report).status is Status.FAIL
    assert check_letter(letter + b" ", report).status is Status.FAIL
    assert check_letter(letter, None).status is Status.FAIL
    assert check_letter(letter, b"{}").status is Status.FAIL
    other = dumps(replace(made, tool=replace(made.tool, version="0.0.1")))
    assert "verify it with that" in check_letter(letter, other).detail
