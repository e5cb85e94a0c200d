"""What becomes of the results of calls, and which calls expect to be refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import StrEnum

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import nodes_of, subtree

__all__ = ["Fate", "fates_in", "guarded_nodes", "refused_nodes"]

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


def _catches_type_error(kind: ast.expr) -> bool:
    if isinstance(kind, ast.Name):
        return "TypeError" in kind.id
    return "TypeError" in ast.dump(kind)


def guarded_nodes(tree: ast.Module) -> set[int]:
    """The calls that a handler of wrong arguments stands around, as code does that tries one way and then another."""
    found = refused_nodes(tree)
    for node in nodes_of(tree, ast.Try):
        if any(_catches_type_error(one.type) for one in node.handlers if one.type):
            found.update(id(one) for statement in node.body for one in subtree(statement))
    return found


def refused_nodes(tree: ast.Module) -> set[int]:
    """The identities of what stands below ``with pytest.raises(...)`` and its like: it is there to fail."""
    found: set[int] = set()
    for node in nodes_of(tree, ast.With, ast.AsyncWith):
        calls = [one.context_expr for one in node.items if isinstance(one.context_expr, ast.Call)]
        if any(_AWAITS.match(last_name(one.func)) for one in calls):
            found.update(id(one) for statement in node.body for one in subtree(statement))
    return found
