"""Which values an expression of PromQL can have, as far as its functions, and the kinds of its metrics, tell.

https://prometheus.io/docs/prometheus/latest/querying/operators/ and
https://prometheus.io/docs/prometheus/latest/querying/functions/
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass

__all__ = ["ANY", "FUNCTIONS", "NEVER", "Range", "combined", "compared", "either", "of_function", "of_metric"]


@dataclass(frozen=True, slots=True)
class Range:
    """All values from `low` to `high`; `never` where there is no sample at all."""

    low: float = -math.inf
    high: float = math.inf
    never: bool = False

    @property
    def is_constant(self) -> bool:
        """Whether there is one value only."""
        return self.low == self.high and not self.never


ANY = Range()
NEVER = Range(never=True)
_POSITIVE = Range(low=0)
_COUNTERS = ("_total", "_count", "_bucket", "_created")
_SAME = frozenset(
    {
        "avg", "min", "max", "topk", "bottomk", "quantile", "avg_over_time", "min_over_time", "max_over_time", "last_over_time", "quantile_over_time",
        "sort", "sort_desc", "label_replace", "label_join", "limitk", "vector", "scalar",
    }
)  # fmt: skip
"""Functions whose values lie between those of what they are given."""
_AFTER_NUMBER = frozenset({"topk", "bottomk", "quantile", "limitk", "quantile_over_time"})
_SUMS = frozenset({"sum", "sum_over_time"})
"""Functions that are not negative where what they are given is not."""
_NOT_NEGATIVE = frozenset(
    {"count", "count_over_time", "changes", "resets", "stddev", "stdvar", "stddev_over_time", "stdvar_over_time", "time", "timestamp", "abs", "rate", "irate", "increase"}
)  # fmt: skip
_ONES = frozenset({"absent", "absent_over_time", "present_over_time", "group"})
FUNCTIONS = _SAME | _SUMS | _NOT_NEGATIVE | _ONES
"""Names that are functions wherever they stand, and no metrics."""


def of_metric(name: str) -> Range:
    """The values of a metric of this name: a counter is never negative, and `up` is 0 or 1; ``workers_up`` may be a number of them."""
    if name == "up":
        return Range(0, 1)
    return _POSITIVE if name.endswith(_COUNTERS) else ANY


def of_function(name: str, given: tuple[Range, ...]) -> Range:
    """The values of a function or aggregation of what it is given."""
    if name in _ONES:
        return Range(1, 1)
    if any(one.never for one in given):
        return NEVER
    if name in _SAME and given:
        return given[-1] if name in _AFTER_NUMBER else given[0]
    if name == "clamp_max" and len(given) > 1:
        return Range(min(given[0].low, given[1].low), min(given[0].high, given[1].high))
    is_positive = name in _NOT_NEGATIVE or (name in _SUMS and bool(given) and given[0].low >= 0)
    return _POSITIVE if is_positive else ANY


_OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def combined(sign: str, left: Range, right: Range) -> Range:
    """The values of a calculation."""
    if left.never or right.never:
        return NEVER
    if sign not in _OPERATIONS or (sign == "/" and right.low <= 0):
        return _POSITIVE if sign == "/" and left.low >= 0 <= right.low else ANY
    ends = [_OPERATIONS[sign](one, other) for one in (left.low, left.high) for other in (right.low, right.high)]
    if any(math.isnan(one) for one in ends):  # infinity by nothing
        return _POSITIVE if sign in "+*/" and left.low >= 0 <= right.low else ANY
    return Range(min(ends), max(ends))


def compared(sign: str, left: Range, right: Range, *, as_number: bool) -> Range:
    """What a comparison lets through: values of the left side, or 0 and 1 where it says `bool`."""
    if left.never or right.never:
        return NEVER
    if as_number:
        return Range(0, 1)
    possible = {
        ">": left.high > right.low,
        ">=": left.high >= right.low,
        "<": left.low < right.high,
        "<=": left.low <= right.high,
        "==": left.low <= right.high and left.high >= right.low,
        "!=": not (left.is_constant and left == right),
    }
    return left if possible[sign] else NEVER


def either(left: Range, right: Range) -> Range:
    """The values of `or`."""
    if left.never or right.never:
        return right if left.never else left
    return Range(min(left.low, right.low), max(left.high, right.high))
