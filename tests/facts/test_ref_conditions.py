"""What conditions of jobs ask for, and which of them no run passes together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.facts.ref_conditions import ANYTHING, never_together, passage

_MAIN = "github.ref == 'refs/heads/main'"
_DEVELOP = "github.ref_name == 'develop'"


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (_MAIN, _DEVELOP, True),
        (_MAIN, f"{_DEVELOP} || {_MAIN}", False),
        (f"({_MAIN} || {_DEVELOP}) && github.event_name == 'push'", "github.event_name == 'release'", True),
        (f"${{{{ {_MAIN} }}}}", "'refs/heads/main' == github.ref", False),
        (_MAIN, "startsWith(github.ref, 'refs/tags/')", True),
        ("github.ref == 'refs/tags/v1'", "startsWith(github.ref, 'refs/tags/')", False),
        ("startsWith(github.ref, 'refs/tags/v')", "startsWith(github.ref, 'refs/tags/')", False),
        (_MAIN, f"github.actor == 'me' || {_DEVELOP}", False),
        (_MAIN, f"!({_DEVELOP})", False),
        (_MAIN, "", False),
        (_MAIN, "GitHub.Ref == 'refs/heads/Main'", False),
        ("github.event_name == 'push'", "'PUSH' == github.event_name", False),
        ("STARTSWITH(github.ref, 'refs/tags/V')", "github.ref == 'refs/tags/v1'", False),
        ("StartsWith(github.ref, 'refs/tags/V')", _MAIN, True),
        ("github.ref_name == 'v1'", "github.ref == 'refs/tags/v1'", False),
        ("github.ref_name == 'v1'", "startsWith(github.ref, 'refs/tags/')", False),
        ("github.ref_name == '7/merge'", "startsWith(github.ref, 'refs/pull/')", False),
        ("github.ref_name == 'v1'", "github.ref == 'refs/tags/v2'", True),
        (_MAIN, "contains(github.ref, ') || (')", False),
    ],
)
def test_no_run_passes_both_or_one_may(one: str, other: str, apart: bool) -> None:
    assert never_together(passage(one), passage(other)) is apart
    assert never_together(passage(other), passage(one)) is apart


def test_what_is_too_long_asks_for_nothing() -> None:
    assert passage(_MAIN + " " * 3_000) != ANYTHING  # blanks at the end are none
    assert passage(" && ".join([_MAIN] * 500)) == ANYTHING
    assert passage("(a||" * 400 + _MAIN + ")" * 400) == ANYTHING


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="()&|!' github.ref==", max_size=80))
def test_no_text_crashes(text: str) -> None:
    assert never_together(passage(text), ANYTHING) is False
