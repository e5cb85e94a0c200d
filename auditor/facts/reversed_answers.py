"""Functions whose True is the bad news, as their branches show."""

from __future__ import annotations

import ast

from auditor.facts.python_syntax import FunctionView

__all__ = ["finds_bad"]


def finds_bad(view: FunctionView) -> bool:
    """Whether a function answers True where something is not as it should be, and False in the end: True is the bad news."""
    last = view.returns[-1].value if view.returns else None
    plain = [one.value for one in view.returns if isinstance(one.value, ast.Constant)]
    found = [
        one
        for one in view.of(ast.If)
        if isinstance(one.test, ast.UnaryOp) and isinstance(one.test.op, ast.Not) and _is_returned(one.body, value=True)
    ]
    return (
        bool(found)
        and last is not None
        and any(one.value is False for one in plain)
        and not any(_is_returned(one.body, value=False) for one in view.of(ast.If))
    )


def _is_returned(body: list[ast.stmt], *, value: bool) -> bool:
    """Whether statements end by giving this answer."""
    end = body[-1]
    return isinstance(end, ast.Return) and isinstance(end.value, ast.Constant) and end.value.value is value
