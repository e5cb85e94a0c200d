"""The names that expressions end in."""

from __future__ import annotations

import ast
import builtins

__all__ = ["BUILT_IN", "READS_OF_VARIABLES", "class_made", "last_name", "stored_name"]


BUILT_IN = frozenset(dir(builtins))
"""The names that the language gives to every module."""
READS_OF_VARIABLES = frozenset({"os.getenv", "os.environ.get"})
"""The calls that read a variable of the environment."""


def last_name(expression: ast.AST | None) -> str:
    """``c`` for ``a.b.c`` and for ``f().c``, ``a`` for ``a``; empty for what ends in no name."""
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""


def class_made(made: ast.expr) -> str:
    """The class that an object is made of, also by a method of it: ``Outcome.down(...)``."""
    owner = last_name(made.value) if isinstance(made, ast.Attribute) else ""
    return owner if owner[:1].isupper() and last_name(made)[:1].islower() else last_name(made)


def stored_name(target: ast.AST) -> str:
    """What a target is called: its constant key (``report["status"]``), its last attribute, or its name."""
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return last_name(target)
