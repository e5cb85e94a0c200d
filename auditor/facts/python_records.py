"""Classes whose objects are made of their fields."""

from __future__ import annotations

import ast

from auditor.facts.python_names import last_name

__all__ = ["is_record"]

_DECORATORS = frozenset({"dataclass", "define", "frozen", "attrs", "s"})


def is_record(node: ast.ClassDef, bases: frozenset[str] = frozenset()) -> bool:
    """Whether a decorator makes a record of a class, or one of these bases does (names as the code ends them: ``BaseModel``)."""
    made = {last_name(one.func if isinstance(one, ast.Call) else one) for one in node.decorator_list}
    return not made.isdisjoint(_DECORATORS) or any(last_name(one) in bases for one in node.bases)
