"""An audit holds until the first thing in it runs out, and never longer than its rubric says."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from auditor.model.validity import Ending, valid_until

TODAY = date(2026, 12, 1)
DAYS = st.integers(-100, 400)


def ending(days: int) -> Ending:
    return Ending(TODAY + timedelta(days=days), f"something is due in {days} days")


@given(st.integers(1, 365), st.lists(DAYS))
def test_it_is_the_period_or_the_first_date_within_it(period: int, days: list[int]) -> None:
    until = valid_until(TODAY, period, [ending(one) for one in days])
    within = [one for one in days if 0 <= one < period]
    assert until == TODAY + timedelta(days=min(within, default=period))


@given(st.integers(1, 365), st.lists(DAYS), DAYS)
def test_one_more_date_never_lengthens_it(period: int, days: list[int], more: int) -> None:
    before = valid_until(TODAY, period, [ending(one) for one in days])
    assert valid_until(TODAY, period, [ending(one) for one in (*days, more)]) <= before


def test_what_had_run_out_before_ends_nothing_and_what_runs_out_today_ends_it_today() -> None:
    assert valid_until(TODAY, 30, [ending(-1), ending(90)]) == TODAY + timedelta(days=30)
    assert valid_until(TODAY, 30, [ending(0)]) == TODAY
    assert valid_until(TODAY, 30, [ending(7), ending(90)]) == TODAY + timedelta(days=7)
