"""Hits for the flaws that the parser of JavaScript, TypeScript and Go tests found."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.code_tests import CodeTests
from auditor.facts.flaws import Flaw
from auditor.facts.source import Source
from auditor.model.finding import Hit, Severity

__all__ = ["flaw_hits"]


def flaw_hits(source: Source, flaw: Flaw, message: str, severity: Severity | None = None) -> Iterator[Hit]:
    """A hit for each flaw of this kind; ``{test}`` and ``{detail}`` in the message are filled in."""
    tests = source.fact(CodeTests)
    for one in tests.flaws if tests is not None else ():
        if one.flaw is flaw:
            detail = f": {one.detail}" if one.detail else ""
            text = message.format(test=f"'{one.test}'", detail=detail)
            yield Hit(source.path, one.line, one.end_line, text, one.test, severity)
