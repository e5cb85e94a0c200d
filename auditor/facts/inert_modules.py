"""Python modules that do nothing when they are started: they define, and nothing calls what they define."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.python_names import last_name
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "InertModule"]

_DEFINES = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass)
_PLAIN = frozenset({
    "dataclass", "total_ordering", "runtime_checkable", "final", "define", "frozen", "unique", "lru_cache", "cache", "contextmanager",
    "asynccontextmanager", "wraps", "overload", "deprecated", "retry",
})  # fmt: skip
"""Decorators that register nothing anywhere."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True, kw_only=True)
class InertModule(Fact):
    """`names` are what it defines: functions that it never calls, then classes."""

    kind: ClassVar[str] = "inert-module"
    names: tuple[str, ...]


def _parse(source: Source) -> InertModule | None:
    if "__name__ ==" in source.text or "def " not in source.text:
        return None
    body = source.python.body
    functions = [one.name for one in body if isinstance(one, _FUNCTIONS)]
    classes = [one.name for one in body if isinstance(one, ast.ClassDef)]
    if not (functions or classes) or not all(_defines(one, set(functions)) for one in body):
        return None
    return InertModule(names=(*functions, *classes))


def _defines(node: ast.stmt, own: set[str]) -> bool:
    """Whether a statement of the module only gives names to things: no own function runs, and nothing runs for its own sake."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            return value is None or not _calls(value, own)
        case ast.If(body=body, orelse=otherwise):
            return all(_defines(one, own) for one in (*body, *otherwise))
        case ast.Try(body=body, handlers=handlers, orelse=otherwise, finalbody=final):
            held = [one for handler in handlers for one in handler.body]
            return all(_defines(one, own) for one in (*body, *held, *otherwise, *final))
        case _:
            decorators = getattr(node, "decorator_list", ())
            return isinstance(node, _DEFINES) and all(_name(one) in _PLAIN for one in decorators)


def _name(decorator: ast.expr) -> str:
    return last_name(decorator.func if isinstance(decorator, ast.Call) else decorator)


def _calls(value: ast.expr, own: set[str]) -> bool:
    calls = (one for one in ast.walk(value) if isinstance(one, ast.Call))
    return any(isinstance(one.func, ast.Name) and one.func.id in own for one in calls)


PARSER = Parser(
    fact=InertModule,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
