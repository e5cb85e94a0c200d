"""Files below the folder that pytest gives each test for itself: nothing of the project lies there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from auditor.facts.python_syntax import subtree

__all__ = ["FOLDERS", "opens_below"]

FOLDERS = frozenset({"tmp_path", "tmpdir"})
"""The fixtures by which pytest gives it: https://docs.pytest.org/en/stable/how-to/tmp_path.html."""


def opens_below(given: set[str], nodes: Iterable[ast.AST]) -> Iterator[int]:
    """The name ``open`` of calls, by identity, that open what lies in one of the folders `given`, or is made of one."""
    if not given:
        return
    found = list(nodes)
    own = set(given)
    elsewhere: set[str] = set()
    for one in found:
        if isinstance(one, ast.Assign):
            names = own if _rests_on(one.value, own) else elsewhere
            names.update(target.id for target in one.targets if isinstance(target, ast.Name))
    own -= elsewhere
    for one in found:
        if isinstance(one, ast.Call) and one.args and _is_open(one.func) and _rests_on(one.args[0], own):
            yield id(one.func)


def _is_open(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id == "open"


def _rests_on(path: ast.expr, own: set[str]) -> bool:
    """Whether a path holds no other name than these: ``tmp_path / "a"``, ``str(made)``, ``made.joinpath("a")``."""
    names = {one.id for one in subtree(path) if isinstance(one, ast.Name)} - {"str"}
    return bool(names) and names <= own
