"""Python programs that people and pipelines run for their verdict: where they start, and whether they can end with a failure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, all_nodes, own_nodes, strings_in
from auditor.facts.python_talk import is_talk

__all__ = ["complains", "entry_block", "handlers_that_talk", "leaves_with_status", "only_talks", "started_functions"]

_EXITS = frozenset(
    {
        "sys.exit",
        "exit",
        "quit",
        "os._exit",
        "SystemExit",
        "os.kill",
        "os.abort",
        "ctx.exit",
        "pytest.main",
        "unittest.main",
    }
)
_COMPLAINS = pattern(
    r"(?i)\x{274C}|\x{26A0}|\bfail(?:ed|s|ure|ures|ing)?\b|\berrors?\b|\bnot (?:met|passed|healthy|ready|available|found|running|valid)\b|"
    r"\bneeded\b|\bunhealthy\b|\bmissing\b|\bviolations?\b|\bcould not\b|\bunable\b|\bstill running\b"
)


def entry_block(tree: ast.Module) -> list[ast.stmt]:
    """The statements under ``if __name__ == "__main__":``; none where there is no such block."""
    for node in tree.body:
        if isinstance(node, ast.If) and "__name__" in ast.dump(node.test):
            return node.body
    return []


def started_functions(block: list[ast.stmt], syntax: PythonSyntax) -> list[FunctionView]:
    """The functions and methods of the file that its entry block calls."""
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in own_nodes(block)
        if isinstance(node, ast.Call)
    }
    return [view for view in syntax.functions if view.name in called and not view.nested and view.name != "__init__"]


def leaves_with_status(tree: ast.Module, syntax: PythonSyntax) -> bool:
    """Whether anything in the file ends the program with a status of its own."""
    return any(
        isinstance(node, ast.Call | ast.Raise)
        and syntax.name_of(node.func if isinstance(node, ast.Call) else node.exc) in _EXITS
        for node in all_nodes(tree)
    )


def only_talks(body: list[ast.stmt], syntax: PythonSyntax) -> bool:
    """Whether statements print or log, and do nothing else."""
    return bool(body) and all(_talks(statement, syntax) for statement in body)


def complains(body: list[ast.stmt]) -> bool:
    """Whether what statements print says that something went wrong."""
    return any(_COMPLAINS.search(strings_in(statement)) is not None for statement in body)


def _talks(statement: ast.stmt, syntax: PythonSyntax) -> bool:
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.For):
        return only_talks(statement.body, syntax)
    return is_talk(statement, syntax)


def handlers_that_talk(nodes: tuple[ast.AST, ...], syntax: PythonSyntax) -> Iterator[tuple[ast.Try, ast.ExceptHandler]]:
    """Handlers that report a failure and go on."""
    for node in nodes:
        if isinstance(node, ast.Try):
            for handler in node.handlers:
                if only_talks(handler.body, syntax) and complains(handler.body):
                    yield node, handler
