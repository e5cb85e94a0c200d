"""What the documentation of Python code says openly of errors that it passes over."""

from __future__ import annotations

import ast

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax
from auditor.model.finding import Severity

__all__ = ["milder_where_said"]

_IGNORES = pattern(
    r"(?i)\b(?:ignor(?:e|es|ing)|tolerat(?:e|es|ing)|skips? (?:the )?verif\w+|without verif\w+)\b[^.]{0,60}\b(?:errors?|failures?|exceptions?|verification|invalid)\b"
)


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
