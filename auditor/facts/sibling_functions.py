"""Functions of one file that do the same for different things: ``_gb_holidays`` and ``_de_holidays``, or one method of two classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.python_syntax import FunctionView, PythonSyntax

__all__ = ["alike_by_name", "alike_methods", "is_worked_out"]

_FEWEST_SHARED = 3
_FEWEST_WORDS = 2
_MOST = 20
"""Other classes that are looked at for one method."""


def alike_by_name(syntax: PythonSyntax) -> Iterator[list[FunctionView]]:
    """Functions (or methods of one class) with the same parameters, whose names differ in one word: two at least."""
    by_shape: dict[tuple[object, ...], list[FunctionView]] = {}
    for view in syntax.functions:
        words = words_of(view.name)
        for at in range(len(words)) if len(words) >= _FEWEST_WORDS else ():
            shape = (view.owner, at, view.parameters, words[:at], words[at + 1 :])
            by_shape.setdefault(shape, []).append(view)
    yield from (views for views in by_shape.values() if len(views) > 1)


def alike_methods(view: FunctionView, syntax: PythonSyntax) -> Iterator[FunctionView]:
    """The methods of the same name and parameters in other classes of a file that share several methods with that of a method."""
    own = _methods(view.owner) if view.owner is not None else frozenset()
    found = [one for one in syntax.functions if one.name == view.name and one.owner not in (None, view.owner)]
    for one in found[:_MOST]:
        shared = own & _methods(one.owner) if one.owner is not None else own
        if len(shared) >= _FEWEST_SHARED and one.parameters == view.parameters:
            yield one


def _methods(owner: ast.ClassDef) -> frozenset[str]:
    named = (one.name for one in owner.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(name for name in named if not name.startswith("__"))


def is_worked_out(view: FunctionView) -> bool:
    """Whether a function returns something that it works out: by a call, an operation or a comprehension over what it knows."""
    return (
        any(
            one.value is not None
            and any(
                isinstance(node, ast.Call | ast.BinOp | ast.Compare | ast.comprehension | ast.Subscript)
                for node in ast.walk(one.value)
            )
            for one in view.returns
        )
        and len(view.body) > 1
    )
