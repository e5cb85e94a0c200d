"""The functions of a file that others of it call, for readers that follow calls."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar, cast

from auditor.facts.python_syntax import FunctionView, PythonSyntax

__all__ = ["callee", "once"]

T = TypeVar("T")


def once(
    read: Callable[[FunctionView, PythonSyntax, int], T], view: FunctionView, syntax: PythonSyntax, depth: int
) -> T:
    """What a reader tells of a function at a depth of calls; it is asked for that once.

    Where each function calls the next a thousand times, it would be asked a thousand times as often with each of them.
    """
    key = (read, view, depth)
    if key not in syntax.told:
        syntax.told[key] = read(view, syntax, depth)
    return cast("T", syntax.told[key])


def callee(name: str, view: FunctionView, syntax: PythonSyntax) -> FunctionView | None:
    """The function of the same file that a function calls by this name; None where there is none, or two, or it is itself."""
    owner, _, short = name.rpartition(".")
    if owner in ("self", "cls"):
        found = _functions(syntax).get((view.owner, short), ())
    else:
        found = _functions(syntax).get(name, ())
    return found[0] if len(found) == 1 and found[0] is not view else None


@lru_cache(maxsize=2)
def _functions(syntax: PythonSyntax) -> dict[str | tuple[ast.ClassDef | None, str], list[FunctionView]]:
    """The functions of a file by their qualified names, and those of classes by their class and name."""
    found: dict[str | tuple[ast.ClassDef | None, str], list[FunctionView]] = {}
    for one in syntax.functions:
        found.setdefault(one.qualified, []).append(one)
        if one.owner is not None:
            found.setdefault((one.owner, one.name), []).append(one)
    return found
