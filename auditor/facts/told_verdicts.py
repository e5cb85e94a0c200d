"""Verdicts that a program of Python only prints: how many checks failed, whether all passed, what the score is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from auditor.facts.pattern import pattern
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_syntax import PythonSyntax, all_nodes

__all__ = ["told_verdict"]

_VERDICT = pattern(
    r"(?i)\b(?:failed|failures|passed|success(?:ful)? rate|pass rate|overall (?:status|score|result|verdict|health)|verdict|grade|(?:readiness|compliance|security|performance|health|quality) score|violations|(?:issues|problems|vulnerabilities) found)\b"
)
_COUNTED = pattern(
    r"(?i)fail|pass|score|success|status|verdict|grade|issue|violation|problem|vulnerab|errors?\b|ok\b|health"
)
_SERVES = frozenset({
    "fastapi", "flask", "uvicorn", "streamlit", "typer", "click", "celery", "locust", "tkinter", "gradio", "dash", "django", "sanic", "tornado",
    "pytest", "unittest", "fire", "invoke", "aiogram", "telegram", "discord", "PyQt5", "PyQt6", "PySide6", "pygame", "textual",
})  # fmt: skip
"""Libraries that run a program, or end it with a status, in their own way."""


def told_verdict(tree: ast.Module, syntax: PythonSyntax) -> ast.Call | None:
    """The first call that prints a verdict with its figure; None where there is none, or something else decides on the status."""
    nodes = all_nodes(tree)
    if any(isinstance(node, ast.Assert) for node in nodes) or _runs_for_ever(nodes) or _SERVES & set(_imported(nodes)):
        return None
    return next(
        (
            node
            for node in nodes
            if isinstance(node, ast.Call) and is_log_call(syntax.name_of(node.func)) and _tells(node)
        ),
        None,
    )


def _tells(call: ast.Call) -> bool:
    fields = [part for argument in call.args if isinstance(argument, ast.JoinedStr) for part in argument.values]
    words = " ".join(part.value for part in fields if isinstance(part, ast.Constant) and isinstance(part.value, str))
    figures = [ast.unparse(part.value) for part in fields if isinstance(part, ast.FormattedValue)]
    return _VERDICT.search(words) is not None and any(_COUNTED.search(figure) for figure in figures)


def _runs_for_ever(nodes: Sequence[ast.AST]) -> bool:
    return any(isinstance(node, ast.While) and isinstance(node.test, ast.Constant) for node in nodes)


def _imported(nodes: Sequence[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
