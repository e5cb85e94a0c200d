"""The classes of the objects that the fixtures of a test module hand to its tests."""

from __future__ import annotations

import ast
from collections import Counter

from auditor.facts.pytest_fixtures import fixture_name
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_syntax import FunctionView, PythonSyntax

__all__ = ["fixture_classes", "handed_classes"]


def fixture_classes(syntax: PythonSyntax) -> dict[str, str]:
    """The dotted class of what each fixture of a module gives, by the name that tests use.

    Left out are fixtures that give anything but a new object of one class, and names that two of them share.
    """
    named = [(name, view) for view in syntax.functions if (name := fixture_name(view, syntax))]
    times = Counter(name for name, _ in named)
    found = {name: _given(view, syntax) for name, view in named if times[name] == 1}
    return {name: kind for name, kind in found.items() if kind}


def _given(view: FunctionView, syntax: PythonSyntax) -> str:
    """The class of all that a function returns or yields."""
    given: list[ast.Return | ast.Yield] = [*view.returns, *view.of(ast.Yield)]
    bindings = Bindings.of(view)
    kinds = set()
    for value in (one.value for one in given):
        made = bindings.only(value.id) if isinstance(value, ast.Name) else value
        kinds.add(syntax.name_of(made.func) if isinstance(made, ast.Call) else "")
    return kinds.pop() if len(kinds) == 1 else ""


def handed_classes(view: FunctionView, fixtures: dict[str, str]) -> dict[str, str]:
    """The classes of the parameters that fixtures fill, but for those that the function binds anew."""
    if not view.is_test or not fixtures:
        return {}
    stored = {node.id for node in view.of(ast.Name) if type(node.ctx) is not ast.Load}
    return {one: fixtures[one] for one in view.parameters if one in fixtures and one not in stored}
