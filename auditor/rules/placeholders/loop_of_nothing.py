"""AUD925: a loop over things of which each is passed over."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_talk import is_talk
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SIZED = frozenset({"sorted", "list", "tuple", "set", "items", "values", "keys", "reversed"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test:
            continue
        for node in view.of(ast.For):
            if _passes_over(node, syntax) and (_is_sized(node.iter) or _gives_empty(node, view)):
                message = f"{view.name} goes over {ast.unparse(node.iter)[:60]} and does nothing with any of them."
                yield Hit(source.path, node.lineno, node.end_lineno or node.lineno, message, view.qualified)


def _passes_over(node: ast.For, syntax: PythonSyntax) -> bool:
    """Whether the body is ``pass``, ``...`` or ``continue``, beside talk; what is only counted off (``_``) is left alone."""
    if node.orelse or last_name(node.target).startswith("_"):
        return False
    return all(_is_nothing(one, syntax) for one in node.body) and not all(is_talk(one, syntax) for one in node.body)


def _is_nothing(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    told = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return told or isinstance(statement, ast.Pass | ast.Continue) or is_talk(statement, syntax)


def _is_sized(given: ast.expr) -> bool:
    """Whether what is gone over stays as it is: nothing is drawn from it, so that the loop changes nothing."""
    return isinstance(given, ast.Call) and last_name(given.func) in _SIZED and last_name(given.func) != "list"


def _gives_empty(node: ast.For, view: FunctionView) -> bool:
    """Whether the function gives back what it began with empty, and put nothing into."""
    bindings = Bindings.of(view)
    for one in view.returns:
        name = one.value.id if isinstance(one.value, ast.Name) else ""
        value = bindings.only(name) if name else None
        empty = (isinstance(value, ast.List) and not value.elts) or (isinstance(value, ast.Dict) and not value.keys)
        if empty and name not in bindings.touched and name not in bindings.items and one.lineno > node.lineno:
            return True
    return False


RULE = Rule(
    id="AUD925",
    name="loop-of-nothing",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every loop do something with what it goes over?",
    why="`for edge in self.edges: pass` before `return events` exports no event, for however many edges there are.",
    limits="Judged are loops whose body is `pass`, `...` or `continue` beside log lines, over what is sorted or held, or before the function gives back what it never filled; loops that run an iterator empty are left alone.",
    fix="Write the body, or raise NotImplementedError.",
    since="0.9.0",
    effort=120,
    reads=frozenset({"python"}),
    triggers=("for",),
    check_file=_check,
    examples=(
        Example(
            title="events that nobody makes",
            files={
                "till/export.py": (
                    "class Graph:\n    def events(self):\n        found = []\n        for edge in sorted(self.edges, key=str):\n            pass\n        return found\n\n\n"
                    "def lines(edges):\n    found: list[str] = []\n    for edge in edges:\n        log.debug('edge %s', edge)\n        continue\n    return found\n"
                )
            },
            found=("till/export.py:11", "till/export.py:4"),
        ),
        Example(
            title="an iterator that is run empty, a loop that counts off, and one that fills",
            files={
                "till/export.py": (
                    "def drain(rows):\n    for row in rows:\n        pass\n\n\ndef wait(ticks):\n    for _ in sorted(ticks):\n        pass\n\n\n"
                    "def lines(edges):\n    found = []\n    for edge in edges:\n        found.append(edge)\n    for edge in edges:\n        pass\n    return found\n"
                )
            },
        ),
    ),
)
