"""How many workflows, alert rules and files of a language a document says there are, against all that the repository has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from auditor.check.case import Case, View
from auditor.check.document import Line
from auditor.check.mentions import mentions
from auditor.check.moments import held
from auditor.check.references import is_aside, is_foreign
from auditor.check.resolution import is_foreign_path
from auditor.check.statement import Statement, supported, uncheckable
from auditor.facts.pattern import Pattern, pattern

__all__ = ["stock_statements"]

_NUMBER = r"(?i)(?:^|[^\w.,/~≈-])(\d{1,4})(\+?) (?:[a-z-]+ ){0,1}"
_PART = pattern(
    r"(?i)\b(?:of|out of|new|more|added|remaining|failed|failing|each|per|than)\b|→|->|\d\s?/\s?\d|\d\s?-\s?\d"
)
_ALERT = pattern(r"^\s*(?:-\s*)?\"?alert\"?\s*[:=]")
_RULES = (".yml", ".yaml", ".json", ".tf", ".j2", ".libsonnet", ".jsonnet", ".tpl", ".tmpl", ".rules")
_MOST = 400


@dataclass(frozen=True, slots=True)
class _Stock:
    """What is counted: how it is said, and how many there are at one moment (0: none can be told)."""

    name: str
    said: tuple[Pattern, ...]
    count: Callable[[View], int]


def stock_statements(case: Case) -> Iterator[Statement]:
    """Each number of such things that a line gives of the repository: contradicted where there are fewer in all."""
    if not case.views or is_foreign(case):
        return
    named = {mention.line.number for mention in mentions(case.document)}
    for line in case.document.texts:
        for stock in _STOCKS:
            said = (one.search(line.plain) for one in stock.said if line.number not in named)
            found = next((one for one in said if one), None)
            if found and not _is_aside(line):
                yield from _judged(case, line, stock, int(found.group(1)), at_least=bool(found.group(2)))


def _is_aside(line: Line) -> bool:
    is_part = _PART.search(line.plain) is not None
    return is_part or is_aside(line, "negated", "references.planned", "references.changed", "expectation")


def _judged(case: Case, line: Line, stock: _Stock, claimed: int, *, at_least: bool) -> Iterator[Statement]:
    counts = [(view, _counted(stock.count, view)) for view in case.views]
    if not all(count for _, count in counts):
        return
    symbol, most = f"{claimed} {stock.name}", max(count for _, count in counts)
    if any(count == claimed or (at_least and count >= claimed) for _, count in counts):
        yield supported(line.number, f"The repository has {claimed} {stock.name}.", symbol)
    elif claimed > most:
        fault = f"The repository has {most} {stock.name} {case.views[0].label}, and not {claimed}."
        yield held(case, line.number, fault, symbol)
    else:
        yield uncheckable(
            line.number, f"The repository has {most} {stock.name}; which {claimed} are meant is not told.", symbol
        )


@lru_cache(maxsize=32)  # documents give a number more than once
def _counted(count: Callable[[View], int], view: View) -> int:
    return count(view)


def _workflows(view: View) -> int:
    inside = (path for path in view.paths if ".github/workflows/" in path and path.endswith((".yml", ".yaml")))
    return sum(not is_foreign_path(path) for path in inside)


def _alerts(view: View) -> int:
    paths = [path for path in sorted(view.paths) if "alert" in path.lower() or "rules" in path.lower()]
    files = [path for path in paths if path.endswith(_RULES) and not is_foreign_path(path)][:_MOST]
    return sum(_ALERT.match(line) is not None for path in files for line in view.lines(path) or ())


def _said(nouns: str) -> tuple[Pattern, ...]:
    return (pattern(_NUMBER + r"(?:" + nouns + r")\b"),)


def _written_in(*endings: str) -> Callable[[View], int]:
    """How many files there are with one of these endings."""
    return lambda view: sum(path.endswith(endings) and not is_foreign_path(path) for path in view.paths)


def _files(language: str) -> tuple[Pattern, ...]:
    """Such a number before its noun, or behind it as the value of a field."""
    nouns = rf"(?:{language}) (?:source |code )?(?:files|modules)"
    return (*_said(nouns), pattern(rf"(?i)^\W{{0,4}}{nouns}\s?:\s?(\d{{1,4}})(\+?)\b"))


_STOCKS = (
    _Stock("Python files", _files("python"), _written_in(".py", ".pyi")),
    _Stock("Java files", _files("java"), _written_in(".java")),
    _Stock("Go files", _files("go|golang"), _written_in(".go")),
    _Stock("Rust files", _files("rust"), _written_in(".rs")),
    _Stock("TypeScript files", _files("typescript|ts"), _written_in(".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte")),
    _Stock("Markdown files", _files("markdown"), _written_in(".md", ".mdx", ".markdown")),
    _Stock("workflows", _said(r"(?:github actions?|github) workflows?(?: files?)?|workflow files"), _workflows),
    _Stock("alert rules", _said(r"(?:prometheus )?alert(?:ing)? rules"), _alerts),
)
