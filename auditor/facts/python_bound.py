"""Whether every name that a Python file reads is plainly bound: what spares most files the compiler's reading of scopes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from auditor.facts.python_syntax import FunctionView, PythonSyntax, by_kind, chosen, nodes_of, own_nodes, subtree

__all__ = ["all_plainly_bound"]

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
_Of = Callable[..., Sequence[Any]]


def all_plainly_bound(syntax: PythonSyntax, known: AbstractSet[str]) -> bool:
    """Whether each name that is read is `known`, or bound at the top of its module, or in the function that reads it.

    False says nothing.
    """
    top = _bound(syntax.at_top) | known
    names = nodes_of(syntax.tree, ast.Name)
    asked = {id(one) for one in names if one.id not in top and type(one.ctx) is not ast.Store}
    if asked:
        asked.difference_update(_inside_expressions(syntax.tree))
    if asked:
        asked.difference_update(_inside_classes(syntax))
    around: dict[int, AbstractSet[str]] = {}
    for view in syntax.functions if asked else ():
        bound = _bound(view.of) | around.get(id(view.node), frozenset()) | _arguments(view)
        asked.difference_update([id(one) for one in view.of(ast.Name) if one.id in bound])
        around.update((id(inner), bound) for inner in view.of(ast.FunctionDef, ast.AsyncFunctionDef))
    return not asked


def _inside_classes(syntax: PythonSyntax) -> Iterator[int]:
    """The identities of names that a class body binds and reads. Expressions with names of their own do not see them."""
    for node, _ in syntax.classes:
        inner = own_nodes(node.body)
        kinds = by_kind(inner)
        if not kinds.keys().isdisjoint((*_COMPREHENSIONS, ast.Lambda)):
            continue
        bound = _bound(lambda *wanted: chosen(inner, kinds, wanted))  # noqa: B023 - called at once
        yield from (id(one) for one in chosen(inner, kinds, (ast.Name,)) if one.id in bound)


def _arguments(view: FunctionView) -> AbstractSet[str]:
    """As `FunctionView.parameters`, with `self` and `cls`."""
    arguments = view.node.args
    return {*view.parameters, *(one.arg for one in arguments.posonlyargs + arguments.args)}


def _bound(of: _Of) -> AbstractSet[str]:
    """What the nodes of a scope bind in it for sure: the targets of comprehensions and lambdas are no names of theirs."""
    inner = {id(one) for part in of(ast.comprehension) for one in subtree(part.target)}
    if of(ast.Lambda):
        inner.update(id(one.target) for one in of(ast.NamedExpr))
    found = {one.id for one in of(ast.Name) if type(one.ctx) is ast.Store and id(one) not in inner}
    found.update(one.name for one in of(*_NAMED) if one.name)
    found.update(alias.asname or alias.name.partition(".")[0] for one in of(ast.Import, ast.ImportFrom) for alias in one.names)  # fmt: skip
    return found


def _inside_expressions(tree: ast.Module) -> Iterator[int]:
    """The identities of names that comprehensions and lambdas bind themselves where they read them."""
    for node in nodes_of(tree, *_COMPREHENSIONS):
        targets = {one.id for part in node.generators for one in subtree(part.target) if isinstance(one, ast.Name)}
        outside = {id(one) for one in subtree(node.generators[0].iter)}  # read before anything is bound
        yield from _named(node, targets, outside)
    for function in nodes_of(tree, ast.Lambda):
        taken = function.args
        names = [*taken.posonlyargs, *taken.args, *taken.kwonlyargs, taken.vararg, taken.kwarg]
        yield from _named(function.body, {one.arg for one in names if one is not None}, set())


def _named(node: ast.AST, names: AbstractSet[str], outside: AbstractSet[int]) -> Iterator[int]:
    return (id(one) for one in subtree(node) if isinstance(one, ast.Name) and one.id in names and id(one) not in outside)  # fmt: skip
