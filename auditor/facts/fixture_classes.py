"""The classes of the objects that the fixtures of a test module hand to its tests."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from auditor.facts.pytest_fixtures import COMPUTED, fixture_name, parametrized
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax

__all__ = ["fixture_classes", "handed_classes"]

_Fixtures = Mapping[tuple[str, str], str]


@lru_cache(maxsize=2)
def fixture_classes(syntax: PythonSyntax) -> _Fixtures:
    """The dotted class of what each fixture of a module gives, by the class that owns the fixture and the name that tests use.

    The class is empty for fixtures that give anything but a new object of one class, and for names that an owner has twice.
    """
    named = [((_owner(view), name), view) for view in syntax.functions if (name := fixture_name(view, syntax))]
    times = Counter(key for key, _ in named)
    return {key: _given(view, syntax) if times[key] == 1 else "" for key, view in named}


def _owner(view: FunctionView) -> str:
    return view.qualified.rpartition(".")[0]


def _given(view: FunctionView, syntax: PythonSyntax) -> str:
    """The class of all that a function returns or yields."""
    given: list[ast.Return | ast.Yield] = [*view.returns, *view.of(ast.Yield)]
    bindings = Bindings.of(view)
    kinds = set()
    for value in (one.value for one in given):
        made = bindings.only(value.id) if isinstance(value, ast.Name) else value
        kinds.add(syntax.name_of(made.func) if isinstance(made, ast.Call) else "")
    return kinds.pop() if len(kinds) == 1 else ""


def handed_classes(view: FunctionView, syntax: PythonSyntax) -> dict[str, str]:
    """The classes of the parameters that fixtures fill, but for those that the function binds anew or a mark gives values to."""
    fixtures = fixture_classes(syntax) if view.is_test else {}
    if not fixtures:
        return {}
    marked = parametrized(view, syntax)
    stored = {node.id for node in view.of(ast.Name) if type(node.ctx) is not ast.Load}
    if COMPUTED in marked:
        return {}
    kinds = {one: _asked(view, one, fixtures) for one in view.parameters if one not in stored | marked}
    return {name: kind for name, kind in kinds.items() if kind}


def _asked(view: FunctionView, name: str, fixtures: _Fixtures) -> str:
    """The class that the nearest fixture of a name gives: of the test's own class, those around it, or the module."""
    owner = _owner(view)
    bases = view.owner.bases if view.owner is not None else []
    inherits = any(last_name(one) != "object" for one in bases)
    while owner and (owner, name) not in fixtures:
        if inherits:
            return ""  # a base may have a fixture of its own
        owner = owner.rpartition(".")[0]
    return fixtures.get((owner, name), "")
