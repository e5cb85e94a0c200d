"""Whether a cron expression names a moment that comes.

As https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html and GitHub's ``schedule`` have it: five fields.
"""

from __future__ import annotations

from auditor.facts.pattern import pattern

__all__ = ["never_comes"]

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("day of the week", 0, 7))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ITEM = pattern(r"^(?:(\*)|(\d{1,4})(?:-(\d{1,4}))?)(?:/(\d{1,4}))?$")
_COUNT = 5


def never_comes(text: str) -> str:
    """Why no moment fits the expression, or it is none; empty where one does."""
    fields = text.split()
    if len(fields) != _COUNT:
        return f"it has {len(fields)} fields, not {_COUNT}"
    chosen: list[frozenset[int]] = []
    for field, (name, low, high) in zip(fields, _FIELDS, strict=True):
        values = _values(_numbers(field.lower(), name), low, high)
        if values is None:
            return f"{field!r} is no {name}"
        chosen.append(values)
    days, months = chosen[2], chosen[3]
    if fields[4].startswith("*") and not any(day <= _LONGEST[month - 1] for day in days for month in months):
        return "no such month has that day"
    return ""


def _numbers(field: str, name: str) -> str:
    words = {"month": _MONTHS, "day of the week": _DAYS}.get(name, ())
    for number, word in enumerate(words, 1 if name == "month" else 0):
        field = field.replace(word, str(number))
    return field


def _values(field: str, low: int, high: int) -> frozenset[int] | None:
    """The numbers that a field means; None where it is none."""
    found: set[int] = set()
    for item in field.split(","):
        match = _ITEM.search(item)
        if match is None:
            return None
        first = low if match.group(1) else int(match.group(2))
        open_end = bool(match.group(1) or match.group(4))
        last = int(match.group(3)) if match.group(3) else high if open_end else first
        step = int(match.group(4) or 1)
        if not low <= first <= last <= high or step < 1:
            return None
        found |= set(range(first, last + 1, step))
    return frozenset(found)
