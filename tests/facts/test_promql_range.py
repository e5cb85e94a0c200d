"""Which values expressions of PromQL can have."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.promql_expression import read_expression

SHARE = 'sum(rate(http_requests_total{{status=~"5.."}}[5m])){by} / sum(rate(http_requests_total[5m])){by}'


@pytest.mark.parametrize(
    ("expression", "low", "high"),
    [
        ("vector(99.9)", 99.9, 99.9),
        ("-3 + 1", -2, -2),
        ("1 - avg(up)", 0, 1),
        (SHARE.format(by=""), 0, 1),
        (SHARE.format(by=" by (job)") + " * 100", 0, 100),
        ("a_total / (a_total + b_total)", 0, 1),
        ("avg(a_total{code='1'}) / avg(a_total)", 0, math.inf),
        ("clamp_max(memory_free, 1)", -math.inf, 1),
        ("time() - backup_last_seconds offset 5m", -math.inf, math.inf),
        ("rate(x[5m:1m] @ end()) > bool 3", 0, 1),
        ("topk(3, up) or vector(7)", 0, 7),
    ],
)
def test_the_values_of_an_expression(expression: str, low: float, high: float) -> None:
    reading = read_expression(expression)
    assert reading is not None
    assert (reading.values.low, reading.values.high, reading.values.never) == (low, high, False)


@pytest.mark.parametrize(
    "expression", ["up == 2", "rate(x_total[5m]) < 0", "up > 0 and vector(0) > 1", "max(absent(up)) > 1"]
)
def test_comparisons_that_nothing_meets(expression: str) -> None:
    reading = read_expression(expression)
    assert reading is not None
    assert reading.values.never
    assert len(reading.faults) == 1


@pytest.mark.parametrize("expression", ["", "(", "a +", "sum(", "by (x)", "1 +" * 100, "(" * 5_000, "a b", "a" * 9_000])
def test_what_is_not_understood(expression: str) -> None:
    assert read_expression(expression) is None


@given(st.text(alphabet="ab_(){}[]=~!<>+-*/%^\"'0123456789.,: \nupsumratebyorand$#", max_size=120))
def test_no_text_ends_the_reader(text: str) -> None:
    reading = read_expression(text)
    assert reading is None or reading.values.never or reading.values.low <= reading.values.high
