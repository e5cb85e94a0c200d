"""`.auditor/waivers.yaml`: what is read, and every mistake with its line and remedy."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import UserError
from auditor.repo.inventory import memory_inventory
from auditor.waivers.waiver_file import MOST_WAIVERS, parse_waivers, read_waivers

ONE = """waivers:
  - rule: AUD203
    path: scripts/**
    reason: gone by spring
    approver: "@lead"
    expires: 2027-01-31
"""


def test_all_that_is_required_is_read() -> None:
    (one,) = parse_waivers(ONE.encode())
    assert (one.rule, one.path, one.reason, one.approvers) == ("AUD203", "scripts/**", "gone by spring", ("@lead",))
    assert (one.expires.isoformat(), one.line, one.inline) == ("2027-01-31", 2, False)


def test_a_derived_id_is_the_same_wherever_it_stands() -> None:
    (first,) = parse_waivers(ONE.encode())
    (second,) = parse_waivers(("# said\n\n" + ONE).encode())
    assert first.id == second.id
    assert first.line != second.line


@pytest.mark.parametrize("text", ["", "# nothing\n", "waivers:\n", "waivers: []\n", "\ufeff"])
def test_nothing_is_no_waiver(text: str) -> None:
    assert parse_waivers(text.encode()) == ()


def changed(old: str, new: str) -> str:
    assert old in ONE
    return ONE.replace(old, new)


MISTAKES = {
    "no rule": (changed("  - rule: AUD203\n    path", "  - path"), 2, "no `rule` or `criterion`"),
    "both": (changed("rule: AUD203\n", "rule: AUD203\n    criterion: DR-1\n"), 3, "one of `rule` or `criterion`"),
    "no path": (changed("    path: scripts/**\n", ""), 2, "no `path` or `fingerprint` or `component`"),
    "no reason": (changed("    reason: gone by spring\n", ""), 2, "no `reason`"),
    "an empty reason": (changed("gone by spring", ""), 4, "`reason` must be text"),
    "a reason of dots": (changed("gone by spring", "..."), 4, "says nothing"),
    "a list as reason": (changed("gone by spring", "[a, b]"), 4, "`reason` must be text"),
    "a long reason": (changed("gone by spring", "x" * 600), 4, "more than 500"),
    "no approver": (changed('    approver: "@lead"\n', ""), 2, "no `approver`"),
    "an approver without quotes": (changed('"@lead"', "@lead"), 5, "broken YAML"),
    "a hidden letter": (changed("@lead", "@le\u200bad"), 5, "cannot be seen"),
    "no end": (changed("    expires: 2027-01-31\n", ""), 2, "no `expires`"),
    "no day": (changed("2027-01-31", "next year"), 6, "'next year' is no date"),
    "no day of the calendar": (changed("2027-01-31", "2027-02-30"), 6, "is no date"),
    "a time": (changed("2027-01-31", "2027-01-31T10:00:00Z"), 6, "is no date"),
    "a blanket": (changed("AUD203", '"*"'), 2, "'*' is no id or name of a rule"),
    "a short fingerprint": (changed("path: scripts/**", "fingerprint: abc"), 3, "no fingerprint"),
    "a rule for a component": (changed("path: scripts/**", "component: delivery"), 3, "not waived for a whole component"),
    "an unknown key": (changed("expires", "expire"), 6, "unknown key 'expire'"),
    "an unknown key above": ("waiver:\n  - rule: AUD203\n", 1, "unknown key 'waiver'"),
    "a key twice": (changed("    reason", "    rule: AUD204\n    reason"), 4, "stands here twice"),
    "a waiver twice": (ONE + ONE.partition("\n")[2], 7, "two waivers are called W-"),
    "an id twice": (
        changed("  - rule", "  - id: W1\n    rule") + ONE.partition("\n")[2].replace("- rule", "- id: W1\n    rule"),
        8,
        "two waivers are called W1",
    ),
    "a bad id": (changed("  - rule", "  - id: a b\n    rule"), 2, "is no id"),
    "a list": ("- rule: AUD203\n", None, "there is no mapping"),
    "a mapping of waivers": ("waivers: {a: 1}\n", 1, "must be a list"),
    "a text as waiver": ("waivers:\n  - AUD203\n", 2, "must be a mapping"),
    "an anchor": (changed("gone by spring", "&a gone"), 4, "anchors and aliases"),
    "an alias bomb": ("a: &a [x, x]\nb: &b [*a, *a]\nwaivers: [*b]\n", 1, "anchors and aliases"),
    "a tag": (changed("gone by spring", "!!python/object:os.system x"), 4, "tags"),
    "no YAML": ("waivers: [\n", 2, "broken YAML"),
    "a million": ("waivers:\n" + "  - rule: AUD203\n" * 1_000_000, None, "too large"),
    "too many": ("waivers:\n" + "  - {}\n" * (MOST_WAIVERS + 1), MOST_WAIVERS + 2, "more than 1000 waivers"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_names_line_and_remedy(name: str) -> None:
    text, line, message = MISTAKES[name]
    with pytest.raises(UserError) as caught:
        parse_waivers(text.encode())
    assert message in caught.value.message
    assert caught.value.place is not None
    assert (caught.value.place.path, caught.value.place.line) == (".auditor/waivers.yaml", line)
    assert caught.value.remedy


def test_another_encoding_is_refused_with_its_line() -> None:
    with pytest.raises(UserError, match=r"waivers\.yaml:4: this file is no UTF-8"):
        parse_waivers(ONE.replace("gone", "gön").encode("latin-1"))


def test_a_file_of_another_spelling_is_told_and_not_passed_over() -> None:
    inventory, reader = memory_inventory({".auditor/waivers.yml": ONE, "a.py": "a = 1\n"})
    with pytest.raises(UserError, match=r"\.auditor/waivers\.yml: waivers are not read from here"):
        read_waivers(inventory, reader)


@settings(deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: data.decode("latin-1")))
def test_any_text_gives_waivers_or_an_error_for_the_user(text: str) -> None:
    with contextlib.suppress(UserError):
        assert all(one.reason for one in parse_waivers(text.encode("utf-8", "surrogatepass")))
