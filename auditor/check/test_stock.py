"""How many tests all of a repository may have, for a document that says how many passed."""

from __future__ import annotations

from functools import lru_cache

from auditor.check.case import View
from auditor.check.resolution import is_foreign_path
from auditor.check.written_tests import is_test_language, may_be_more_tests, tests_in
from auditor.facts.pattern import pattern

__all__ = ["Stock", "stock_of"]

_NAMED = pattern(r"(?i)(?:^|/)(?:test[_-]?[^/]*|[^/]*[_.-](?:tests?|spec)|[^/]*Tests?|tests?)\.[a-z]{1,5}$")
"""Names that files of tests bear, whatever their language."""
_PLACED = pattern(r"(?i)(?:^|/)(?:tests?|__tests__|specs?|e2e|cypress|features?|integration)/")
_IN_CODE = (".rs",)
_NO_CODE = (".md", ".rst", ".txt", ".json", ".yaml", ".yml", ".toml", ".snap", ".xml", ".html", ".css", ".csv", ".ini", ".cfg", ".lock", ".svg", ".png", ".log", ".env", ".sql")  # fmt: skip
_MOST_FILES = 3_000


class Stock:
    """The tests of a repository: how many are written, and how many of them may be run more than once."""

    __slots__ = ("expanded", "written")

    def __init__(self, written: int, expanded: int) -> None:
        self.written = written
        self.expanded = expanded


@lru_cache(maxsize=8)  # every line of a document asks for the same moments
def stock_of(view: View) -> Stock | None:
    """The tests that are written; None where some may be written in a way that is not known."""
    paths = [path for path in sorted(view.paths) if _may_hold_tests(path)]
    if len(paths) > _MOST_FILES:
        return None
    written = expanded = 0
    for path in paths:
        found = tests_in(view, path) if is_test_language(path) else None
        if found is None and _NAMED.search(path) and (view.lines(path) or not is_test_language(path)):
            return None  # a program of its own, or a language that is not read
        written += found or 0
        expanded += found if found and may_be_more_tests(view, path) else 0
    return Stock(written, expanded)


def _may_hold_tests(path: str) -> bool:
    if is_foreign_path(path) or path.lower().endswith(_NO_CODE):
        return False
    return path.endswith(_IN_CODE) or _NAMED.search(path) is not None or _PLACED.search(path) is not None
