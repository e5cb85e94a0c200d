"""What the scores of parts come to, by the usual ways of putting scores together."""

from __future__ import annotations

from fractions import Fraction
from statistics import median

from auditor.check.score_parts import Group, Part
from auditor.check.scores import Score, is_printed_as

__all__ = [
    "WEIGHTED", "are_shares", "is_above_rates", "is_coarse", "is_given", "is_of_few_marks", "mean_of", "medians_of", "ways_of", "ways_of_group",
]  # fmt: skip

WEIGHTED = "weighted mean"
_WHOLE, _MARKS = 100, 5
_USUAL = frozenset({1, 5, 10, 100})


def ways_of(parts: tuple[Part, ...], score: Score) -> list[tuple[str, Fraction]]:
    """The shares that the parts may come to, by the usual ways of putting scores together."""
    ways = [("mean", mean_of(parts))]
    weighted = _weighted(parts)
    if weighted is not None:
        ways.insert(0, (WEIGHTED, weighted))
    if _is_of_points(parts, score):
        return [("sum of points", sum((Fraction(part.score.value) for part in parts), Fraction(0)) / score.scale)]
    total, whole = sum(Fraction(part.score.value) for part in parts), sum(part.score.scale for part in parts)
    if len({part.score.scale for part in parts}) > 1 or whole == score.scale:
        ways.append(("sum of points", Fraction(total) / (whole or 1)))
        if whole < score.scale:
            ways.append(("sum of points of all", Fraction(total) / score.scale))
    elif score.scale == parts[0].score.scale and score.scale <= total * 2 <= score.scale * 2:
        ways.append(("sum of points", Fraction(total) / score.scale))
    return ways


def ways_of_group(group: Group, score: Score) -> tuple[tuple[str, Fraction], ...]:
    """The same for the parts of a group, computed once for all scores on one scale."""
    if score.scale not in group.ways:
        group.ways[score.scale] = tuple(ways_of(group.parts, score))
    return group.ways[score.scale]


def _is_of_points(parts: tuple[Part, ...], score: Score) -> bool:
    """Whether a score has points of a whole that several parts have together: 30/40 above parts of ten."""
    scales = {part.score.scale for part in parts}
    usual = score.scale in _USUAL or len(scales) > 1 or not score.scale
    return not usual and min(scales) < score.scale and score.scale % min(scales) == 0


def is_given(share: Fraction, score: Score) -> bool:
    """Whether a share of the whole is printed as this score."""
    return is_printed_as(share * (score.scale or 1), score.value)


def mean_of(parts: tuple[Part, ...]) -> Fraction:
    return sum((part.score.share for part in parts), Fraction(0)) / len(parts)


def medians_of(parts: tuple[Part, ...]) -> list[tuple[str, Fraction]]:
    """The share in the middle of all, which is no mean of them."""
    return [("median", median(part.score.share for part in parts))]


def _weighted(parts: tuple[Part, ...]) -> Fraction | None:
    weights = [part.weight for part in parts]
    if any(weight is None for weight in weights) or not sum(weight or 0 for weight in weights):
        return None
    total = sum((weight or Fraction(0) for weight in weights), Fraction(0))
    return sum((part.score.share * (part.weight or 0) for part in parts), Fraction(0)) / total


def is_coarse(score: Score, parts: tuple[Part, ...]) -> bool:
    """Whether parts have a few marks, as stars, and the score that sums them up is told in hundredths."""
    return score.scale == _WHOLE and all(part.score.scale <= _MARKS for part in parts)


def is_of_few_marks(score: Score, parts: tuple[Part, ...]) -> bool:
    """Whether a score is told in stars or few marks, above parts that are told more finely."""
    return 0 < score.scale <= _MARKS and all(part.score.scale > _MARKS for part in parts)


def are_shares(parts: tuple[Part, ...]) -> bool:
    """Whether parts are the shares of one whole, and no scores: ``Done: 85%``, ``Running: 10%``, ``Open: 5%``."""
    values = [part.score.value for part in parts]
    is_of_rates = all(part.score.grade == "%" and 0 < part.score.value < _WHOLE for part in parts)
    return is_of_rates and sum(values) == _WHOLE


def is_above_rates(score: Score, parts: tuple[Part, ...]) -> bool:
    """Whether a score that is no rate is above all its parts, which are rates: those of a distribution."""
    is_of_rates = score.grade != "%" and all(part.score.grade == "%" for part in parts)
    return is_of_rates and score.share > max(part.score.share for part in parts)
