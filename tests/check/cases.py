"""Documents and repositories in memory, as the checks see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from auditor.check.case import Case, View
from auditor.check.document import Document
from auditor.check.reading import read_document
from auditor.check.statement import Statement, Verdict
from auditor.engine.documents import facts_of

__all__ = ["case", "document", "told", "verdicts", "view"]


def document(text: str, path: str = "docs/AUDIT.md") -> Document:
    return read_document(path, text.encode())


def view(files: Mapping[str, str], label: str = "at commit 1") -> View:
    return View(label, files, lambda path: files[path].encode(), facts_of)


def case(text: str, *moments: Mapping[str, str]) -> Case:
    views = tuple(view(files, f"at commit {number}") for number, files in enumerate(moments, 1))
    return Case(document=document(text), home="docs/AUDIT.md", views=views)


def verdicts(found: Iterable[Statement]) -> list[tuple[int, Verdict]]:
    return [(one.line, one.verdict) for one in found]


def told(check: Callable[[Document], Iterator[Statement]], text: str) -> list[tuple[int, Verdict]]:
    return verdicts(check(document(text)))
