"""The lines of a Python file on which comments and texts of several lines stand: prose, templates and examples."""

from __future__ import annotations

import ast
from functools import lru_cache

from auditor.facts.base import ParseFailure
from auditor.facts.python_syntax import all_nodes, nodes_of
from auditor.facts.source import Source
from auditor.model.source import Language

__all__ = ["docstring_lines", "in_docstring", "prose_lines", "python_example_lines"]

_EXAMPLE_KEYS = frozenset({"example", "examples"})


@lru_cache(maxsize=2)
def prose_lines(source: Source) -> frozenset[int]:
    """The numbers of the lines that hold only a comment, or any part of a docstring or a text of several lines.

    Of a file that does not parse, only the comments are known.
    """
    found = {number for number, line in enumerate(source.lines, 1) if line.lstrip().startswith("#")}
    try:
        tree = source.python
    except ParseFailure:
        return frozenset(found)
    for node in nodes_of(tree, ast.Expr, ast.Constant, ast.JoinedStr):
        text = node.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) else node
        if not isinstance(text, ast.Constant | ast.JoinedStr):
            continue
        last = text.end_lineno or text.lineno
        if text is not node or last > text.lineno:
            found.update(range(text.lineno, last + 1))
    return frozenset(found)


def in_docstring(source: Source, number: int) -> bool:
    """Whether a line of a Python file is part of a docstring, whose examples are made up for its reader."""
    return source.file.language is Language.PYTHON and number in docstring_lines(source)


@lru_cache(maxsize=2)
def docstring_lines(source: Source) -> frozenset[int]:
    """The numbers of the lines of texts that stand alone in a Python file; none where it does not parse."""
    try:
        nodes = nodes_of(source.python, ast.Expr)
    except ParseFailure:
        return frozenset()
    alone = [one.value for one in nodes if isinstance(one.value, ast.Constant)]
    return frozenset(line for one in alone for line in range(one.lineno, (one.end_lineno or one.lineno) + 1))


def python_example_lines(source: Source) -> frozenset[int]:
    """The numbers of the lines that hold the value of a key or parameter `example` or `examples`, as in schemas."""
    try:
        nodes = all_nodes(source.python)
    except ParseFailure:
        return frozenset()
    values = [value for node in nodes for value in _example_values(node)]
    return frozenset(line for value in values for line in range(value.lineno, (value.end_lineno or value.lineno) + 1))


def _example_values(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.keyword):
        return [node.value] if node.arg in _EXAMPLE_KEYS else []
    if not isinstance(node, ast.Dict):
        return []
    pairs = zip(node.keys, node.values, strict=True)
    return [value for key, value in pairs if isinstance(key, ast.Constant) and key.value in _EXAMPLE_KEYS]
