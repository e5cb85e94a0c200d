"""Registries of metrics that a module keeps for itself, and where one is served."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from auditor.facts.base import Fact, Parser
from auditor.facts.metric_factories import KINDS
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, own_nodes, subtree, syntax_of
from auditor.facts.route_settings import keyword_of
from auditor.facts.source import Source
from auditor.model.source import Language, Role

__all__ = ["PARSER", "PrivateRegistries", "ServingFunction"]

_FIRST = frozenset({"generate_latest", "make_asgi_app", "make_wsgi_app", "MultiProcessCollector"})
_THIRD = frozenset(
    {"push_to_gateway", "pushadd_to_gateway", "start_http_server", "start_wsgi_server", "write_to_textfile"}
)


@dataclass(frozen=True, slots=True, order=True)
class ServingFunction:
    """A function that shows a registry of its own; `used` where its file names it, or a framework calls it. The module itself has no name."""

    line: int
    name: str
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateRegistries(Fact):
    """Of one file: the lines on which it makes registries, the functions that show one, and whether it hands one to anything else."""

    kind: ClassVar[str] = "private-registries"
    made: tuple[int, ...]
    serving: tuple[ServingFunction, ...]
    handed: bool


def _parse(source: Source) -> PrivateRegistries | None:
    if b"egistry" not in source.data:
        return None
    syntax = syntax_of(source)
    made = tuple(call.lineno for call in nodes_of(syntax.tree, ast.Call) if last_name(call.func) == "CollectorRegistry")
    serving = tuple(sorted(_serving(syntax)))
    handed = any(_hands(call) for call in nodes_of(syntax.tree, ast.Call))
    return PrivateRegistries(made=made, serving=serving, handed=handed) if made or serving or handed else None


def _serving(syntax: PythonSyntax) -> Iterator[ServingFunction]:
    alone = {id(node) for one in syntax.tree.body if _is_started_alone(one) for node in subtree(one)}
    named = {
        last_name(one)
        for one in nodes_of(syntax.tree, ast.Name)
        if isinstance(one.ctx, ast.Load) and id(one) not in alone
    }
    named |= {one.attr for one in nodes_of(syntax.tree, ast.Attribute)}
    for view in syntax.functions:
        if any(_serves(call) for call in view.calls):
            yield ServingFunction(view.node.lineno, view.name, _is_used(view, named))
    if any(_serves(one) for one in syntax.at_top(ast.Call) if id(one) not in alone):
        yield ServingFunction(1, "", used=True)


def _is_used(view: FunctionView, named: set[str]) -> bool:
    return view.nested or bool(view.node.decorator_list) or view.name in named


def _is_started_alone(one: ast.stmt) -> bool:
    return isinstance(one, ast.If) and any(
        isinstance(part, ast.Name) and part.id == "__name__" for part in own_nodes([one.test])
    )


def _serves(call: ast.Call) -> bool:
    """Whether a call shows or sends a registry that it is given."""
    name = last_name(call.func)
    if keyword_of(call, "registry") is not None and name in _FIRST | _THIRD:
        return True
    return name in _FIRST and bool(call.args)


def _hands(call: ast.Call) -> bool:
    """Whether a registry is handed to something that is neither a metric nor one that shows it: a library that serves it."""
    name = last_name(call.func)
    return (
        keyword_of(call, "registry") is not None
        and name not in KINDS
        and name not in _FIRST | _THIRD
        and not name.startswith("_")
    )


PARSER = Parser(
    fact=PrivateRegistries,
    accepts=lambda file: file.language is Language.PYTHON and file.role in (Role.SHIPPED, Role.EXAMPLE),
    parse=_parse,
)
