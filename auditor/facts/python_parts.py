"""Verdicts on parts beside the verdict on the whole, as reports of health and validation hold them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, subtree

__all__ = [
    "BAD",
    "GOOD",
    "VERDICT_KEYS",
    "bad_part",
    "blocks_with_parents",
    "found_missing",
    "key_of",
    "root_of",
    "word_of",
]

GOOD = frozenset(
    {"healthy", "ok", "passed", "pass", "success", "successful", "operational", "ready", "verified", "up", "green"}
)
BAD = frozenset(
    {
        "unhealthy",
        "error",
        "failed",
        "fail",
        "down",
        "critical",
        "unavailable",
        "disconnected",
        "degraded",
        "warning",
        "not_ready",
    }
)
VERDICT_KEYS = pattern(r"(?i)^(?:overall_?)?(?:status|state|health|healthy|success|passed|ok|ready)$")
_OPTIONAL = pattern(r"(?i)\boptional\b|not (?:critical|required|configured)|disabled|skipped|non-?critical")


def word_of(node: ast.AST | None) -> str:
    """A verdict as a word: that of a text or of a member of an enumeration, and what True and False stand for."""
    match node:
        case ast.Constant(value=bool(value)):
            return "ok" if value else "failed"
        case ast.Constant(value=str(text)):
            return text.lower()
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner[:1].isupper():
            return name.lower()
        case _:
            return ""


def bad_part(value: ast.expr) -> bool:
    """Whether a value is a table whose own verdict is bad, or can be."""
    entries = [one for key, one in keyed(value) if VERDICT_KEYS.search(key)] if isinstance(value, ast.Dict) else []
    if any(
        _OPTIONAL.search(one.value)
        for one in subtree(value)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ):
        return False
    return any(word_of(one) in BAD or (isinstance(one, ast.IfExp) and word_of(one.orelse) in BAD) for one in entries)


def found_missing(test: ast.expr) -> ast.expr | None:
    """What a condition finds missing: ``not backup``, ``self.client is None``; None for other conditions."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=asked):
            return asked
        case ast.Compare(left=asked, ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return asked
        case _:
            return None


def root_of(node: ast.AST) -> str:
    """The name at the bottom of a chain of items and attributes."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def key_of(target: ast.AST) -> str:
    """The last key or field of a target that belongs to a name directly: ``report["status"]``, ``report.status``."""
    match target:
        case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str(key))):
            return key
        case ast.Attribute(value=ast.Name(), attr=key):
            return key
        case _:
            return ""


def blocks_with_parents(view: FunctionView) -> Iterator[tuple[list[ast.stmt], ast.AST]]:
    """Every block of statements of a function with the node that holds it."""
    yield view.body, view.node
    for node in view.nodes:
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block, node
