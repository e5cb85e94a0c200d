"""What becomes of the results of calls, and which calls expect to be refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import StrEnum

from auditor.facts.python_syntax import all_nodes, children

__all__ = ["Fate", "fates_in", "guarded_nodes"]


class Fate(StrEnum):
    """What becomes of a result: it is not looked at, or only whether it is true, or anything else."""

    DROPPED = "dropped"
    ASKED = "asked"
    USED = "used"


def fates_in(tree: ast.Module) -> Iterator[tuple[int, Fate]]:
    """The identities of the expressions of a module that are not used, with what becomes of them."""
    for node in all_nodes(tree):
        if isinstance(node, ast.Expr):
            yield id(node.value), Fate.DROPPED
        elif isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
            yield id(node.test), Fate.ASKED
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield id(node.operand), Fate.ASKED
        elif isinstance(node, ast.BoolOp):
            yield from ((id(one), Fate.ASKED) for one in node.values[:-1])


def guarded_nodes(tree: ast.Module) -> set[int]:
    """The calls that a handler of wrong arguments stands around, as code does that tries one way and then another."""
    found: set[int] = set()
    for node in all_nodes(tree):
        if not isinstance(node, ast.Try) or not any(
            "TypeError" in ast.dump(one.type) for one in node.handlers if one.type
        ):
            continue
        pending: list[ast.AST] = [*node.body]
        while pending:
            one = pending.pop()
            found.add(id(one))
            pending.extend(children(one))
    return found
