"""Containers of objects that a Python file fills and never looks into: jobs that nobody runs, listeners that nobody calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import nodes_of, syntax_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "FilledRegistries", "FilledRegistry"]

_AWAITED = pattern(
    r"(?i)^_*(?:\w+_)?(?:jobs|schedules?|listeners|callbacks|subscribers|subscriptions|observers|hooks|triggers|watchers|handlers|recipients|channels|escalations|reminders|timers|crons|validators|checks|probes|monitors)$"
)
"""What is put away so that somebody runs, calls or asks it later."""
_ADDS = frozenset({"append", "add", "extend", "setdefault", "update"})


@dataclass(frozen=True, slots=True, order=True)
class FilledRegistry:
    """An attribute that holds such a container, its class, and where it is first filled."""

    name: str
    owner: str
    line: int
    end_line: int
    function: str


@dataclass(frozen=True, slots=True)
class FilledRegistries(Fact):
    """All of a file, by name."""

    kind: ClassVar[str] = "filled-registries"
    items: tuple[FilledRegistry, ...]


def _parse(source: Source) -> FilledRegistries | None:
    syntax = syntax_of(source)
    fills = {id(attribute): statement for statement, attribute in _fills(syntax.tree)}
    counted = {id(one) for call in nodes_of(syntax.tree, ast.Call) for one in _counted(call)}
    names = {one.attr for one in nodes_of(syntax.tree, ast.Attribute) if id(one) in fills and _AWAITED.search(one.attr)}
    looked = {
        one.attr
        for one in nodes_of(syntax.tree, ast.Attribute)
        if one.attr in names and isinstance(one.ctx, ast.Load) and id(one) not in fills and id(one) not in counted
    }
    texts = {one.value for one in nodes_of(syntax.tree, ast.Constant) if isinstance(one.value, str)}
    unseen = names - looked - texts
    found: dict[str, FilledRegistry] = {}
    for view in syntax.functions if unseen else ():
        for one in view.of(ast.Attribute):
            if id(one) in fills and one.attr in unseen and one.attr not in found and view.owner:
                last = fills[id(one)].end_lineno or one.lineno
                found[one.attr] = FilledRegistry(one.attr, view.owner.name, one.lineno, last, view.qualified)
    return FilledRegistries(tuple(sorted(found.values()))) if found else None


def _fills(tree: ast.Module) -> Iterator[tuple[ast.stmt, ast.Attribute]]:
    """``self.jobs[name] = Job(...)`` and ``self.jobs.append(...)``: the statement and the attribute."""
    for one in nodes_of(tree, ast.Assign):
        for target in one.targets:
            held = target.value if isinstance(target, ast.Subscript) else None
            if isinstance(held, ast.Attribute) and _is_own(held):
                yield one, held
    for said in nodes_of(tree, ast.Expr):
        call = said.value
        held = call.func.value if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else None
        adds = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _ADDS
        if isinstance(held, ast.Attribute) and adds and _is_own(held):
            yield said, held


def _is_own(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def _counted(call: ast.Call) -> Iterator[ast.expr]:
    if isinstance(call.func, ast.Name) and call.func.id in ("len", "bool"):
        yield from call.args


PARSER = Parser(
    fact=FilledRegistries,
    accepts=lambda file: file.language is Language.PYTHON and file.role is Role.SHIPPED,
    parse=_parse,
)
