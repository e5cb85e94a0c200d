"""The imports of a Python module."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

from auditor.facts.python_syntax import PythonSyntax, nodes_of

__all__ = ["PythonImport", "imports_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonImport:
    """One imported name: `module` as written without its dots, of which there are `level`.

    `name` is what is taken from the module (``*`` for all, empty for ``import module``), `alias` what it is called
    here. `guarded` tells whether a handler of its own catches its failure.
    """

    line: int
    module: str
    name: str
    alias: str
    level: int
    guarded: bool


@lru_cache(maxsize=2)
def imports_of(syntax: PythonSyntax) -> tuple[PythonImport, ...]:
    """All imports of a module, those within functions too, by line."""
    found: list[PythonImport] = []
    guarded = _guarded(syntax)
    for node in nodes_of(syntax.tree, ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            found.extend(
                PythonImport(
                    line=node.lineno,
                    module=one.name,
                    name="",
                    alias=one.asname or one.name,
                    level=0,
                    guarded=id(node) in guarded,
                )
                for one in node.names
            )
        elif isinstance(node, ast.ImportFrom):
            found.extend(
                PythonImport(
                    line=node.lineno, module=node.module or "", name=one.name, alias=one.asname or one.name,
                    level=node.level, guarded=id(node) in guarded,
                )
                for one in node.names
            )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.line, one.module, one.name)))


def _guarded(syntax: PythonSyntax) -> set[int]:
    """The import statements of which the failure is caught and made up for by something else than a skip or an error."""
    found: set[int] = set()
    for node in nodes_of(syntax.tree, ast.Try, ast.If):
        imports = [id(one) for one in node.body if isinstance(one, ast.Import | ast.ImportFrom)]
        if imports and (
            (isinstance(node, ast.Try) and any(_makes_up(handler) for handler in node.handlers))
            or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
        ):
            found.update(imports)
    return found


def _makes_up(handler: ast.ExceptHandler) -> bool:
    caught = ast.dump(handler.type) if handler.type else "Exception"
    if (
        not any(word in caught for word in ("ImportError", "ModuleNotFoundError", "'Exception'", "AttributeError"))
        and handler.type
    ):
        return False
    first = handler.body[0]
    if isinstance(first, ast.Raise):
        return False
    return not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Call) and _is_skip(first.value.func))


def _is_skip(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("skip", "fail", "skipTest", "exit")
