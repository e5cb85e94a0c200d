"""What the documentation of Python code says openly of errors that it passes over."""

from __future__ import annotations

import ast
from bisect import bisect_left
from functools import lru_cache

from auditor.facts.comments import comments_of
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax
from auditor.facts.source import Source
from auditor.model.finding import Severity

__all__ = ["milder_for", "milder_where_said"]

_IGNORES = pattern(
    r"(?i)\b(?:ignor(?:e|es|ing)|tolerat(?:e|es|ing)|skips? (?:the )?verif\w+|without verif\w+)\b[^.]{0,60}\b(?:errors?|failures?|exceptions?|verification|invalid)\b"
)
_ASSUMES = pattern(r"(?i)\b(?:assum(?:e|es|ing)|best[- ]effort|on purpose|deliberate\w*|intentional\w*|by design)\b")


def _assumes_openly(handler: ast.ExceptHandler, source: Source) -> bool:
    """Whether a comment in a handler says that the success which it answers with is assumed, or meant."""
    lines = _assuming_lines(source)
    at = bisect_left(lines, handler.lineno)
    return at < len(lines) and lines[at] <= (handler.end_lineno or handler.lineno)


@lru_cache(maxsize=2)
def _assuming_lines(source: Source) -> list[int]:
    """The lines of the comments that say so, in order."""
    return sorted(one.line for one in comments_of(source) if _ASSUMES.search(one.text))


def milder_for(handler: ast.ExceptHandler, view: FunctionView, source: Source, syntax: PythonSyntax) -> Severity | None:
    """Medium where the handler itself, or the documentation around it, says openly what becomes of the error; else None."""
    return Severity.MEDIUM if _assumes_openly(handler, source) else milder_where_said(view, syntax)


def milder_where_said(view: FunctionView, syntax: PythonSyntax) -> Severity | None:
    """Medium where the documentation of a function, or of what stands around it, says that errors are passed over; else None, which leaves it to the rule."""
    return Severity.MEDIUM if view.node.lineno in _ignoring_lines(syntax) else None


@lru_cache(maxsize=2)
def _ignoring_lines(syntax: PythonSyntax) -> frozenset[int]:
    """The lines of the functions and classes whose documentation says that errors are passed over."""
    scopes = [*(view.node for view in syntax.functions), *(node for node, _ in syntax.classes)]
    saying = (one for one in scopes if _IGNORES.search(" ".join((ast.get_docstring(one, clean=False) or "").split())))
    return frozenset(line for one in saying for line in range(one.lineno, (one.end_lineno or one.lineno) + 1))
