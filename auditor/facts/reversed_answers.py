"""Functions whose True is the bad news, as their branches show."""

from __future__ import annotations

import ast

from auditor.facts.python_syntax import FunctionView

__all__ = ["finds_bad"]


_FEWEST = 2


def finds_bad(view: FunctionView) -> bool:
    """Whether a function answers True wherever something is not as it should be, and False else: True is the bad news."""
    branches = view.of(ast.If)
    good = [one for one in branches if _is_returned(one.body, value=True)]
    if len(good) < _FEWEST or any(_is_returned(one.body, value=False) for one in branches):
        return False
    denied = all(isinstance(one.test, ast.UnaryOp) and isinstance(one.test.op, ast.Not) for one in good)
    return denied and any(isinstance(one.value, ast.Constant) and one.value.value is False for one in view.returns)


def _is_returned(body: list[ast.stmt], *, value: bool) -> bool:
    """Whether statements end by giving this answer."""
    end = body[-1]
    return isinstance(end, ast.Return) and isinstance(end.value, ast.Constant) and end.value.value is value
