"""Whether anything in a Python test can fail it on purpose."""

from __future__ import annotations

import ast

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, subtree

__all__ = ["ASSERTS", "asserts", "is_assertion"]

ASSERTS = pattern(
    r"(?i)assert|raises|warns|expect|verif|check|valid|should|fail|compare|ensure|must|approve|snapshot|benchmark|match|exit|xfail|skip|run_test|testdir|pytester|fuzz|raise_for_status"
)
"""Words in the names of what asserts, or hands a verdict on."""
_ASSERTION = pattern(r"^_*(?:assert|expect)(?:$|_|[A-Z])|^(?:fail|raises|should)$")


def is_assertion(node: ast.AST) -> bool:
    """Whether a node is an assertion, of the language (``assert x``) or of a library (``self.assertEqual(x, y)``)."""
    call = isinstance(node, ast.Call) and _ASSERTION.search(last_name(node.func)) is not None
    return call or isinstance(node, ast.Assert)


def asserts(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether anything in a test can fail it on purpose, or hands its verdict on."""
    if any(
        ASSERTS.search(syntax.name_of(one.func if isinstance(one, ast.Call) else one))
        for one in view.node.decorator_list
    ):
        return True
    if any(ASSERTS.search(name) for name in view.parameters):
        return True
    looked: set[ast.AST] = set()
    for node in view.nodes:
        if isinstance(node, ast.Assert | ast.Raise | ast.Yield) or (
            isinstance(node, ast.Return) and node.value is not None
        ):
            return True
        if isinstance(node, ast.Call) and node not in looked:
            looked.update(subtree(node.func))  # a call in a chain of them is a part of this text
            if ASSERTS.search(ast.unparse(node.func)):
                return True
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return True  # the assertions may stand in there
    return False
