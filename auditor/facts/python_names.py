"""The names that expressions end in."""

from __future__ import annotations

import ast

__all__ = ["last_name"]


def last_name(expression: ast.AST | None) -> str:
    """``c`` for ``a.b.c`` and for ``f().c``, ``a`` for ``a``; empty for what ends in no name."""
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""
