"""Names that a Python module uses and nothing defines, by the compiler's own reading of scopes."""

from __future__ import annotations

import ast
import builtins
import symtable
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, ParseFailure, Parser
from auditor.facts.python_bound import all_plainly_bound
from auditor.facts.python_syntax import nodes_of, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["BUILTINS", "PARSER", "UndefinedName", "UndefinedNames", "missing_names"]

_MODULE_NAMES = frozenset({
    "__name__", "__file__", "__doc__", "__package__", "__spec__", "__loader__", "__builtins__", "__path__", "__annotations__", "__all__",
    "__dict__", "__cached__", "__debug__", "__class__", "__module__", "__qualname__", "WindowsError", "reveal_type", "_",
})  # fmt: skip
BUILTINS = frozenset(dir(builtins)) | _MODULE_NAMES
_OPENS = frozenset({"exec", "globals", "locals", "vars", "eval"})
_MOST_DEPTH = 60


@dataclass(frozen=True, slots=True, order=True)
class UndefinedName:
    """A name and the first line that uses it."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class UndefinedNames(Fact):
    """The names of one module that raise NameError when their line runs, unless a star import brings them (`starred`)."""

    kind: ClassVar[str] = "python-undefined"
    names: tuple[UndefinedName, ...]
    starred: bool


def _parse(source: Source) -> UndefinedNames | None:
    try:
        tree = source.python
        if all_plainly_bound(syntax_of(source), BUILTINS) or _is_open(tree):
            return None
        missing = missing_names(source)
    except (ParseFailure, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not missing:
        return None
    forgiven = _forgiven(tree)
    first: dict[str, int] = {}
    for node in nodes_of(tree, ast.Name):
        if node.id in missing and isinstance(node.ctx, ast.Load) and id(node) not in forgiven:
            first[node.id] = min(first.get(node.id, node.lineno), node.lineno)
    names = tuple(sorted(UndefinedName(line, name) for name, line in first.items()))
    return UndefinedNames(names, starred=_is_starred(tree)) if names else None


def _is_starred(tree: ast.Module) -> bool:
    return any(one.name == "*" for node in nodes_of(tree, ast.ImportFrom) for one in node.names)


def _is_open(tree: ast.Module) -> bool:
    """Whether names may come into being unseen: code that writes its own names."""
    for node in nodes_of(tree, ast.Call, ast.Attribute):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _OPENS:
            return True
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("install", "__setattr__")
        ):
            return True  # gettext puts `_` among the builtins
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in ("builtins", "__builtins__")
        ):
            return True
    return False


def missing_names(source: Source) -> frozenset[str]:
    """The names that the compiler finds bound nowhere. Raises what it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        top = symtable.symtable(source.text, source.path, "exec")
    return _missing(top)


def _missing(top: symtable.SymbolTable) -> frozenset[str]:
    """The names that some scope takes for global and no scope makes global."""
    defined = {one.get_name() for one in top.get_symbols() if _is_made(one)}
    used: set[str] = set()
    waiting = [(top, 0)]
    while waiting:
        scope, depth = waiting.pop()
        if depth > _MOST_DEPTH:
            return frozenset()
        for one in scope.get_symbols():
            if one.is_declared_global() and one.is_assigned():
                defined.add(one.get_name())
            if one.is_referenced() and (one.is_global() or (scope is top and not _is_made(one))):
                used.add(one.get_name())
        waiting.extend((child, depth + 1) for child in scope.get_children())
    return frozenset(used - defined - BUILTINS)


def _is_made(one: symtable.Symbol) -> bool:
    return one.is_assigned() or one.is_imported() or one.is_namespace() or one.is_annotated()


def _forgiven(tree: ast.Module) -> frozenset[int]:
    """Names in annotations (which need not run), under ``TYPE_CHECKING``, or where a NameError is awaited."""
    found: set[int] = set()
    judged = (ast.arg, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef, ast.If, ast.Try)
    for node in nodes_of(tree, *judged):
        for part in _unjudged(node):
            found.update(id(one) for one in subtree(part))
    return frozenset(found)


def _unjudged(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
        yield node.annotation
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
        yield node.returns
    elif (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)) or (
        isinstance(node, ast.Try) and any(_awaits(handler) for handler in node.handlers)
    ):
        yield from node.body


def _awaits(handler: ast.ExceptHandler) -> bool:
    return handler.type is not None and "NameError" in ast.dump(handler.type)


PARSER = Parser(fact=UndefinedNames, accepts=lambda file: file.language is Language.PYTHON, parse=_parse)
