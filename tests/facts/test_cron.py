"""When a schedule comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.cron import never_comes


@pytest.mark.parametrize(
    "text",
    ["0 0 * * *", "*/5 0-6/2,12 1 jan-MAR mon", "30 5 29 2 *", "0 0 31 4 1", "5/15 * * * 7", "0 0 31 1-2 *"],
)
def test_a_moment_that_comes_has_no_reason(text: str) -> None:
    assert never_comes(text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0 0 31 2,4 *", "no such month has that day"),
        ("0 24 * * *", "'24' is no hour"),
        ("60 0 * * *", "'60' is no minute"),
        ("0 0 0 * *", "'0' is no day of the month"),
        ("0 5-2 * * *", "'5-2' is no hour"),
        ("*/0 * * * *", "'*/0' is no minute"),
        ("0 0 * * 8", "'8' is no day of the week"),
        ("0 0 * * * *", "it has 6 fields, not 5"),
        ("@daily", "it has 1 fields, not 5"),
    ],
)
def test_one_that_does_not_come_is_told_why(text: str, reason: str) -> None:
    assert never_comes(text) == reason


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert isinstance(never_comes(text), str)


@given(st.integers(0, 59), st.integers(0, 23), st.integers(1, 28), st.integers(1, 12), st.integers(0, 7))
def test_every_moment_of_the_calendar_comes(minute: int, hour: int, day: int, month: int, weekday: int) -> None:
    assert never_comes(f"{minute} {hour} {day} {month} {weekday}") == ""
