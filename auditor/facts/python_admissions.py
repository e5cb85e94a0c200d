"""What the documentation of Python code says openly of errors that it passes over."""

from __future__ import annotations

import ast

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
    inside = range(handler.lineno, (handler.end_lineno or handler.lineno) + 1)
    return any(one.line in inside and _ASSUMES.search(one.text) is not None for one in comments_of(source))


def milder_for(handler: ast.ExceptHandler, view: FunctionView, source: Source, syntax: PythonSyntax) -> Severity | None:
    """Medium where the handler itself, or the documentation around it, says openly what becomes of the error; else None."""
    return Severity.MEDIUM if _assumes_openly(handler, source) else milder_where_said(view, syntax)


def milder_where_said(view: FunctionView, syntax: PythonSyntax) -> Severity | None:
    """Medium where the documentation of a function, or of what stands around it, says that errors are passed over; else None, which leaves it to the rule."""
    return Severity.MEDIUM if _says_that_it_ignores(view, syntax) else None


def _says_that_it_ignores(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether the documentation of a function, or of a class or function around it, says that errors are passed over."""
    around = [
        one
        for one in ast.walk(syntax.tree)
        if isinstance(one, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and one.lineno <= view.node.lineno <= (one.end_lineno or one.lineno)
    ]
    texts = (ast.get_docstring(one, clean=False) or "" for one in around)
    return any(_IGNORES.search(" ".join(text.split())) for text in texts)
