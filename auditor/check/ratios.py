"""Percentages beside the counts or the score that they were made of: ``27/28 (96%)``, ``8.4/10 (84%)``."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from auditor.check.document import Document
from auditor.check.scores import decimals, is_cut_off_as, is_printed_as, number, shown
from auditor.check.statement import Statement, contradicted, supported, uncheckable
from auditor.facts.pattern import Match, pattern

__all__ = ["ratio_statements"]

_COUNTS = r"(\d[\d,]{0,9}(?:\.\d{1,3})?)\s?(?:/|of|out of)\s?(\d[\d,]{0,9})"
_NOUNS = r"(?:\s(?:[A-Za-z][A-Za-z-]{1,20}\s?){1,4})?"
_PER_CENT = r"([~≈]\s?)?(\d{1,3}(?:\.\d{1,3})?)\s?%"
_END = r"(?:$|[^\w%\s]|\s?[)|,;]|\s(?:pass\w*|success\w*|complete\w*|fail\w*|done|met|of\b|rate))"
_AFTER = pattern(r"(?:^|[^\w./,:-])" + _COUNTS + _NOUNS + r"\s?(?:\(|=\s?)" + _PER_CENT + _END)
_BEFORE = pattern(
    r"(?:^|[^\w./,+-])"
    + _PER_CENT
    + r"(?:\s(?:[A-Za-z][A-Za-z-]{1,20}\s?){1,4})?\s?\("
    + _COUNTS
    + r"(?:\)|\s[A-Za-z])"
)
_FAILS = pattern(r"(?i)\b(?:fail\w*|errors?|miss(?:ing|ed)|uncovered|not covered|remaining|open|left|skipped|not)\b")
_PARTLY = pattern(r"(?i)\b(?:partial\w*|partly|in progress|ready to|weighted|half|started|underway)\b")
_UNEQUAL = pattern(r"(?i)^[^.;|]{0,24}\b(?:phases|weeks|milestones|stages|sprints|epics)\b")
"""Units of different size: how many of them are done is not how much is."""
_OF_ALL = pattern(r"(?i)\b(?:complet\w*|progress|overall|done)\b[^.;|]{0,12}$|%[*\s]{1,4}(?:complete|overall|done)\b")
_CHANGE = pattern(
    r"→|->|[<>≥≤]|(?i)\b(?:improve\w*|increase\w*|decrease\w*|reduc\w*|faster|target|up from|down from|more|less|better|worse)\b"
)
_COUNTED = pattern(r"^\s?([A-Za-z][A-Za-z-]{2,20})\)")
_THINGS = pattern(
    r"(?i)s$|^(?:pass\w*|complete\w*|done|met|success\w*|implemented|covered|fixed|resolved|working|verified|ready|total|coverage|achieved|closed|open|failed|failing|green|valid\w*|code)$"
)
_OF_WHAT = pattern(r"(?:^|\D)(?:0|100)\s?%\s[A-Za-z][A-Za-z -]{3,40}\(\d{1,5}\s?/\s?\d{1,5}\b")
_LARGEST = 100
_BEHIND = 24


def ratio_statements(document: Document) -> Iterator[Statement]:
    """Every percentage that stands beside its counts, against them."""
    for line in document.texts:
        text = line.plain
        if "%" not in text:
            continue
        seen: set[int] = set()
        for match, groups in _found(text):
            if match.start() in seen or _CHANGE.search(_around(text, match)):
                continue
            seen.add(match.start())
            if not _is_of_unequal_units(text, match, groups):
                yield from _judged(line.number, text, groups, text[match.end() - 1 :][:_BEHIND])


def _is_of_unequal_units(text: str, match: Match, groups: tuple[str, str, str, str]) -> bool:
    """Whether a share of all work stands before the number of phases that are done: ``81% complete (9 of 10 phases)``."""
    if not match.group().lstrip(" (*").startswith(groups[3]):
        return False
    percent = text[: match.start() + match.group().index(groups[3])] + match.group()
    is_of_all = _OF_ALL.search(text[: match.start() + 1]) is not None or _OF_ALL.search(percent) is not None
    return is_of_all and _UNEQUAL.search(text[match.end() - 1 :]) is not None


def _found(text: str) -> Iterator[tuple[Match, tuple[str, str, str, str]]]:
    for match in _AFTER.finditer(text):
        yield match, (match.group(1), match.group(2), match.group(3), match.group(4))
    for match in _BEFORE.finditer(text):
        if "%" in text[match.end() :].partition(")")[0]:
            continue  # the counts have a percentage of their own
        yield match, (match.group(3), match.group(4), match.group(1), match.group(2))


def _around(text: str, match: Match) -> str:
    return text[max(0, match.start() - 12) : match.end() + 14]


def _judged(line: int, text: str, groups: tuple[str, str, str, str], behind: str) -> Iterator[Statement]:
    part, whole, percent = (number(groups[index]) for index in (0, 1, 3))
    if part is None or whole is None or percent is None or not whole or part > whole or percent > _LARGEST:
        return
    exact = Fraction(part) * 100 / Fraction(whole)
    symbol = f"{groups[0]}/{groups[1]}"
    if _fits(exact, percent, about=bool(groups[2])) or (
        _FAILS.search(text) and _fits(100 - exact, percent, about=bool(groups[2]))
    ):
        yield supported(line, f"{symbol} is {percent}%{_cut_off(exact, percent)}.", symbol)
        return
    why = _reservation(text, behind, is_all=part == whole, is_extreme=percent in (0, _LARGEST))
    if why:
        yield uncheckable(line, f"{percent}% stands beside {symbol}, which is {shown(exact)}%, and {why}.", symbol)
    else:
        yield contradicted(line, f"{symbol} is {shown(exact)}%, and not {percent}%.", symbol)


def _reservation(text: str, behind: str, *, is_all: bool, is_extreme: bool) -> str:
    """Why a percentage may be of something else than the counts beside it; empty where it may not."""
    noun = _COUNTED.match(behind)
    if _PARTLY.search(text):
        return "what is done in part may be counted"
    if is_all or (noun and not _THINGS.search(noun.group(1))):
        return "may be another measure"
    if is_extreme and _OF_WHAT.search(text):
        return "may tell what these are like"
    return "the counts may be of what is missing" if _FAILS.search(behind) else ""


def _cut_off(exact: Fraction, percent: Decimal) -> str:
    """The words for a percentage that is cut off and not rounded."""
    is_cut = is_cut_off_as(exact, percent) and not is_printed_as(exact, percent)
    return f", cut off instead of rounded: {shown(exact)}%" if is_cut else ""


def _fits(exact: Fraction, percent: Decimal, *, about: bool) -> bool:
    """Whether a percentage is the exact one, rounded or cut off at its last digit; one that is about it, within one."""
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    if about:
        return abs(value - percent) <= 1
    places = Decimal(1).scaleb(-decimals(percent))
    return any(value.quantize(places, rounding=way) == percent for way in (ROUND_HALF_UP, ROUND_DOWN))
