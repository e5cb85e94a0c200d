"""One rule as a page of a terminal: question, why, before and after, fix, measured precision, languages, limits."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import product
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from auditor.rules.languages import languages_of
from auditor.rules.precision import precision_of

if TYPE_CHECKING:
    from rich.console import Console

    from auditor.rules.base import Example, Rule

__all__ = ["before_and_after", "print_rule"]

_FOUND, _FINE = "bold red", "bold green"
_LEAST_HALF = 56
"""Columns that code needs to be read beside other code."""


def print_rule(console: Console, rule: Rule) -> None:
    """Print everything that the rule says of itself, and all of its examples."""
    console.print(f"{rule.id} {rule.name}", style="bold")
    console.print(
        f"{rule.category} · severity {rule.told} · confidence {rule.confidence} · {rule.lifecycle} since {rule.since}"
    )
    _print_text(console, "Question", rule.question)
    _print_text(console, "Why", rule.why)
    pair = before_and_after(rule.examples)
    if pair:
        _print_pair(console, *pair)
    _print_text(console, "Fix", f"{rule.fix} About {rule.effort} min for one finding.")
    measured = precision_of(rule.id)
    estimate = "" if measured.is_enough else ": too few findings were judged, and the confidence is an estimate"
    _print_text(console, "Measured precision", f"{measured}{estimate}")
    _print_text(console, "Languages", ", ".join(languages_of(rule)) or "files of any language")
    _print_text(console, "Limits", rule.limits)
    for example in rule.examples:
        if example not in pair:
            console.print()
            for line in _lines(example):
                console.print(line, soft_wrap=True)


def before_and_after(examples: tuple[Example, ...]) -> tuple[Example, Example] | tuple[()]:
    """What is found and the near miss that is most like it; nothing where there is none of the one or the other."""
    found = [one for one in examples if one.found]
    fine = [one for one in examples if not one.found]
    return max(product(found, fine), key=lambda pair: _likeness(*pair), default=())


def _likeness(one: Example, other: Example) -> float:
    return SequenceMatcher(None, _code(one), _code(other), autojunk=False).ratio()


def _code(example: Example) -> list[str]:
    return [line for path, text in example.files.items() for line in (path, *text.splitlines())]


def _print_text(console: Console, title: str, text: str) -> None:
    console.print(f"\n{title}", style="bold")
    console.print(text)


def _print_pair(console: Console, before: Example, after: Example) -> None:
    """Side by side where the longest line of both fits, one below the other elsewhere."""
    console.print("\nBefore and after", style="bold")
    left, right = list(_lines(before)), list(_lines(after, set(_code(before))))
    half = (console.width - 2) // 2
    if half >= _LEAST_HALF and max(len(line) for line in (*left, *right)) <= half:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=half, no_wrap=True)
        table.add_column(width=half, no_wrap=True)
        table.add_row(Text("\n").join(left), Text("\n").join(right))
        console.print(table)
        return
    for line in (*left, Text(), *right):
        console.print(line, soft_wrap=True)


def _lines(example: Example, known: set[str] | None = None) -> Iterator[Text]:
    """The example line by line: ``>`` marks what is found, ``+`` what those lines have not that are `known`."""
    verdict, style = ("Reported", _FOUND) if example.found else ("Not reported", _FINE)
    yield Text(f"{verdict}: {example.title}", style=style)
    for path, text in example.files.items():
        yield Text(f"  {path}", style="italic")
        for number, line in enumerate(text.splitlines(), start=1):
            found = f"{path}:{number}" in example.found
            fresh = known is not None and line.strip() and line not in known
            mark = ">" if found else "+" if fresh else " "
            yield Text(f"  {mark} {number:>3} {line.expandtabs(4)}", style=_FOUND if found else _FINE if fresh else "")
