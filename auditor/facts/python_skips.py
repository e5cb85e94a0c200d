"""Skips that a failing import causes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.python_handlers import caught, is_broad, skip_in
from auditor.facts.python_syntax import PythonSyntax, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["PARSER", "ImportSkip", "PythonSkips"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSkip:
    """A skip at a line for want of any of these modules (dotted as written)."""

    line: int
    modules: tuple[str, ...]
    symbol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonSkips(Fact):
    """All of one file."""

    kind: ClassVar[str] = "python-skips"
    import_skips: tuple[ImportSkip, ...]


def _parse(source: Source) -> PythonSkips | None:
    if b"skip" not in source.data:
        return None
    syntax = syntax_of(source)
    found = list(_skips(syntax.module_nodes, "", syntax))
    for view in syntax.functions:
        found.extend(_skips(view.nodes, view.qualified, syntax))
    return PythonSkips(import_skips=tuple(found)) if found else None


def _skips(nodes: tuple[ast.AST, ...], symbol: str, syntax: PythonSyntax) -> Iterator[ImportSkip]:
    for node in nodes:
        if isinstance(node, ast.Call) and syntax.name_of(node.func) == "pytest.importorskip" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield ImportSkip(line=node.lineno, modules=(first.value,), symbol=symbol)
        elif isinstance(node, ast.Try):
            yield from _from_handlers(node, symbol, syntax)


def _from_handlers(node: ast.Try, symbol: str, syntax: PythonSyntax) -> Iterator[ImportSkip]:
    modules = tuple(_imported(node.body))
    for handler in node.handlers:
        skip = skip_in(handler.body, syntax)
        names = {*caught(handler, syntax)} & {"ImportError", "ModuleNotFoundError"}
        if modules and skip is not None and (names or (is_broad(handler, syntax) and not symbol)):
            yield ImportSkip(line=getattr(skip, "lineno", handler.lineno), modules=modules, symbol=symbol)


def _imported(body: list[ast.stmt]) -> Iterator[str]:
    for node in own_nodes(body):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


PARSER = Parser(fact=PythonSkips, accepts=lambda file: file.language is Language.PYTHON, parse=_parse)
