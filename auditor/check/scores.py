"""Scores in text: a value on a scale, as printed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from fractions import Fraction

from auditor.facts.pattern import Match, pattern

__all__ = ["Score", "decimals", "first_score", "is_cut_off_as", "is_printed_as", "marks", "number", "points", "shown"]

_OF = pattern(
    r"(?:^|[^\w.,/])(\d{1,4}(?:\.\d{1,3})?)\s?(?:/\s?|out of )(1000|100|10|5|4|20|25|15|30|35|40|50|8|12)(?:\.0)?(?:$|[^\w.,/]|[.,](?:\s|$))"
)
_THING = r"(?:unit |integration |e2e |security |core )?(?:tests?|checks?|pass\w*|cases?|files?|items?|tasks?|criteria|requirements?|components?|endpoints?|fail\w*|steps?|agents?|modules?|features?|points? complete)\b"
_COUNTED = pattern(
    rf"(?i)^[^\w(]{{0,3}}{_THING}|^[^\w(]{{0,2}}\(\W?{_THING}(?:[ ,]+(?:pass|complet|done|fix|verif|implement|met\b|cover|migrat|creat|updat)\w*){{0,2}}\)"
)
"""What is counted, right behind so many of so many; in parentheses only where they hold no more than its state."""
_VERDICT = pattern(r"(?i)^\s*\((?:pass|fail)\w*\)")
_PERCENT = pattern(r"(?:^|[^\w.,/+-])(\d{1,3}(?:\.\d{1,3})?)\s?%")
_STARS = pattern(r"(?:⭐️?|★){1,10}☆{0,10}")
_BARE = pattern(r"^\D{0,4}(\d{1,3}(?:\.\d{1,3})?)\D{0,4}$")
_LETTER = pattern(r"(?:\(|\bgrade:?\s*|\|\s*|^)([A-F][+-]?)(?:\)|$|\s*[-\x{2013}\x{2014}|,:(])")
_POINTS = pattern(r"^\W{0,6}(\d{1,3}(?:\.\d{1,3})?)\s?/\s?(\d{2,3})(?:$|[^\w.,/])")
_MARKS = pattern(r"^[^\w.,/]{0,4}(\d{1,2}(?:\.\d)?)\s?/\s?(\d{1,2})[^\w.,/]{0,4}$")
_LEAST_POINTS = 40
_PERCENT_SCALE = 100
_STAR_SCALE = 5


@dataclass(frozen=True, slots=True)
class Score:
    """A score as printed: the value, the end of its scale (0 where none is told), and its grade, if any."""

    value: Decimal
    scale: int
    grade: str = ""

    @property
    def share(self) -> Fraction:
        """The part of the scale."""
        return Fraction(self.value) / (self.scale or 1)

    @property
    def step(self) -> Fraction:
        """Half of the last printed digit, as a part of the scale: as far as rounding can move it."""
        return Fraction(1, 2 * 10 ** decimals(self.value)) / (self.scale or 1)

    def __str__(self) -> str:
        unit = "%" if self.scale == _PERCENT_SCALE and self.grade == "%" else f"/{self.scale}" if self.scale else ""
        return f"{self.value}{unit}"


def first_score(text: str, *, bare: bool = False) -> Score | None:
    """The first score in a text: ``82/100``, ``8.7/10``, ``87%`` or stars; with `bare` also a number alone."""
    found = _OF.search(text)
    percent = _PERCENT.search(text)
    if found and _is_counted(text[found.end() - 1 :], int(found.group(2))):
        return None  # so many of so many things, and no score
    if found and (percent is None or found.start() <= percent.start()):
        return Score(Decimal(found.group(1)), int(found.group(2)), _grade(text))
    if percent:
        return Score(Decimal(percent.group(1)), _PERCENT_SCALE, "%")
    stars = _STARS.search(text)
    if stars:
        run = stars.group()
        return Score(Decimal(run.count("⭐") + run.count("★")), _STAR_SCALE)
    alone: Match | None = _BARE.match(text) if bare else None
    return Score(Decimal(alone.group(1)), 0) if alone else None


def _is_counted(behind: str, scale: int) -> bool:
    """Whether so many of so many things are told, and no score; of a hundred points a verdict may stand in parentheses."""
    return _COUNTED.match(behind) is not None and not (scale == _PERCENT_SCALE and _VERDICT.match(behind))


def points(text: str) -> Score | None:
    """Points of so many as there are in all, at the beginning of a text: ``42/120``; None for what is not so many."""
    found = _POINTS.match(text)
    if found is None or _COUNTED.match(text[found.end() :]):
        return None
    value, whole = Decimal(found.group(1)), int(found.group(2))
    return Score(value, whole, _grade(text)) if whole > _LEAST_POINTS and value <= whole else None


def marks(text: str) -> Score | None:
    """So many marks of so many, and nothing else, in a place where scores stand: ``2/3``."""
    found = _MARKS.match(text)
    value, whole = (Decimal(found.group(1)), int(found.group(2))) if found else (Decimal(0), 0)
    return Score(value, whole) if whole and value <= whole else None


def _grade(text: str) -> str:
    found = _LETTER.search(text)
    return found.group(1) if found else ""


def number(text: str) -> Decimal | None:
    """The number that a text is, thousands separated by commas or not."""
    try:
        return Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return None


def decimals(value: Decimal) -> int:
    """How many digits stand behind the point."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def is_printed_as(exact: Fraction, printed: Decimal) -> bool:
    """Whether no other value of the printed precision is nearer to the exact one; of two equally near, either will do."""
    half = Fraction(1, 2 * 10 ** decimals(printed))
    return abs(exact - Fraction(printed)) <= half


def is_cut_off_as(exact: Fraction, printed: Decimal) -> bool:
    """Whether the exact value, cut off behind the printed precision, is what is printed."""
    places = Decimal(1).scaleb(-decimals(printed))
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(places, rounding=ROUND_DOWN) == printed


def shown(value: Fraction) -> str:
    """A value with at most two digits behind the point."""
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
