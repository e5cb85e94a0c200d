"""What becomes of the results of calls, and which calls expect to be refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import nodes_of, subtree

__all__ = ["Fate", "fates_in", "guarded_nodes"]

_AWAITS = pattern(r"(?i)^(?:assert_?)?(?:raises\w*|suppress|warns\w*|deprecated_call)$")


class Fate(StrEnum):
    """What becomes of a result: it is not looked at, or only whether it is true, or anything else."""

    DROPPED = "dropped"
    ASKED = "asked"
    USED = "used"


def fates_in(tree: ast.Module) -> Iterator[tuple[int, Fate]]:
    """The identities of the expressions of a module that are not used, with what becomes of them."""
    yield from ((id(node.value), Fate.DROPPED) for node in nodes_of(tree, ast.Expr))
    for node in nodes_of(tree, ast.If, ast.While, ast.IfExp, ast.Assert):
        yield id(node.test), Fate.ASKED
    for negation in nodes_of(tree, ast.UnaryOp):
        if isinstance(negation.op, ast.Not):
            yield id(negation.operand), Fate.ASKED
    for choice in nodes_of(tree, ast.BoolOp):
        yield from ((id(one), Fate.ASKED) for one in choice.values[:-1])


@lru_cache(maxsize=4)
def guarded_nodes(tree: ast.Module, error: str, *, in_tests: bool) -> frozenset[int]:
    """The identities of what a handler of this error stands around, and of what is there to fail.

    Code tries one way and then another so. Tests also expect an error that they do not name: ``try: cart.burn()``, ``except Exception as error``, and then they look at it.
    """
    errors = {error, "Exception", ""} if in_tests and error == "AttributeError" else {error}
    found = set(_refused_nodes(tree, in_tests=in_tests))
    for node in nodes_of(tree, ast.Try):
        if any(errors & _caught(one.type) for one in node.handlers):
            found.update(id(one) for statement in node.body for one in subtree(statement))
    return frozenset(found)


def _caught(kind: ast.expr | None) -> set[str]:
    """The names of the errors that a handler takes; an empty one for that which takes all."""
    if kind is None:
        return {""}
    return {name for one in subtree(kind) if (name := last_name(one))}


@lru_cache(maxsize=2)
def _refused_nodes(tree: ast.Module, *, in_tests: bool) -> frozenset[int]:
    """The identities of what stands below ``with pytest.raises(...)`` and its like: it is there to fail."""
    found: set[int] = set()
    for node in nodes_of(tree, ast.With, ast.AsyncWith):
        if any(_awaits(one.context_expr, in_tests=in_tests) for one in node.items):
            found.update(id(one) for statement in node.body for one in subtree(statement))
    return frozenset(found)


def _awaits(entered: ast.expr, *, in_tests: bool) -> bool:
    """Whether a context takes errors; in tests, what is entered by a name alone may be one: ``with expectation:``."""
    if isinstance(entered, ast.Call):
        return _AWAITS.match(last_name(entered.func)) is not None
    return in_tests and isinstance(entered, ast.Name | ast.Attribute)
