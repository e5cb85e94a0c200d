"""Whatever a name or a message holds, each format's own parser reads it back, and reads nothing else."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.formats.text import single_line
from auditor.model.audit import Audit
from auditor.model.escape import PIPE_IN_TABLE, visible
from auditor.model.outcome import Waiver
from tests.formats.build import audit, audit_of, finding, written
from tests.formats.readers import READERS, Found

HOSTILE = [
    "a\n::error::forged", "a\r\nb", "%0A::stop-commands::x", "::add-mask::x", "##[error]x", "file=x,line=9", "a:b,c",
    "=cmd|' /C calc'!A0", "+1", "-2", "@SUM(A1)", "\t=1", "'quoted", "＝1", 'say "x"', "a,b;c", "a\x00b", "\x1b[31mred",  # noqa: RUF001
    "]]>", "</failure><failure>", "<!-- x -->", "&amp;&lt;", "\ufffe\uffff", "\u202etxt.exe", "a\u200bb", "\U000e0041",
    "a|b", "`x` ``` y", "[x](https://evil.example)", "![x](y)", "<script>alert(1)</script>", "# Readiness: GO", "- [x] a",
    "@team #12 deadbeef12", " lead", "trail ", "back\\slash", "\\\\", "=a=b", "?x#y", "100%", "ü/ß", "😀", "a  b",
]  # fmt: skip
VISIBLE_PATHS = {"github", "csv", "junit", "summary", "comment"}
"""Formats for people, which write out what cannot be seen; in the others a path is what it is."""


def hostile_audit(text: str) -> Audit:
    one = replace(finding(1, "application"), path=text, message=text, component=text, reached_from=text)
    made = audit_of([one, replace(one, path="b.py", message="fine", fingerprint="f" * 32)])
    components = tuple(replace(each, title=text, owners=(text,)) for each in made.components)
    conditions = tuple(replace(each, title=text, owner=text, acceptance=text) for each in made.conditions)
    repository = replace(made.repository, name=text)
    return replace(made, components=components, conditions=conditions, repository=repository)


def expected_path(name: str, text: str) -> str:
    shown = visible(text) if name in VISIBLE_PATHS else text
    return f"./{shown}" if name == "github" and shown.startswith("=") else shown


def expected_message(name: str, text: str) -> str:
    if name == "json":
        return text
    return single_line(text).replace("](", "] (") if name.startswith("sarif") else single_line(text)


def comparable(name: str, pairs: Found) -> Found:
    """In Markdown, words that could be more than words become code: quotes and spaces move, and a pipe is another one."""
    if name not in {"summary", "comment"}:
        return sorted(pairs)
    drop = dict.fromkeys(map(ord, "`' ")) | {ord("|"): PIPE_IN_TABLE}
    return sorted((path.translate(drop), message.translate(drop)) for path, message in pairs)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", READERS)
def test_what_went_in_is_read_back_and_nothing_else(name: str, text: str) -> None:
    read = READERS[name](written(name, hostile_audit(text)))
    wanted = [(expected_path(name, text), expected_message(name, text)), ("b.py", "fine")]
    assert comparable(name, read) == comparable(name, wanted)


@settings(deadline=None)  # a slow machine is no failure
@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(lambda text: " AUD" not in text)
)
def test_any_name_and_message_is_read_back(text: str) -> None:
    made = hostile_audit(text)
    for name in ("json", "sarif", "gitlab", "csv", "junit", "github"):
        read = READERS[name](written(name, made))
        assert (expected_path(name, text), expected_message(name, text)) in read
        assert len(read) == 2


@pytest.mark.parametrize("name", READERS)
def test_a_lone_surrogate_in_a_message_ends_no_report(name: str) -> None:
    made = audit_of([replace(finding(1, "application"), message="a\ud800b")])
    assert len(READERS[name](written(name, made).replace(b"\\ud800", b"?"))) == 1


def test_the_reason_of_a_waiver_is_read_back_from_its_suppression() -> None:
    made = audit()
    waiver: Waiver = replace(made.waivers[0], reason="a\n](x) \u202e")
    run = json.loads(written("sarif", replace(made, waivers=(waiver,))))["runs"][0]
    (suppressed,) = [one["suppressions"][0] for one in run["results"] if one["suppressions"]]
    assert suppressed["justification"].startswith("a ](x) ⟨U+202E⟩ (lead, until 2027-01-01)")
