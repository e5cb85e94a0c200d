"""Names of settings that hold paths, and what classes and modules of Python set them to."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.python_signatures import defaults_of
from auditor.facts.python_syntax import PythonSyntax

__all__ = ["is_setting", "keyword_of", "path_settings"]

_PATH_ENDS = ("_endpoint", "_path", "_prefix", "_route", "_url", "_uri")
"""How names of settings end that hold a path."""


def path_settings(syntax: PythonSyntax) -> Iterator[tuple[str, str]]:
    """Names in capitals, and names that end as those of paths do, that a class or the module sets to a path, as settings classes do."""
    for node in (*syntax.tree.body, *(one for owner, _ in syntax.classes for one in owner.body)):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(value, ast.Call):
            value = keyword_of(value, "default") or (value.args[0] if value.args else None)
        if isinstance(target, ast.Name) and is_setting(target.id) and isinstance(value, ast.Constant):
            text = value.value
            if isinstance(text, str) and (not text or text.startswith("/")):
                yield target.id, text
    for view in syntax.functions:
        yield from _defaults(view.node.args)


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, str]]:
    """The parameters of a function that are paths unless it is told otherwise."""
    for one, value in defaults_of(arguments):
        text = value.value if isinstance(value, ast.Constant) else None
        if one.arg.endswith(_PATH_ENDS) and isinstance(text, str) and text.startswith("/"):
            yield one.arg, text


def is_setting(name: str) -> bool:
    """Whether an attribute of this name may be a setting that holds a path."""
    return name.isupper() or name.endswith(_PATH_ENDS)


def keyword_of(node: ast.Call, *names: str) -> ast.expr | None:
    """The value of the first keyword of a call with one of these names."""
    return next((one.value for one in node.keywords if one.arg in names), None)
